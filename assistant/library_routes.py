"""The pages beside the chat: the library, each of its documents, and About."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from assistant.references import bibtex, ris
from assistant.render_document import render_document_html
from assistant.render_library import (
    render_about_html,
    render_library_html,
    render_missing_page_html,
    render_upload_html,
)
from assistant.replay import Served
from assistant.results import RELEASED, read_results
from ingest.errors import IngestError
from ingest.records import Kind, Source, Span

# Name, content, title and kind of a file to what became of it; raises IngestError with a line for the user.
Upload = Callable[[str, bytes, str, str], str]
# Bytes of a document that is added here. Source: larger ones are better added at the command line.
_MOST_BYTES = 50_000_000
_TOO_LARGE = f"The file is larger than {_MOST_BYTES // 1_000_000} MB. Add it at the command line."
_OTHER_SITE = "Documents can be added from this site's own library page only."


def library_routes(assistant: Served, upload: Upload | None = None, results: Path = RELEASED) -> list[Route]:
    """The routes /library and /about of an assistant.

    Args:
        assistant: its index holds the documents.
        upload: adds a document; None if nobody may.
        results: file of the evaluation's results; it may be missing.
    """
    library = _Library(assistant, upload, results)
    return [
        Route("/library", library.show),
        Route("/library", library.add, methods=["POST"]),
        Route("/library/references.ris", library.as_ris),
        Route("/library/references.bib", library.as_bibtex),
        Route("/library/{source}", library.document),
        Route("/about", lambda request: HTMLResponse(render_about_html())),
    ]


class _Library:
    """The pages on an assistant's documents."""

    def __init__(self, assistant: Served, upload: Upload | None, results: Path) -> None:
        self._assistant = assistant
        self._upload = upload
        self._results = results

    @property
    def _sources(self) -> list[Source]:
        return [document.source for document in self._assistant.index.documents.values()]

    def show(self, request: Request) -> HTMLResponse:
        """The library page."""
        return self._page("")

    def _page(self, message: str) -> HTMLResponse:
        """The library page; the message says what became of a file that was sent, if one was."""
        index = self._assistant.index
        form = render_upload_html(get_args(Kind), message) if self._upload else ""
        documents = tuple(index.documents.values())
        return HTMLResponse(
            render_library_html(documents, index.corpus_digest, read_results(self._results), form)
        )

    def document(self, request: Request) -> HTMLResponse:
        """A document's page."""
        found = self._assistant.index.documents.get(request.path_params["source"])
        if found is None:
            return HTMLResponse(render_missing_page_html("There is no such source in the library."), 404)
        return HTMLResponse(render_document_html(found, _span(request.query_params)))

    def as_ris(self, request: Request) -> Response:
        """All sources for a reference manager."""
        return _file(ris(self._sources), "references.ris")

    def as_bibtex(self, request: Request) -> Response:
        """All sources for LaTeX."""
        return _file(bibtex(self._sources), "references.bib")

    async def add(self, request: Request) -> Response:
        """Adds a document that was sent by the form, and shows the library with what became of it."""
        if self._upload is None or not _same_site(request):
            return PlainTextResponse(_OTHER_SITE, status_code=403)
        async with request.form(max_files=1, max_fields=3) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                return self._page("Choose a file to add.")
            content = await file.read(_MOST_BYTES + 1)
            if len(content) > _MOST_BYTES:
                return self._page(_TOO_LARGE)
            name, title, kind = (
                Path(file.filename).name,
                str(form.get("title", "")),
                str(form.get("kind", "")),
            )
        try:
            message = await run_in_threadpool(self._upload, name, content, title, kind)
        except IngestError as error:
            message = str(error)
        return await run_in_threadpool(self._page, message)


def _span(asked: Mapping[str, str]) -> Span | None:
    try:
        start, end = int(asked["start"]), int(asked["end"])
    except (KeyError, ValueError):
        return None
    return (start, end) if 0 <= start < end else None


def _same_site(request: Request) -> bool:
    """Whether a form was sent from a page of this server, not from another site that the reader has open."""
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


def _file(text: str, name: str) -> Response:
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})
