"""Expected words against shown words: which are the same, missing or added. By difflib, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from eval.rows import Row
from ingest.mapped_text import plain

Mark = Literal["same", "missing", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are in both texts, only in the expected one (missing), or only in the shown one (added)."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A fact that was not stated, and the nearest that was shown.

    Attributes:
        fact: what it says.
        pieces: of the gold quote and the quote shown that share most words; all missing if none was shown.
    """

    fact: str
    pieces: tuple[Piece, ...]


def differences(expected: str, shown: str) -> tuple[Piece, ...]:
    """The words of both texts in order; those that differ stand as missing, then added."""
    first, second = plain(expected).split(), plain(shown).split()
    pieces = []
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(first[start:end])))
            continue
        if end > start:
            pieces.append(Piece("missing", " ".join(first[start:end])))
        if other_end > other_start:
            pieces.append(Piece("added", " ".join(second[other_start:other_end])))
    return tuple(pieces)


def missed(row: Row, quotes: int = 5) -> tuple[Missed, ...]:
    """The facts that the first quotes do not state, each beside what comes nearest to it."""
    shown = row.quotes[:quotes]
    states = {number for quote in shown for number in quote["states"]}
    texts = [quote["text"] for quote in shown]
    return tuple(
        Missed(fact["fact"], _nearest(fact["quotes"], texts))
        for number, fact in enumerate(row.expected["facts"])
        if number not in states
    )


def _nearest(gold: Sequence[str], shown: Sequence[str]) -> tuple[Piece, ...]:
    pairs = [(expected, text) for expected in gold for text in shown]
    if not pairs:
        return (Piece("missing", plain(gold[0])),)
    return differences(*max(pairs, key=lambda pair: _shared(*pair)))


def _shared(expected: str, shown: str) -> float:
    """Share of words that the two have in common and in the same order, in [0, 1]."""
    return SequenceMatcher(None, plain(expected).split(), plain(shown).split(), autojunk=False).ratio()
