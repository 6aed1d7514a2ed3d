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

from fastapi import FastAPI
from starlette.responses import Response

from assistant.api.app import NO_TELEMETRY
from assistant.api.problems import Problem, add_handlers, problem_response
from assistant.api.service import Service
from assistant.widget.files import content
from assistant.widget.gate import OriginGate
from assistant.widget.routes import Widget
from assistant.widget.sites import Site, Sites

# A page keeps the file for so long before it asks for a newer one.
_FILE_SECONDS = 300
_GUIDE = "The guide is assistant/widget/README.md."
_NO_FRAME = "The widget is not served here. Its operator lists the sites, and where iframes are served."


def mount_widget(server: FastAPI, service: Service, sites: Sites) -> None:
    """Serves the widget of an assistant to pages of the sites. To be called before the page is mounted."""
    asked = FastAPI(openapi_url=None, telemetry=NO_TELEMETRY)
    add_handlers(asked, _GUIDE)
    widget = Widget(service, sites)
    asked.post("/start")(widget.start)
    asked.post("/ask")(widget.ask)
    asked.post("/source-context")(widget.source_context)
    gate = OriginGate(asked, sites)
    server.mount("/widget/v1/{site}", gate)
    server.mount("/widget/v1", gate)  # no site is named: nobody passes

    @server.get("/widget.js", include_in_schema=False)
    def widget_file() -> Response:
        return _file("widget.js", "text/javascript", {"Access-Control-Allow-Origin": "*"})

    @server.get("/widget/frame/{site}", include_in_schema=False)
    def frame(site: str) -> Response:
        found = sites.by_id.get(site)
        if found is None or not sites.served_at:
            return problem_response(Problem(404, _NO_FRAME), "")
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
