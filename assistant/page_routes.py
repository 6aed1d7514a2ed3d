"""What the page's scripts fetch: quotes in their source, exports, draft cases, style sheets, scripts."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from assistant.cite import citation, verify
from assistant.defects import DEFECT, log_defect
from assistant.errors import AssistantError, QuestionError
from assistant.feedback import draft_case, read_judgement
from assistant.page_image import PageImages
from assistant.references import bibtex, ris
from assistant.render_page import render_searched_html
from assistant.render_report import render_report_html
from assistant.render_source import render_no_place_html, render_source_html
from assistant.replay import Served, read_questions, replay
from assistant.report import Report, report
from assistant.report_pdf import report_pdf
from assistant.report_text import markdown_report
from assistant.serialise import json_line
from ingest.errors import IngestError
from ingest.records import Span

_STATIC = Path(__file__).parent / "static"
# Bytes of a request. Source: 100 questions of 2000 characters, and room for letters of several bytes.
_MOST_BYTES = 1_000_000
_TOO_LARGE = "The conversation is too large to export. Export it in parts: start a new conversation."
_NO_PAGE = "There is nothing here."

Export = Callable[[Report], bytes]
# How a report is exported: the form's name, its media type, what makes it.
EXPORTS: Mapping[str, tuple[str, Export]] = MappingProxyType(
    {
        "markdown": ("text/markdown", lambda made: markdown_report(made).encode("utf-8")),
        "html": ("text/html", lambda made: render_report_html(made).encode("utf-8")),
        "pdf": ("application/pdf", report_pdf),
        "ris": ("application/x-research-info-systems", lambda made: ris(made.sources).encode("utf-8")),
        "bibtex": ("application/x-bibtex", lambda made: bibtex(made.sources).encode("utf-8")),
    }
)


def page_routes(
    assistant: Served, images: PageImages | None = None, today: Callable[[], date] = date.today
) -> list[Route]:
    """The routes under /page of an assistant.

    Args:
        assistant: answers the questions of a conversation again, when it is exported.
        images: draws the pages of sources that have pages; None where no source has.
        today: gives the day that an export bears.
    """

    def export(form: str, content: Mapping[str, Any]) -> Response:
        if form not in EXPORTS:
            raise QuestionError(f"{form!r} is no form of export. Known are: {', '.join(EXPORTS)}.")
        media_type, make = EXPORTS[form]
        answers = replay(assistant, read_questions(content.get("questions")))
        return Response(make(report(answers, today())), media_type=media_type)

    def case(form: str, content: Mapping[str, Any]) -> Response:
        judgement = read_judgement(content)
        answers = replay(assistant, read_questions(content.get("questions")))
        line = json_line(draft_case(answers, judgement))
        return Response(f"{line}\n", media_type="application/jsonl")

    def show_sources(request: Request) -> Response:
        return HTMLResponse(render_searched_html(assistant.index.sources))

    def show_quote(request: Request) -> Response:
        return HTMLResponse(_quote(assistant, request.query_params))

    def show_page(request: Request) -> Response:
        return _image(assistant, images, request.query_params)

    return [
        Route("/page/static/{name}", _static),
        Route("/page/sources", show_sources),
        Route("/page/quote", show_quote),
        Route("/page/image", show_page),
        Route("/page/export/{form}", _post(export), methods=["POST"]),
        Route("/page/case", _post(case), methods=["POST"]),
    ]


def _static(request: Request) -> Response:
    """A style sheet or script of the page. Browsers ask each time whether it has changed."""
    name = request.path_params["name"]
    path = _STATIC / name
    if path.suffix not in (".css", ".js") or path.parent != _STATIC or not path.is_file():
        return PlainTextResponse(_NO_PAGE, status_code=404)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


def _quote(assistant: Served, asked: Mapping[str, str]) -> str:
    """The panel for a place in a source: exact, or a line that says that it cannot be shown."""
    document = assistant.index.documents.get(asked.get("source", ""))
    try:
        span, words = _span(asked["span"]), _span(asked["words"])
        number, quotes = int(asked["number"]), int(asked["of"])
        if document is None:
            return render_no_place_html()
        inside = span[0] <= words[0] < words[1] <= span[1]
        shown = citation(number, document, span, highlight=words if inside else None)
        verify(shown, document)
    except (AssistantError, KeyError, ValueError, IndexError):
        return render_no_place_html()
    return render_source_html(document, shown, quotes)


def _image(assistant: Served, images: PageImages | None, asked: Mapping[str, str]) -> Response:
    """The picture of a page of a source with the words of a span marked, or why there is none."""
    document = assistant.index.documents.get(asked.get("source", ""))
    try:
        if document is None or images is None:
            return PlainTextResponse(_NO_PAGE, status_code=404)
        page = int(asked["page"])
        shown = citation(1, document, _span(asked["span"]))
        boxes = [box[1:] for box in shown.boxes if box[0] == page]
        if not boxes:
            return PlainTextResponse(_NO_PAGE, status_code=404)
        return Response(images(document.source, page, boxes), media_type="image/png")
    except (AssistantError, KeyError, ValueError):
        return PlainTextResponse(_NO_PAGE, status_code=404)
    except IngestError as error:
        return PlainTextResponse(str(error), status_code=404)


def _span(text: str) -> Span:
    """The span that a text such as "12-40" gives.

    Raises:
        ValueError: it is none.
    """
    start, _, end = text.partition("-")
    return int(start), int(end)


def _post(
    work: Callable[[str, Mapping[str, Any]], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads a JSON object and works on it in a thread; errors become one line."""

    async def endpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return PlainTextResponse(_TOO_LARGE, status_code=413)
        form = request.path_params.get("form", "")
        return await run_in_threadpool(_answered, work, form, body)

    return endpoint


def _answered(work: Callable[[str, Mapping[str, Any]], Response], form: str, body: bytes) -> Response:
    try:
        content = json.loads(body)
        if not isinstance(content, dict):
            raise ValueError("no object")
    except (ValueError, RecursionError):  # no JSON, or JSON that is nested without end
        return PlainTextResponse("The request is not a JSON object.", status_code=400)
    try:
        return work(form, content)
    except AssistantError as error:
        return PlainTextResponse(str(error), status_code=400)
    except Exception as error:
        log_defect(error)
        return PlainTextResponse(DEFECT, status_code=500)
