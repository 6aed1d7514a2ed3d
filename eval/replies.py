"""What is scored: a system's reply to a conversation, made of the public answer alone.

A system is anything that replies to questions: the assistant in this process, a running one behind a URL, or
a baseline. What it says beyond the reply is not looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, get_args

from assistant.records import Status


class ReplyError(Exception):
    """What came back is not an answer, or nothing came back; says why."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that were shown as a source's.

    Attributes:
        text: the words.
        source_id: of the source they are said to be from.
        start: offset of the first character in the system's text of the source.
        end: offset after the last.
    """

    text: str
    source_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to the last question of a conversation.

    Attributes:
        status: answered, partial or not_in_sources.
        standalone_question: the question as it was understood.
        quotes: the quotes shown, most direct first.
        statements: each statement's text with the numbers of its quotes, 0-based, in `quotes`.
        nearest: what was shown as near but no answer, nearest first.
        confidence: probability that the sources answer, in [0, 1]; None if the system gives none.
        comparisons: each relation of two quotes with their numbers, 0-based; None if the system makes none.
        limits: lines that the answer opens with; None if the system has none.
    """

    status: Status
    standalone_question: str
    quotes: tuple[Quote, ...]
    statements: tuple[tuple[str, tuple[int, ...]], ...]
    nearest: tuple[Quote, ...] = ()
    confidence: float | None = None
    comparisons: tuple[tuple[str, tuple[int, ...]], ...] | None = None
    limits: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage that a system ranks."""

    id: str
    text: str


class System(Protocol):
    """What can be evaluated."""

    @property
    def name(self) -> str:
        """Under which it is reported."""
        ...

    @property
    def configuration(self) -> Mapping[str, Any]:
        """What shapes its replies, as values of JSON."""
        ...

    @property
    def texts(self) -> Mapping[str, str]:
        """For each source id the text that the offsets of its quotes point into."""
        ...

    @property
    def units(self) -> Sequence[Unit]:
        """All passages that it ranks; none if it does not show its ranking."""
        ...

    def reply(self, turns: Sequence[str]) -> Reply:
        """The reply to the last turn of a conversation. Whatever it raises is a failed case."""
        ...

    def ranking(self, question: str) -> Sequence[str]:
        """Ids of the units that are found for a standalone question, best first."""
        ...


def extractive_reply(question: str, quotes: Sequence[Quote]) -> Reply:
    """The reply of a system that shows quotes and decides nothing: each is a statement that cites itself."""
    statements = tuple((quote.text, (i,)) for i, quote in enumerate(quotes))
    return Reply("answered" if quotes else "not_in_sources", question, tuple(quotes), statements)


def reply_of(content: Any) -> Reply:
    """The reply that an answer in its JSON form gives (`assistant.serialise.answer_json`).

    The first quote is the answer's first; the others follow by their support, because an answer groups its
    quotes by source.

    Raises:
        ReplyError: it is not an answer; names the first field that is missing or wrong.
    """
    if not isinstance(content, dict):
        raise ReplyError(f"not an answer: {type(content).__name__} instead of an object")
    status = _field(content, "status", str)
    if status not in get_args(Status):
        raise ReplyError(f"not an answer: unknown status {status!r}")
    confidence = float(_field(content, "confidence", (int, float)))
    if not 0 <= confidence <= 1:
        raise ReplyError(f"not an answer: confidence {confidence} is outside 0 to 1")
    citations = _field(content, "citations", list)
    order = sorted(range(len(citations)), key=lambda i: -_field(citations[i], "support", (int, float)))
    if 0 in order:
        order.sort(key=lambda i: i != 0)
    place = {_field(citations[i], "n", int): position for position, i in enumerate(order)}
    return Reply(
        status=status,
        standalone_question=_field(content, "standalone_question", str),
        quotes=tuple(_quote(citations[i], "quote") for i in order),
        statements=tuple(
            (_field(item, "text", str), _places(item, place)) for item in _field(content, "statements", list)
        ),
        nearest=tuple(_quote(item, "text") for item in _field(content, "nearest", list)),
        confidence=confidence,
        comparisons=tuple(
            (_field(item, "relation", str), _places(item, place))
            for item in _field(content, "comparison", list)
        ),
        limits=tuple(f"{line}" for line in _field(content, "limits", list)),
    )


def turn_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The turn that later questions of the conversation name, as JSON (`assistant.records.Turn`).

    Args:
        content: an answer that `reply_of` took.
    """
    citations = content["citations"]
    first = citations[0] if citations else None
    return {
        "question": _field(content, "question", str),
        "standalone_question": content["standalone_question"],
        "source_ids": list(dict.fromkeys(item["source"]["id"] for item in citations)),
        "best_quote": [first["source"]["id"], first["start"], first["end"]] if first else None,
    }


def _places(item: Any, place: Mapping[int, int]) -> tuple[int, ...]:
    """The places of the quotes that a statement or a comparison cites by number."""
    numbers = _field(item, "citations", list)
    unknown = [number for number in numbers if number not in place]
    if unknown:
        raise ReplyError(f"not an answer: it cites {unknown[0]!r}, which is no citation")
    return tuple(place[number] for number in numbers)


def _quote(item: Any, words: str) -> Quote:
    return Quote(
        text=_field(item, words, str),
        source_id=_field(_field(item, "source", dict), "id", str),
        start=_field(item, "start", int),
        end=_field(item, "end", int),
    )


def _field(content: Any, name: str, kind: type | tuple[type, ...]) -> Any:
    """The value of a field, if it is of the kind; truth values are no numbers."""
    if not isinstance(content, Mapping) or name not in content:
        raise ReplyError(f"not an answer: there is no {name}")
    value = content[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ReplyError(f"not an answer: {name} is {type(value).__name__}")
    return value
