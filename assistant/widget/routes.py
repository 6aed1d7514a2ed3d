"""What the widget asks its server for, from values to responses."""

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from assistant.errors import AssistantError, QuestionError
from assistant.examples import examples
from assistant.question import MAX_CHARACTERS
from assistant.records import Answer, Turn
from assistant.serialise import answer_json, json_line
from assistant.widget.labels import Labels, labels
from assistant.widget.problems import problem
from assistant.widget.rates import Rates
from assistant.widget.shown import context, shown
from assistant.widget.sites import Site, Sites
from ingest.records import Document, Source

_LOG = logging.getLogger(__name__)
_DEFECT = "The question could not be answered because of a defect. The server's log says where."
# Turns of a conversation that a question is sent with. Source: more than a question leans on.
_MOST_TURNS = 20
# Questions offered at the start, one from each of the first topics. Source: what fits the dialog.
_EXAMPLES = 3

_Text = Annotated[str, Field(max_length=2 * MAX_CHARACTERS)]
_Id = Annotated[str, Field(max_length=200)]


class _Body(BaseModel):
    """What a page may send: nothing but the fields that are named."""

    model_config = ConfigDict(extra="forbid")


class Start(_Body):
    """How the widget starts: the language of its page."""

    language: Annotated[str, Field(max_length=35)] = ""


class _Turn(_Body):
    question: _Text
    standalone_question: _Text
    source_ids: Annotated[list[_Id], Field(max_length=100)]
    best_quote: tuple[_Id, int, int] | None = None


class Question(_Body):
    """A question and the turns before it, oldest first."""

    question: str
    history: Annotated[list[_Turn], Field(max_length=_MOST_TURNS)] = []


class Place(_Body):
    """Where a quote stands."""

    source_id: _Id
    start: int
    end: int


class Documents(Protocol):
    """What the widget needs of an index."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources in the order of the corpus."""
        ...

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by source id."""
        ...


class Asked(Protocol):
    """What the widget needs of an assistant."""

    @property
    def index(self) -> Documents:
        """What answers are quoted from."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to a question after earlier turns."""
        ...


class Widget:
    """What the widget asks for, from values to responses. Keeps no question and no answer."""

    def __init__(self, assistant: Asked, sites: Sites) -> None:
        self._assistant = assistant
        self._sites = sites
        self._rates = Rates()

    def start(self, body: Start, request: Request) -> Response:
        """The labels, the questions to offer, and how many sources there are."""
        return self._limited(request, lambda: _json(self._opening(labels(body.language))))

    def ask(self, body: Question, request: Request) -> Response:
        """The answer, what is shown of it, and the turn that the next question is sent with."""
        return self._limited(request, lambda: self._answer(body), asking=True)

    def source_context(self, body: Place, request: Request) -> Response:
        """A quote with the text around it."""
        return self._limited(request, lambda: self._context(body))

    def _limited(self, request: Request, reply: Callable[[], Response], *, asking: bool = False) -> Response:
        site: Site = self._sites.by_id[request.path_params["site"]]
        address = request.client.host if request.client else ""
        seconds = self._rates.seconds_to_wait(site, address, asking=asking)
        if seconds:
            detail = f"Too many requests. Send the next one in {seconds} seconds."
            return problem(429, "Too many requests", detail, {"Retry-After": str(seconds)})
        return reply()

    def _opening(self, words: Labels) -> dict[str, Any]:
        return {
            "language": words.language,
            "direction": words.direction,
            "interface": dict(words.interface),
            "evidence": dict(words.evidence),
            "question_characters": words.question_characters,
            "turns": _MOST_TURNS,
            "sources": len(self._assistant.index.documents),
            "suggestions": [topic.questions[0] for topic in examples()[:_EXAMPLES]],
        }

    def _answer(self, body: Question) -> Response:
        documents = self._assistant.index.documents
        history = [_turn(turn, documents) for turn in body.history]
        try:
            answer = self._assistant.ask(body.question, history)
        except QuestionError as error:
            return problem(422, "The question cannot be taken", str(error))
        except Exception as error:
            # The message may hold words of the question: only kind and place are logged.
            where = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s at %s:%s", type(error).__name__, where.filename, where.lineno)
            detail = str(error) if isinstance(error, AssistantError) else _DEFECT
            return problem(500, "No answer", detail)
        return _json(self._answered(answer))

    def _answered(self, answer: Answer) -> dict[str, Any]:
        turn = answer.turn()
        return {
            "answer": answer_json(answer),
            "shown": shown(answer, self._assistant.index.sources),
            "turn": {
                "question": turn.question,
                "standalone_question": turn.standalone_question,
                "source_ids": list(turn.source_ids),
                "best_quote": turn.best_quote,
            },
        }

    def _context(self, body: Place) -> Response:
        document = self._assistant.index.documents.get(body.source_id)
        if document is None:
            return problem(404, "No such source", "There is no source of this id in the corpus.")
        try:
            return _json(context(document, (body.start, body.end)))
        except ValueError as error:
            return problem(422, "Not a place in the sources", str(error))


def _json(values: Mapping[str, Any]) -> Response:
    return Response(json_line(values), media_type="application/json")


def _turn(turn: _Turn, documents: Mapping[str, Document]) -> Turn:
    """The turn without what is not, or no longer, in the corpus."""
    ids = tuple(name for name in turn.source_ids if name in documents)
    best = turn.best_quote if _is_place(turn.best_quote, documents) else None
    return Turn(turn.question, turn.standalone_question, ids, best)


def _is_place(quote: tuple[str, int, int] | None, documents: Mapping[str, Document]) -> bool:
    if quote is None or quote[0] not in documents:
        return False
    source_id, start, end = quote
    document = documents[source_id]
    inside = 0 <= start < end <= len(document.text)
    return inside and bool(document.text[start:end].strip() and document.file_spans(start, end))
