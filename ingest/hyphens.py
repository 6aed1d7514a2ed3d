"""Words that the end of a line cuts in two: does the hyphen belong to the word?"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from ingest.embed import packaged_folder
from ingest.mapped_text import MappedText, join

_SOFT = "\u00ad"
# A word or a number cut by the end of a line; the halves in the groups.
_CUT = re.compile(r"(?P<first>\w+)(?P<hyphen>[-\u2010\u2013\u00ad])[ \t]*\n[ \t]*(?=(?P<second>\w+))")
_AT_END = re.compile(r"(?P<first>[^\W\d_]{2,})(?P<hyphen>[-\u2010\u00ad])$")
# A word that has one of these is a word of the vocabulary without it.
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "ly")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in texts, in small letters; a word with hyphens is one word.

    Words at the end of a line that is cut by a hyphen are counted by what is left of them, which does no
    harm: half words are asked for only as halves.
    """
    return Counter(word.lower() for text in texts for word in _WORD.findall(text))


def mend(text: MappedText, counts: Counter[str]) -> MappedText:
    """The text with words whole again that the end of a line cuts in two.

    The letter before a hyphen that is dropped stands for it too, so that the map to the file is whole.

    Args:
        text: lines parted by line ends.
        counts: how often each word stands in the whole document.
    """
    parts: list[MappedText] = []
    position = 0
    for match in _CUT.finditer(text.text):
        start, end = match.start("hyphen"), match.start("second")
        if belongs(match.group("first"), match.group("hyphen"), match.group("second"), counts):
            parts.append(text.slice(position, start + 1))
        else:
            half = text.slice(position, start)
            parts.append(half.widen(half.starts[0], text.ends[start]) if position < start else half)
        position = end
    return join([*parts, text.slice(position)], "") if position else text


def ends_in_hyphen(text: str) -> bool:
    """Whether a text breaks off in a word that is cut by a hyphen."""
    return _AT_END.search(text) is not None


def hyphen_stays(before: str, after: str, counts: Counter[str]) -> bool:
    """Whether the hyphen stays in which one text ends and the next one goes on; see `belongs`."""
    first, second = _AT_END.search(before), re.match(r"\w+", after)
    return not first or not second or belongs(first["first"], first["hyphen"], second.group(), counts)


def belongs(first: str, hyphen: str, second: str, counts: Counter[str]) -> bool:
    """Whether the hyphen between two halves belongs to the word: "well-known", not "treat-ment".

    What the document itself writes elsewhere decides; then English: a word is one word if it is one whole
    in the vocabulary of the packaged model, and keeps its hyphen if both halves are words.
    """
    if hyphen == _SOFT:
        return False
    if hyphen == "\u2013" or not (first + second).isalpha():
        return True
    whole, parted = f"{first}{second}".lower(), f"{first}-{second}".lower()
    if counts[whole] or counts[parted]:
        return counts[parted] > counts[whole]
    if second[0].isupper() and not first.isupper():
        return True
    words = _english()
    if any(whole.removesuffix(ending) in words for ending in _ENDINGS):
        return False
    return first.lower() in words and second.lower() in words


@cache
def _english() -> frozenset[str]:
    """Whole words of the packaged model's vocabulary, two letters and more."""
    vocabulary = json.loads((packaged_folder() / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return frozenset(word for word in vocabulary if len(word) > 1 and word.isalpha())
