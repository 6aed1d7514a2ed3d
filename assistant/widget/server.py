"""The widget's part of the web server: its file, the page for iframes, and what it asks for.

    GET  /widget.js                        the widget, one file, for every page
    GET  /widget/frame/{site}              a page with the widget, for iframes on the site's pages
    POST /widget/v1/{site}/start           labels in the reader's language
    POST /widget/v1/{site}/ask             the answer to a question
    POST /widget/v1/{site}/source-context  the text around a quote

Everything under /widget/v1/ is a POST, so that a browser always says where the page is from: it leaves the
Origin header out of a GET to the page's own host.
"""

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.errors import AssistantError, QuestionError
from assistant.examples import examples
from assistant.page import Asked
from assistant.question import MAX_CHARACTERS
from assistant.records import Answer, Turn
from assistant.serialise import answer_json, json_line
from assistant.widget.files import content
from assistant.widget.gate import OriginGate
from assistant.widget.labels import Labels, labels
from assistant.widget.problems import problem
from assistant.widget.rates import Rates
from assistant.widget.shown import context, shown
from assistant.widget.sites import Site, Sites

_LOG = logging.getLogger(__name__)
_DEFECT = "The question could not be answered because of a defect. The server's log says where."
# A question and its conversation. Source: 20 turns of two questions of 2,000 characters, in UTF-8.
_MOST_BYTES = 256 * 1024
_MOST_TURNS = 20
# Questions offered at the start, one from each of the first topics. Source: what fits the dialog.
_EXAMPLES = 3
# A page keeps the file for so long before it asks for a newer one.
_FILE_SECONDS = 300

_DETAILS = {
    404: "There is nothing at this path. See the guide in assistant/widget/README.md.",
    405: "Send a POST.",
}

_Text = Annotated[str, Field(max_length=2 * MAX_CHARACTERS)]
_Id = Annotated[str, Field(max_length=200)]


class _Body(BaseModel):
    """What a page may send: nothing but the fields that are named."""

    model_config = ConfigDict(extra="forbid")


class _Start(_Body):
    language: Annotated[str, Field(max_length=35)] = ""


class _Turn(_Body):
    question: _Text
    standalone_question: _Text
    source_ids: Annotated[list[_Id], Field(max_length=100)]
    best_quote: tuple[_Id, int, int] | None = None


class _Question(_Body):
    question: str
    history: Annotated[list[_Turn], Field(max_length=_MOST_TURNS)] = []


class _Place(_Body):
    source_id: _Id
    start: int
    end: int


class Widget:
    """What the widget asks for, from values to responses. Keeps no question and no answer."""

    def __init__(self, assistant: Asked, sites: Sites) -> None:
        self._assistant = assistant
        self._sites = sites
        self._rates = Rates()

    def start(self, body: _Start, request: Request) -> Response:
        """The labels, the questions to offer, and how many sources there are."""
        return self._limited(request, lambda: _json(self._opening(labels(body.language))))

    def ask(self, body: _Question, request: Request) -> Response:
        """The answer, what is shown of it, and the turn that the next question is sent with."""
        return self._limited(request, lambda: self._answer(body), asking=True)

    def source_context(self, body: _Place, request: Request) -> Response:
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

    def _answer(self, body: _Question) -> Response:
        documents = self._assistant.index.documents
        history = [_turn(turn) for turn in body.history]
        for turn in history:
            if turn.best_quote is not None:
                source_id, start, end = turn.best_quote
                if source_id not in documents or not 0 <= start < end <= len(documents[source_id].text):
                    return problem(422, "Not a place in the sources", "A turn of the history quotes nothing.")
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
        documents = self._assistant.index.documents
        turn = answer.turn()
        return {
            "answer": answer_json(answer),
            "shown": shown(answer, (document.source for document in documents.values())),
            "turn": {
                "question": turn.question,
                "standalone_question": turn.standalone_question,
                "source_ids": list(turn.source_ids),
                "best_quote": turn.best_quote,
            },
        }

    def _context(self, body: _Place) -> Response:
        document = self._assistant.index.documents.get(body.source_id)
        if document is None:
            return problem(404, "No such source", "There is no source of this id in the corpus.")
        try:
            return _json(context(document, (body.start, body.end)))
        except ValueError as error:
            return problem(422, "Not a place in the sources", str(error))


def mount_widget(server: FastAPI, assistant: Asked, sites: Sites) -> None:
    """Serves the widget of the assistant to pages of the sites. To be called before the page is mounted."""
    asked = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, max_body_size=_MOST_BYTES)
    asked.add_exception_handler(HTTPException, _as_problem)
    asked.add_exception_handler(RequestValidationError, _as_problem)
    widget = Widget(assistant, sites)
    asked.post("/start")(widget.start)
    asked.post("/ask")(widget.ask)
    asked.post("/source-context")(widget.source_context)
    gate = OriginGate(asked, sites, _MOST_BYTES)
    server.mount("/widget/v1/{site}", gate)
    server.mount("/widget/v1", gate)  # no site is named: nobody passes

    @server.get("/widget.js", include_in_schema=False)
    def widget_file() -> Response:
        return _file("widget.js", "text/javascript", {"Access-Control-Allow-Origin": "*"})

    @server.get("/widget/frame/{site}", include_in_schema=False)
    def frame(site: str) -> Response:
        found = sites.by_id.get(site)
        if found is None or not sites.served_at:
            detail = "The operator lists the sites, and the origin that iframes are served at."
            return problem(404, "Not served here", detail)
        return _file("widget_frame.html", "text/html", {"Content-Security-Policy": _frame_policy(found)})

    @server.get("/widget/frame.js", include_in_schema=False)
    def frame_script() -> Response:
        return _file("widget_frame.js", "text/javascript")

    @server.get("/widget/frame.css", include_in_schema=False)
    def frame_style() -> Response:
        return _file("widget_frame.css", "text/css")


def _frame_policy(site: Site) -> str:
    """What the page for iframes may load (its own files) and who may show it (the site's pages)."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {' '.join(site.origins)}"
    )


def _file(name: str, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    own = {"Cache-Control": f"max-age={_FILE_SECONDS}", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(content(name), media_type=kind, headers={**own, **(headers or {})})


def _json(values: Mapping[str, Any]) -> Response:
    return Response(json_line(values), media_type="application/json")


def _turn(turn: _Turn) -> Turn:
    return Turn(turn.question, turn.standalone_question, tuple(turn.source_ids), turn.best_quote)


def _as_problem(request: Request, error: Exception) -> Response:
    """A problem for what no route took; says where the request is wrong, not what it holds."""
    if isinstance(error, RequestValidationError):
        where = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        return problem(422, "The request is not understood", where)
    if isinstance(error, HTTPException):
        detail = _DETAILS.get(error.status_code, error.detail)
        return problem(error.status_code, error.detail, detail, error.headers)
    raise error
