"""The widget's part of the web server: its file, the page for iframes, and what it asks for.

    GET  /widget.js                        the widget, one file, for every page
    GET  /widget/frame/{site}              a page with the widget, for iframes on the site's pages
    POST /widget/v1/{site}/start           labels in the reader's language
    POST /widget/v1/{site}/ask             the answer to a question
    POST /widget/v1/{site}/source-context  the text around a quote

Everything under /widget/v1/ is a POST, so that a browser always says where the page is from: it leaves the
Origin header out of a GET to the page's own host.
"""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.widget.files import content
from assistant.widget.gate import OriginGate
from assistant.widget.problems import problem
from assistant.widget.routes import Asked, Widget
from assistant.widget.sites import Site, Sites

# A question and its conversation. Source: 20 turns of two questions of 2,000 characters, in UTF-8.
_MOST_BYTES = 256 * 1024
# FastAPI's telemetry could send questions to wherever the environment says.
_NO_TELEMETRY = TelemetryConfig(
    tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False
)
# A page keeps the file for so long before it asks for a newer one.
_FILE_SECONDS = 300
_DETAILS = {
    404: "There is nothing at this path. See the guide in assistant/widget/README.md.",
    405: "Send a POST.",
}


def mount_widget(server: FastAPI, assistant: Asked, sites: Sites) -> None:
    """Serves the widget of the assistant to pages of the sites. To be called before the page is mounted."""
    asked = FastAPI(openapi_url=None, max_body_size=_MOST_BYTES, telemetry=_NO_TELEMETRY)
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
