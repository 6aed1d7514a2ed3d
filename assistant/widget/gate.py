"""Who may speak to the widget's part of the server: pages of the site's exact origins, on every verb.

A browser says where a page is from in the Origin header, and no page can change it. Programs that are no
browsers can send any header; they get no more than a reader of an allowed page would, within its limits.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.widget.problems import problem
from assistant.widget.sites import Sites

# How long a browser may keep the answer to a preflight; the request itself is checked all the same.
_PREFLIGHT_SECONDS = 600


class OriginGate:
    """Passes on what comes from an origin of the site that the path names, and refuses all else.

    A refusal carries no CORS header, so that the browser keeps it from the page, and says the same of an
    unknown site and of an origin that the site does not list.

    Args:
        app: what is behind the gate; mounted where the path parameter `site` is set.
        sites: who may pass.
        most_bytes: of a request's body, as it is announced; what is not announced is counted by the app.
    """

    def __init__(self, app: ASGIApp, sites: Sites, most_bytes: int) -> None:
        self._app = app
        self._sites = sites
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and its response back, or refuses it."""
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        site_id = scope.get("path_params", {}).get("site", "")
        if scope["type"] != "http" or len(origins) != 1 or not self._sites.may_ask(site_id, origins[0]):
            await _refusal()(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _preflight(origins[0])(scope, receive, send)
        else:
            announced = headers.get("content-length", "")
            large = announced.isdigit() and int(announced) > self._most_bytes
            app = _too_large(self._most_bytes) if large else self._app
            await app(scope, receive, _readable_by(origins[0], send))


def _refusal() -> Response:
    detail = "The widget is not served to this page. Its operator lists the pages that may show it."
    return problem(403, "Not served here", detail, {"Vary": "Origin"})


def _too_large(most_bytes: int) -> Response:
    detail = f"The request has more than {most_bytes} bytes. Ask in fewer words or start a new conversation."
    return problem(413, "Too large", detail)


def _preflight(origin: str) -> Response:
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "content-type",
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
        "Vary": "Origin",
    }
    return Response(status_code=204, headers=headers)


def _readable_by(origin: str, send: Send) -> Send:
    """Sends a response that pages of the origin may read and nobody keeps."""

    async def reply(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "Retry-After"
            headers["Cache-Control"] = "no-store"
            headers["Vary"] = "Origin"
        await send(message)

    return reply
