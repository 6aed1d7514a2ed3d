"""What requests to the API hold, checked by pydantic. Responses are the records themselves, as JSON."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from assistant.errors import QuestionError
from assistant.question import MAX_CHARACTERS, checked_question
from assistant.records import MAX_QUOTES, Options, Turn
from assistant.turns import MOST_ASKED_AGAIN
from ingest.records import Span

# Earlier turns of a conversation. Source: more than a person leans on; not measured.
MAX_TURNS = 20
# Source: twice the quotes of an answer with two parts.
MOST_QUOTES = 2 * MAX_QUOTES
_LONGEST_QUOTE = 4000
# Of the examples in the OpenAPI document.
SOURCE = "004_357560ebc91a011b"

Question = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARACTERS)]
# As it was understood: the question with what it takes from the one before it.
StandaloneQuestion = Annotated[str, StringConstraints(min_length=1, max_length=2 * MAX_CHARACTERS)]
SourceId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Offset = Annotated[int, Field(ge=0, le=10**9)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EarlierTurn(_Strict):
    """An earlier question; with `standalone_question` a turn as an answer gave it, else it is asked again."""

    question: Question
    standalone_question: StandaloneQuestion | None = None
    source_ids: Annotated[list[SourceId], Field(max_length=100)] = []
    best_quote: tuple[SourceId, Offset, Offset] | None = None

    _question = field_validator("question")(lambda text: _taken(text))

    def turn(self) -> Turn | str:
        """The turn, or the question alone."""
        if self.standalone_question is None:
            return self.question
        return Turn(self.question, self.standalone_question, tuple(self.source_ids), self.best_quote)


class AskRequest(_Strict):
    """A question, the conversation before it, and what the asker narrows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How common is cement leakage?"},
                {
                    "question": "And in the thoracic spine?",
                    "history": [{"question": "Which needle route is used in the lumbar spine?"}],
                    "sources": [SOURCE],
                    "quotes": 3,
                },
            ]
        }
    )

    question: Annotated[Question, Field(description="In English, with at least one letter or digit.")]
    history: Annotated[
        list[EarlierTurn],
        Field(
            max_length=MAX_TURNS,
            description="The earlier turns of the conversation, oldest first. Of questions alone, the last "
            f"{MOST_ASKED_AGAIN} are asked again.",
        ),
    ] = []
    sources: Annotated[
        list[SourceId] | None,
        Field(max_length=100, description="Ids of the only sources that are searched; all if left out."),
    ] = None
    quotes: Annotated[
        int, Field(ge=1, le=MOST_QUOTES, description="Most quotes for each part of the question.")
    ] = MAX_QUOTES

    _question = field_validator("question")(lambda text: _taken(text))

    def options(self) -> Options:
        """What the asker narrows."""
        return Options(tuple(dict.fromkeys(self.sources or ())), self.quotes)


class QuoteToVerify(_Strict):
    """A quote, and where it is said to stand: anywhere, in a source, or at one place of a source."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"quote": "Absolute contraindications include local infection"},
                {"quote": "Leakage of cement", "source_id": SOURCE, "start": 7649, "end": 7666},
            ]
        }
    )

    quote: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_QUOTE)]
    source_id: SourceId | None = None
    start: Offset | None = None
    end: Offset | None = None

    @model_validator(mode="after")
    def _whole_place(self) -> "QuoteToVerify":
        if not self.quote.strip():
            raise ValueError("the quote holds no words")
        if (self.start is None) != (self.end is None) or (self.start is not None and self.source_id is None):
            raise ValueError("start and end go together, with a source_id")
        return self

    def span(self) -> Span | None:
        """Where the quote is said to stand; None for anywhere."""
        return None if self.start is None or self.end is None else (self.start, self.end)


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="allow")


class SourceToVerify(_Lenient):
    """The source of a quote; its other fields are compared with the corpus."""

    id: SourceId


class CitationToVerify(_Lenient):
    """A citation of an answer; its other fields are compared with the corpus."""

    n: int | None = None
    quote: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_QUOTE)]
    start: Offset
    end: Offset
    source: SourceToVerify
    lead_in: Annotated[str, StringConstraints(max_length=_LONGEST_QUOTE)] = ""


class NearestToVerify(_Lenient):
    """A passage that an answer calls near."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_QUOTE)]
    start: Offset
    end: Offset
    source: SourceToVerify


class StatementToVerify(_Lenient):
    """A statement of an answer."""

    text: Annotated[str, StringConstraints(max_length=_LONGEST_QUOTE)]
    citations: list[int]


class AnswerToVerify(_Lenient):
    """An answer as it was given; what else it holds is not checked."""

    citations: Annotated[list[CitationToVerify], Field(max_length=4 * MOST_QUOTES)]
    statements: Annotated[list[StatementToVerify], Field(max_length=1000)] = []
    nearest: Annotated[list[NearestToVerify], Field(max_length=100)] = []
    corpus: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _finite(cls, content: object) -> object:
        """What differs is sent back as JSON, which cannot hold a number that is not finite."""
        if isinstance(content, dict):
            json.dumps(content, allow_nan=False)
        return content

    def content(self) -> dict[str, Any]:
        """What was given, with the defaults of what was not."""
        return self.model_dump()


class ChatMessage(_Lenient):
    """A message. Only those of the user are read."""

    role: str
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """The words of the message.

        Raises:
            QuestionError: a part of it is something else, such as a picture.
        """
        if not isinstance(self.content, list):
            return self.content or ""
        texts = [part.get("text") for part in self.content if part.get("type") == "text"]
        words = [text for text in texts if isinstance(text, str)]
        if len(words) < len(self.content):
            raise QuestionError("A message holds something that is not text. Send text alone.")
        return "\n".join(words)


class StreamOptions(_Lenient):
    """What a streamed response ends with."""

    include_usage: bool = False


class ChatRequest(_Lenient):
    """A chat as OpenAI's interface has it. What steers a language model is taken and has no effect."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "model": "kyphoplasty-assistant",
                    "messages": [{"role": "user", "content": "How common is cement leakage?"}],
                }
            ]
        },
    )

    model: str
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1000)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None


def _taken(question: str) -> str:
    """The question, if it can be asked."""
    try:
        checked_question(question)
    except QuestionError as error:
        raise ValueError(str(error)) from error
    return question
