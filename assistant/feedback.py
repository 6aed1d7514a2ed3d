"""A reader's judgement of an answer as a draft evaluation case.

A draft has the form of a line of `eval/cases.jsonl`; a person completes it before it is added there. A
judgement changes no ranking and no answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from assistant.errors import QuestionError
from assistant.records import Answer

RIGHT = "right"
# Why an answer was not right, as the page offers it: code to words.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "off-point": "The quotes are beside the point",
        "incomplete": "The sources say more than is quoted",
        "should-refuse": "The sources do not say this, and it should have said so",
        "should-answer": "The sources do say this",
        "misleading": "The quotes are exact, but misleading",
        "other": "Something else",
    }
)
# Reasons that only an answer with quotes has, and those that only one has that lacks something.
_OF_QUOTES = ("off-point", "incomplete", "should-refuse", "misleading")
_OF_REFUSALS = ("should-answer",)
_NOTE_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader thinks of an answer.

    Attributes:
        verdict: "right", or a code of REASONS.
        note: in the reader's own words; may be empty.
    """

    verdict: str
    note: str


def reasons(answer: Answer) -> Mapping[str, str]:
    """Why this answer may be wrong: those of REASONS that fit it, code to words."""
    unfit: tuple[str, ...] = () if answer.citations else _OF_QUOTES
    unfit += () if answer.missing else _OF_REFUSALS
    return {code: words for code, words in REASONS.items() if code not in unfit}


def read_judgement(content: Mapping[str, Any]) -> Judgement:
    """A judgement as the page sends it: {"verdict", "note"}.

    Raises:
        QuestionError: the verdict is none that the page offers, or the note is no text.
    """
    verdict, note = content.get("verdict"), content.get("note", "")
    if not isinstance(verdict, str) or verdict not in (RIGHT, *REASONS):
        raise QuestionError(f"{verdict!r} is not a judgement. Known are: {', '.join((RIGHT, *REASONS))}.")
    if not isinstance(note, str):
        raise QuestionError("The note of a judgement should be a text.")
    return Judgement(verdict, note.strip()[:_NOTE_CHARACTERS])


def draft_case(answers: Sequence[Answer], judgement: Judgement) -> dict[str, Any]:
    """The draft of an evaluation case.

    What the judgement does not tell is left empty: a wrong answer's draft states no fact.

    Args:
        answers: of the conversation, oldest first; the last is the one that is judged.
        judgement: of it.
    """
    answer = answers[-1]
    expect: str = answer.status
    if judgement.verdict != RIGHT:
        expect = "not_in_sources" if judgement.verdict == "should-refuse" else "answered"
    facts = []
    if judgement.verdict == RIGHT and answer.citations:
        first = answer.citations[0]
        start, end = first.highlight or (first.start, first.end)
        words = first.quote[start - first.start : end - first.start]
        facts.append({"fact": words, "quotes": [first.quote]})
    kind = "unanswerable" if expect == "not_in_sources" else "follow_up" if len(answers) > 1 else "direct"
    why = "judged right" if judgement.verdict == RIGHT else f"judged wrong: {REASONS[judgement.verdict]}"
    return {
        "id": f"draft-{answer.id}",
        "kind": kind,
        "turns": [turn.question for turn in answers],
        "expect": expect,
        "facts": facts,
        "note": ". ".join(part for part in (f"Draft, {why}", judgement.note) if part),
    }
