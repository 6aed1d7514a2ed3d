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

from assistant.api.body import bounded
from assistant.api.problems import Problem
from assistant.defects import DEFECT, log_defect
from assistant.references import bibtex, ris
from assistant.render_document import render_document_html
from assistant.render_library import (
    Added,
    Version,
    render_about_html,
    render_added_html,
    render_library_html,
    render_missing_page_html,
    render_not_added_html,
    render_upload_html,
)
from assistant.replay import Served
from assistant.results import RELEASED, read_results
from ingest.errors import IngestError
from ingest.records import Kind, Procedure, Span

# Name and content of a file and fields of its entry to what became of it; raises IngestError.
Upload = Callable[[str, bytes, Mapping[str, str]], Added]
# The field of an upload that is no field of the document's entry.
PASSWORD = "password"
# Fields of a document's entry that the form offers, and the password of its file, which is not kept.
_FIELDS = ("title", "kind", "about", PASSWORD)
# Sources on a page of the library. Source: each is read from disk for it; 50 take a tenth of a second.
_PART = 50
# Bytes of a document that is added here. Source: larger ones are better added at the command line.
_MOST_BYTES = 50_000_000
_TOO_LARGE = f"The file is larger than {_MOST_BYTES // 1_000_000} MB. Add it at the command line."
# Bytes of the form around the file. Source: its other fields are a title and two choices.
_FORM_BYTES = 100_000
# Seconds for all of it to arrive. Source: the largest file then comes over a line of 1.4 Mbit/s.
_MOST_SECONDS = 300.0
_TOO_SLOW = "The file did not arrive in {:.0f} seconds. Send it again, or add it at the command line."
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

    def show(self, request: Request) -> HTMLResponse:
        """The library page: a part of the sources, and the results."""
        try:
            number = int(request.query_params.get("part", "1"))
        except ValueError:
            number = 1
        return self._page(number)

    def _page(self, number: int = 1, said: str = "") -> HTMLResponse:
        """A part of the library, 1-based; `said` is HTML on what became of a file that was sent."""
        index = self._assistant.index
        form = ""
        if self._upload:
            kinds, procedures = get_args(Kind), get_args(Procedure)
            form = render_upload_html(kinds, procedures, _MOST_BYTES, _TOO_LARGE, said)
        parts = max(1, -(-len(index.sources) // _PART))
        number = min(max(1, number), parts)
        shown = index.sources[(number - 1) * _PART : number * _PART]
        documents = [index.documents[source.id] for source in shown]
        version = Version(index.corpus_digest, len(index.sources), number, parts)
        return HTMLResponse(render_library_html(documents, version, read_results(self._results), form))

    def document(self, request: Request) -> HTMLResponse:
        """A document's page."""
        found = self._assistant.index.documents.get(request.path_params["source"])
        if found is None:
            return HTMLResponse(render_missing_page_html("There is no such source in the library."), 404)
        return HTMLResponse(render_document_html(found, _span(request.query_params)))

    def as_ris(self, request: Request) -> Response:
        """All sources for a reference manager."""
        return _file(ris(self._assistant.index.sources), "references.ris")

    def as_bibtex(self, request: Request) -> Response:
        """All sources for LaTeX."""
        return _file(bibtex(self._assistant.index.sources), "references.bib")

    async def add(self, request: Request) -> Response:
        """Adds a document that was sent by the form, and shows the library with what became of it."""
        if self._upload is None or not _same_site(request):
            return PlainTextResponse(_OTHER_SITE, status_code=403)
        try:
            name, content, given = await _sent(request)
        except Problem as problem:
            said = render_not_added_html(problem.detail)
            page = await run_in_threadpool(self._page, said=said)
            page.headers.update(problem.headers or {})
            return page
        return await run_in_threadpool(self._added, self._upload, name, content, given)

    def _added(self, upload: Upload, name: str, content: bytes, given: Mapping[str, str]) -> HTMLResponse:
        try:
            said = render_added_html(upload(name, content, given))
        except IngestError as error:
            said = render_not_added_html(str(error))
        except Exception as error:
            log_defect(error)
            said = render_not_added_html(DEFECT)
        return self._page(said=said)


async def _sent(request: Request) -> tuple[str, bytes, dict[str, str]]:
    """The name and the content of the file of a form, and the fields that are filled in.

    Raises:
        Problem: there is no file, or it is too large or arrives too slowly: no more of it is taken than may
            be, whatever the request says of its length.
    """
    most = _MOST_BYTES + _FORM_BYTES
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise Problem(413, _TOO_LARGE)
    taken = Request(request.scope, bounded(request.receive, most, _MOST_SECONDS))
    try:
        async with taken.form(max_files=1, max_fields=len(_FIELDS)) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Problem(422, "Choose a file to add.")
            content = await file.read(_MOST_BYTES + 1)
            name = Path(file.filename).name
            fields = {field: str(form.get(field, "")) for field in _FIELDS}
    except Problem as problem:
        said = {413: _TOO_LARGE, 408: _TOO_SLOW.format(_MOST_SECONDS)}
        detail = said.get(problem.status_code, problem.detail)
        raise Problem(problem.status_code, detail, problem.headers) from problem
    if len(content) > _MOST_BYTES:
        raise Problem(413, _TOO_LARGE)
    given = {field: value.strip() for field, value in fields.items() if value.strip()}
    if fields[PASSWORD]:
        given[PASSWORD] = fields[PASSWORD]  # its spaces count
    return name, content, given


def _span(asked: Mapping[str, str]) -> Span | None:
    try:
        start, end = int(asked["start"]), int(asked["end"])
    except (KeyError, ValueError):
        return None
    return (start, end) if 0 <= start < end else None


def _same_site(request: Request) -> bool:
    """Whether a form was sent from a page of this server, not from another site that the reader has open.

    The origin is null where a page that gives no referrer sends a form without a script, as these pages do.
    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


def _file(text: str, name: str) -> Response:
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})
