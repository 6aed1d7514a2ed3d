"""The words that the widget shows beside an answer's own: English as everywhere else, and translations.

Words that say what an answer, a quote or a source is worth, and what the widget is not for, are `evidence`
labels: a page chooses their language and nothing else. The others are `interface` labels.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import get_args

from assistant import render
from assistant.question import MAX_CHARACTERS
from assistant.render_html import COMPARED, NEXT, SEARCHED
from assistant.render_page import TITLE
from ingest.records import Kind

ENGLISH = "en"
# Languages that are written from right to left. Source: the scripts of the Unicode standard.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_TRANSLATIONS = Path(__file__).parent / "labels"

INTERFACE: Mapping[str, str] = {
    "title": TITLE,
    "greeting": "Complications of kyphoplasty and vertebroplasty, answered in quotes.",
    "examples": "Example questions",
    "question": "Question",
    "placeholder": "Type a question",
    "ask": "Ask",
    "close": "Close",
    "reset": "New conversation",
    "conversation": "Conversation",
    "searching": "Searching the sources …",
    "opening": "Opening the source …",
    "empty": "The question is empty. Type a question about the sources.",
    "busy": "The last question is still being answered.",
    "too_many": "Too many questions. Ask again in {seconds} seconds.",
    "later": "The assistant cannot answer now. Ask again in {seconds} seconds.",
    "unreachable": "The assistant cannot be reached. Check the connection and ask again.",
    "slow": "No answer came within {seconds} seconds. Ask again.",
}
EVIDENCE: Mapping[str, str] = {
    "purpose": "Literature look-up in {sources} named sources.",
    "not_for": "Not for emergencies, not for patients.",
    **{f"outcome.{status}": words for status, words in render.OUTCOMES.items()},
    "found": "Quotes: {quotes}. Sources: {sources}.",
    "measured": render.MEASURED,
    "understood": render.UNDERSTOOD,
    "notes": "Notes",
    "missing": render.MISSING.removesuffix(":"),
    "searched": SEARCHED,
    "more": "and {more} more",
    "nearest": render.NEAREST,
    "suggestions": render.SUGGESTIONS,
    "next": NEXT,
    "reports": render.REPORTS,
    "its_reference": "its reference {number}:",
    "figures": "What the numbers mean",
    "share_of": render.SHARE_OF,
    "procedure": render.PROCEDURE,
    "found_by": render.FOUND_BY,
    "not stated": "not stated",
    "compared": COMPARED,
    "comparison": render.COMPARISON,
    "agree": "agree",
    "differ": "differ",
    "not comparable": "not comparable",
    "references": "References",
    "about_source": "About this source",
    "cite": "[{n}] Show quote {n} in its source",
    "in_source": "Quote {n} in its source",
    "peer_review": "Peer review: {basis}",
    "receipt": "Receipt: {source}, characters {start} to {end}, file SHA-256 {sha256}…",
    "inexact": "This place cannot be shown exactly, and so is not shown.",
    **{
        f"badge.{words}": words
        for words in (
            *(kind for kind in get_args(Kind) if kind != "patient information"),
            render.NOT_EVIDENCE,
            render.UNDATED,
            render.PEER_REVIEWED,
            render.NOT_PEER_REVIEWED,
            render.ABSTRACT_ONLY,
            *render.ABOUT.values(),
        )
    },
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels in one language.

    Attributes:
        language: of the labels, as in HTML's `lang`.
        direction: "ltr" or "rtl".
        interface: by name; a page may replace them.
        evidence: by name; a page may not.
        question_characters: the most that a question may have.
    """

    language: str
    direction: str
    interface: Mapping[str, str]
    evidence: Mapping[str, str]
    question_characters: int = MAX_CHARACTERS


def labels(language: str) -> Labels:
    """The labels in a language, or in English if there are none in it.

    Args:
        language: as in HTML's `lang`; of "de-AT" only "de" counts.
    """
    name = language.split("-")[0].lower()
    translated = _translations().get(name)
    if translated is None:
        return Labels(ENGLISH, "ltr", INTERFACE, EVIDENCE)
    direction = "rtl" if name in _RIGHT_TO_LEFT else "ltr"
    interface = {key: translated.get(key, words) for key, words in INTERFACE.items()}
    evidence = {key: translated.get(key, words) for key, words in EVIDENCE.items()}
    return Labels(name, direction, interface, evidence)


def languages() -> tuple[str, ...]:
    """The languages that there are labels in."""
    return (ENGLISH, *_translations())


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, Mapping[str, str]]:
    files = sorted(_TRANSLATIONS.glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in files}
