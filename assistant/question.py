"""What was asked: a checked question, its parts, and the words that are searched beside it."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import QuestionError

MAX_CHARACTERS = 2000
_WORDS_FILE = Path(__file__).parent / "words.toml"
# What is made of characters that are not shown: control characters part words, others stand inside them.
_SHOWN_AS = {"Cc": " ", "Cs": " ", "Co": " ", "Cf": ""}
# A second question in the same message or sentence: "… and how is it treated?"
_NEXT_PART = re.compile(
    r"(?<=[?;])\s+(?=\w)|,?\s+and\s+(?=(?:what|which|who|whom|when|where|why|how|is|are|was|were|does|do|did"
    r"|can|could|should|will)\b)",
    re.IGNORECASE,
)
# A part with fewer words than this is not a question of its own ("and how?"). Source: the
# shortest questions of the evaluation set's development split that stand alone have three words.
_PART_WORDS = 3
# A question of more parts is taken whole. Source: chosen, to bound the time of an answer: for each part
# passages are found and read.
MOST_PARTS = 5

_SMALL_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word of the question and what is searched beside it."""

    asked: str
    means: str


def checked_question(text: str) -> str:
    """The question as one line of clean text.

    Raises:
        QuestionError: it is empty, too long, or holds no letter or digit.
    """
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(text)} characters; at most {MAX_CHARACTERS} are read. Ask it in fewer "
            "words."
        )
    visible = "".join(
        _SHOWN_AS.get(unicodedata.category(character), character)
        for character in unicodedata.normalize("NFC", text)
    )
    question = " ".join(visible.split())
    if not question:
        raise QuestionError("The question is empty. Type a question about the sources.")
    if not any(character.isalnum() for character in question):
        raise QuestionError("The question holds no words. Type a question about the sources.")
    return question


def parts(question: str) -> tuple[str, ...]:
    """The questions that a question is made of; itself alone if it asks one thing, or too many."""
    return (question,) if asks_too_many(question) else _parts(question)


def asks_too_many(question: str) -> bool:
    """Whether a question has more parts than are searched for one by one."""
    return len(_parts(question)) > MOST_PARTS


def _parts(question: str) -> tuple[str, ...]:
    found = [part.strip(" ,;") for part in _NEXT_PART.split(question)]
    found = [part for part in found if part]
    if len(found) < 2 or any(len(part.split()) < _PART_WORDS for part in found):
        return (question,)
    return tuple({part.casefold().rstrip(" ?"): part for part in found}.values())


def expansions(question: str) -> tuple[Expansion, ...]:
    """What is searched beside the question's own words, in the order of the table."""
    found: list[Expansion] = []
    for pattern, means in _table():
        match = pattern.search(question)
        known = {expansion.means for expansion in found}
        if match and means not in known and means.casefold() not in question.casefold():
            found.append(Expansion(match.group(), means))
    return tuple(found)


def searched_text(question: str, added: tuple[Expansion, ...]) -> str:
    """The question with what is searched beside it."""
    return " ".join((question, *(f"({expansion.means})" for expansion in added)))


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    entries = tomllib.loads(_WORDS_FILE.read_text("utf-8"))["words"]
    table = []
    for entry in entries:
        for asked in entry["asked"]:
            # "PE" and "BP" are abbreviations only in capitals; longer ones are typed in small letters too
            exact = asked.isupper() and len(asked) < _SMALL_LETTERS
            flags = re.NOFLAG if exact else re.IGNORECASE
            table.append((re.compile(rf"(?<!\w){re.escape(asked)}(?!\w)", flags), entry["means"]))
    return tuple(table)
