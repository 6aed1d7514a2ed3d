"""Words of an RTF file that cannot be seen in it: marked as hidden, tiny, or white on white."""

import re
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\'[0-9a-fA-F]{2}|\\[^a-zA-Z]|[{}]|[^\\{}]+", re.DOTALL
)
_COLOURS = re.compile(rb"\{\\colortbl([^{}]*)\}")
_WHITE = re.compile(rb"\\red255\s*\\green255\s*\\blue255")
# In half-points: type below two points is not read by people.
_LEAST_SIZE = 4
_GROUNDS = (b"cb", b"chcbpat", b"highlight", b"cbpat", b"clcbpat")


@dataclass(frozen=True, slots=True)
class _Look:
    """How the words of a group look."""

    vanished: bool = False
    white: bool = False
    ground: bool = False
    size: int = 24

    @property
    def hidden(self) -> bool:
        return self.vanished or self.size < _LEAST_SIZE or (self.white and not self.ground)


def without_hidden_of_rtf(content: bytes) -> tuple[bytes, int]:
    """The file without words that cannot be seen, and how many there were."""
    table = _COLOURS.search(content)
    colours = table[1].split(b";") if table else []
    white = {number for number, colour in enumerate(colours) if _WHITE.search(colour)}
    kept: list[bytes] = []
    dropped: list[bytes] = []
    looks = [_Look()]
    for token in _TOKEN.finditer(content):
        text = token.group()
        if text == b"{":
            looks.append(looks[-1])
        elif text == b"}" and len(looks) > 1:
            looks.pop()
        elif token["word"]:
            looks[-1] = _changed(looks[-1], token["word"], token["number"], white)
        elif looks[-1].hidden and text not in b"{}":
            dropped.append(text)
            continue
        kept.append(text)
    words = len(b" ".join(dropped).split())
    return (b"".join(kept), words) if words else (content, 0)


def _changed(look: _Look, word: bytes, number: bytes | None, white: set[int]) -> _Look:
    value = int(number) if number else 1
    if word == b"v":
        return replace(look, vanished=value != 0)
    if word == b"cf":
        return replace(look, white=value in white)
    if word == b"fs":
        return replace(look, size=value)
    if word in _GROUNDS:
        return replace(look, ground=value != 0 and value not in white)
    return _Look() if word == b"plain" else look
