"""Conversations as the browser keeps them: their turns read back, and their questions asked again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from assistant.errors import QuestionError
from assistant.question import checked_question
from assistant.records import Answer, Hit, Turn
from ingest.records import Document, Source

# Turns that a request may bring. Source: bounds the work of one request; conversations are far shorter.
MAX_TURNS = 100
Report = Callable[[str, tuple[Hit, ...]], None]
_UNREADABLE = "The earlier turns of this conversation cannot be read. Start a new conversation."


class Asks(Protocol):
    """What answers questions."""

    def ask(self, question: str, history: Sequence[Turn] = (), *, report: Report | None = None) -> Answer:
        """The answer to a question after earlier turns; `report` is given what was retrieved for it."""
        ...


class Documents(Protocol):
    """What pages need of an index."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by source id; each is read when it is asked for."""
        ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources in the order of the corpus."""
        ...

    @property
    def corpus_digest(self) -> str:
        """The version of the corpus."""
        ...


class Served(Asks, Protocol):
    """What pages need of an assistant."""

    @property
    def index(self) -> Documents:
        """What answers are quoted from."""
        ...


def turn_json(turn: Turn) -> dict[str, Any]:
    """A turn as values of JSON."""
    return asdict(turn)


def read_turns(content: object) -> tuple[Turn, ...]:
    """The turns that the browser sends back, checked: they may come from storage that was damaged.

    Raises:
        QuestionError: it is not a list of at most MAX_TURNS turns, or one of them holds no question.
    """
    if not isinstance(content, list) or len(content) > MAX_TURNS:
        raise QuestionError(_UNREADABLE)
    return tuple(_turn(item) for item in content)


def read_questions(content: object) -> tuple[str, ...]:
    """The questions of a conversation, oldest first.

    Raises:
        QuestionError: it is not a list of at least one and at most MAX_TURNS texts.
    """
    if not isinstance(content, list) or not 0 < len(content) <= MAX_TURNS:
        raise QuestionError(f"A conversation holds 1 to {MAX_TURNS} questions.")
    if not all(isinstance(item, str) for item in content):
        raise QuestionError("The questions of a conversation should be texts.")
    return tuple(content)


def replay(assistant: Asks, questions: Sequence[str]) -> tuple[Answer, ...]:
    """The answers to the questions of a conversation, each asked after those before it.

    Raises:
        AssistantError: a question cannot be answered.
    """
    answers: list[Answer] = []
    for question in questions:
        answers.append(assistant.ask(question, [answer.turn() for answer in answers]))
    return tuple(answers)


def _turn(item: object) -> Turn:
    if not isinstance(item, Mapping):
        raise QuestionError(_UNREADABLE)
    question, standalone = item.get("question"), item.get("standalone_question")
    ids, best = item.get("source_ids"), item.get("best_quote")
    if not isinstance(question, str) or not isinstance(standalone, str) or not isinstance(ids, list):
        raise QuestionError(_UNREADABLE)
    if not all(isinstance(name, str) for name in ids):
        raise QuestionError(_UNREADABLE)
    try:
        question, standalone = checked_question(question), checked_question(standalone)
    except QuestionError as error:
        raise QuestionError(_UNREADABLE) from error
    return Turn(question, standalone, tuple(ids), _best_quote(best))


def _best_quote(item: object) -> tuple[str, int, int] | None:
    if item is None:
        return None
    if isinstance(item, list) and len(item) == 3:
        name, start, end = item
        if isinstance(name, str) and type(start) is int and type(end) is int:
            return name, start, end
    raise QuestionError(_UNREADABLE)
