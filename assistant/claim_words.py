"""The words by which claims are told, from claims.toml, and the form of a claim."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Kind = Literal[
    "rate", "route", "level", "frequency", "course", "safety", "duration", "way", "necessity",
    "effect", "cause", "comparator",
]  # fmt: skip
# What a frequency, a risk or a chance of something is called.
ABOUT_TO = r"(?:risk|chance|likelihood|incidence|rate|probability|frequency|occurrence|possibility)"
# Words that deny what stands with them, or leave hardly anything of it; "not only" does not.
DENIES = re.compile(
    r"\b(?:not|no|none|never|neither|nor|cannot|without|rarely|hardly|seldom|scarcely|barely|unlikely|whether"
    r"|difficult)\b(?! only)|n['’]t\b|\bnon(?=-)",
    re.IGNORECASE,
)
# An adverb that may stand before what is said, but for those that turn it.
ADVERB = r"(?:(?!(?:rarely|hardly|scarcely|barely|unlikely|infrequently|uncommonly|only)\b)[\w-]+ly\s)?"
# Words between two of a claim's that are shown with them. Source: enough for "local or general anesthesia".
_BETWEEN = 2
_FILE = Path(__file__).parent / "claims.toml"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a sentence says.

    Attributes:
        kind: what sort of claim it is; only claims of one kind are compared.
        subject: what it is about; claims are compared if they share enough of it (`assistant.compare`).
        value: what is said: names of classes, or for rates and durations none.
        interval: of a rate in per cent or of a duration in days, else None.
        procedures: that the clause names, or what is compared with; empty if it names none.
        words: the words in which it is said, verbatim and in order; " … " stands for words left out.
        denied: classes of which it says that they are not the value.
    """

    kind: Kind
    subject: frozenset[str]
    value: frozenset[str]
    interval: tuple[float, float] | None
    procedures: frozenset[str]
    words: str
    denied: frozenset[str] = frozenset()


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The content of claims.toml."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def named(text: str, classes: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The classes of which the text holds a word."""
    return frozenset(name for name, starts in classes.items() if position(text, starts) is not None)


def position(text: str, starts: Sequence[str]) -> tuple[int, int] | None:
    """Span of the first word that begins like one of them."""
    match = begins(tuple(starts)).search(f"{text} ")
    return match.span() if match else None


@lru_cache(maxsize=512)
def begins(starts: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of a word that begins like one of them."""
    longest_first = sorted(starts, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})[\w-]*", re.IGNORECASE)


def one_of(phrases: Sequence[str]) -> str:
    """A pattern of any of the phrases."""
    return "(?:" + "|".join(re.escape(phrase) for phrase in phrases) + ")"


def excerpt(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The words at the spans, in the text's order and with the few between; " … " for more than a few."""
    said: list[str] = []
    shown = 0
    for start, end in sorted(spans):
        between = text[shown:start]
        if said and len(between.split()) > _BETWEEN:
            said[-1] = said[-1].rstrip()
            said.append(" … ")
        elif said:
            said.append(between)
        said.append(text[max(start, shown if said else start) : end])
        shown = max(shown, end)
    return "".join(said).strip()
