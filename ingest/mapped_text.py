"""Text in which every character knows where it stands in the file.

All cleaning is done on `MappedText`, so that what is quoted can be shown in the source. Cleaning only
drops characters, replaces one by an equivalent (a ligature by its letters, a line end by a space) or
joins pieces by white space; nothing is ever reworded. `plain` is the declared normalisation under which
a quote and the file's own characters are equal.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Characters replaced when text is cleaned: ligatures, exotic spaces, and invisible characters.
# Superscripts and fractions are kept: turning 10⁵ into 105 would change a number.
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Mark-up patterns: the group `kept` is what stays of a match.
_LINK = re.compile(r"!?\[(?P<kept>(?:[^\[\]\\]|\\.)*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
_ADDRESS = re.compile(r"<(?P<kept>https?://[^<>\s]+)>")
# A star between two digits is a sign of multiplication; one after a backslash is a star.
_EMPHASIS = re.compile(
    r"(?<!\\)(?!(?<=\d)\*+\d)(?P<mark>\*{1,3})(?=\S)(?P<kept>[^*]+?)(?<=[^\s\\])(?P=mark)(?!(?<=\d\*)\d)"
)
_ESCAPE = re.compile(r"\\+(?P<kept>[\\`*_{}\[\]()#+\-.!|~>])")
_TABS = re.compile(r" *(?P<kept>\t)[ \t]*")
_SPACES = re.compile(r"(?P<kept> ) +")
# Tags of XML that change the look of letters: words do not end at them. At other tags they do.
INLINE_TAGS = frozenset({"b", "bold", "em", "font", "i", "italic", "sc", "span", "strong", "sub", "sup", "u"})
_INLINE_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(INLINE_TAGS))})(?:\s[^<>]*)?/?>|<!--.*?-->|<!\[CDATA\[|\]\]>", re.S
)
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>")


@dataclass(frozen=True, slots=True)
class MappedText:
    """A string with, for each character, the span of the file that it stands for.

    Attributes:
        text: the characters.
        starts: file offset of each character, shape (len(text),). The first and last character of
            marked-up words stand for the marks too.
        ends: file offset after each character, shape (len(text),).
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of_file(cls, text: str) -> "MappedText":
        """The decoded text of a whole file, each character standing for itself."""
        return cls(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))

    def __len__(self) -> int:
        return len(self.text)

    def slice(self, start: int, end: int | None = None) -> "MappedText":
        """The characters from `start` up to `end`, as with a string's slice."""
        return MappedText(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def strip(self) -> "MappedText":
        """The text without white space at either end."""
        left = len(self.text) - len(self.text.lstrip())
        return self.slice(left, len(self.text.rstrip()) if self.text.strip() else left)

    def widen(self, start: int, end: int) -> "MappedText":
        """The same characters, the first and the last standing for the file from `start` up to `end`."""
        if not self.text:
            return self
        return MappedText(self.text, (start, *self.starts[1:]), (*self.ends[:-1], end))

    def reduce(self, pattern: re.Pattern[str]) -> "MappedText":
        """The text with each match reduced to its group `kept`, which then stands for all of the match.

        A match of a pattern without such a group is dropped.
        """
        parts: list[MappedText] = []
        position = 0
        for match in pattern.finditer(self.text):
            parts.append(self.slice(position, match.start()))
            if "kept" in pattern.groupindex:
                kept = self.slice(*match.span("kept"))
                parts.append(kept.widen(self.starts[match.start()], self.ends[match.end() - 1]))
            position = match.end()
        return join([*parts, self.slice(position)], "") if position else self

    def replace_characters(self, table: dict[str, str]) -> "MappedText":
        """Each character replaced by the string the table gives for it."""
        if not any(character in self.text for character in table):
            return self
        text, starts, ends = [], [], []
        for character, start, end in zip(self.text, self.starts, self.ends, strict=True):
            for replacement in table.get(character, character):
                text.append(replacement)
                starts.append(start)
                ends.append(end)
        return MappedText("".join(text), tuple(starts), tuple(ends))

    def clean(self, *, markdown: bool) -> "MappedText":
        """The text as it is quoted: ligatures spelt out, invisible characters and mark-up dropped.

        Runs of white space become one space, but a tab stays a tab (it parts the cells of a row).
        """
        result = self.replace_characters(_LIGATURES).reduce(_INVISIBLE)
        if markdown:
            for pattern in (_LINK, _ADDRESS, _EMPHASIS, _EMPHASIS, _ESCAPE):
                result = result.reduce(pattern)
        spaces = {c: " " for c in set(result.text) if c.isspace() and c != "\t"}
        return result.replace_characters(spaces).reduce(_TABS).reduce(_SPACES).strip()


def join(parts: Iterable[MappedText], separator: str) -> MappedText:
    """The parts joined by white space, which stands for nothing in the file.

    Raises:
        ValueError: the separator is not white space.
    """
    if separator.strip():
        raise ValueError(f"only white space may be put between pieces, not {separator!r}")
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for part in parts:
        if text and separator:
            text.append(separator)
            starts.extend([ends[-1]] * len(separator))
            ends.extend([ends[-1]] * len(separator))
        text.append(part.text)
        starts.extend(part.starts)
        ends.extend(part.ends)
    return MappedText("".join(text), tuple(starts), tuple(ends))


def plain(text: str) -> str:
    """The declared normalisation: a quote equals its place in the file after it, on both sides.

    XML tags and Markdown links, emphasis and escapes are dropped, XML entities decoded, Unicode
    compatibility forms folded (NFKC), invisible characters dropped and white space made one space.
    """
    text = _ADDRESS.sub(r"\g<kept>", text)
    while (decoded := html.unescape(text)) != text:  # an entity may be escaped twice
        text = decoded
    text = _TAG.sub(" ", _INLINE_TAG.sub("", _INVISIBLE.sub("", text)))
    text = _ESCAPE.sub(r"\g<kept>", _LINK.sub(r"\g<kept>", text)).replace("*", "")
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())
