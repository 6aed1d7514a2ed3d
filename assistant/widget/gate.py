"""Who may speak to the widget's part of the server: pages of the site's exact origins, on every verb.

A browser says where a page is from in the Origin header, and no page can change it. Programs that are no
browsers can send any header; they get no more than a reader of an allowed page would, within its limits.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.body import bounded
from assistant.api.problems import Problem, problem_response
from assistant.defects import log_defect
from assistant.widget.sites import Sites

# A question and its conversation. Source: 20 turns of two questions of 2,000 characters, in UTF-8.
_MOST_BYTES = 256 * 1024
# Source: that much arrives in a tenth of it over the slowest mobile network in use (EDGE, 200 kbit/s).
_MOST_SECONDS = 100.0
# How long a browser may keep the answer to a preflight; the request itself is checked all the same.
_PREFLIGHT_SECONDS = 600
_REFUSED = "The widget is not served to this page. Its operator lists the pages that may show it."


class OriginGate:
    """Passes on what comes from an origin of the site that the path names, and refuses all else.

    A refusal carries no CORS header, so that the browser keeps it from the page, and says the same of an
    unknown site and of an origin that the site does not list.

    Args:
        app: what is behind the gate; mounted where the path parameter `site` is set.
        sites: who may pass.
    """

    def __init__(self, app: ASGIApp, sites: Sites) -> None:
        self._app = app
        self._sites = sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and its response back, or refuses it."""
        origins = Headers(scope=scope).getlist("origin")
        site_id = scope.get("path_params", {}).get("site", "")
        if scope["type"] != "http" or len(origins) != 1 or not self._sites.may_ask(site_id, origins[0]):
            refusal = Problem(403, _REFUSED, {"Vary": "Origin"})
            await problem_response(refusal, scope["path"])(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _preflight(origins[0])(scope, receive, send)
        else:
            try:
                body = bounded(receive, _MOST_BYTES, _MOST_SECONDS)
                await self._app(scope, body, _readable_by(origins[0], send))
            except Exception as error:  # a problem was sent; what is left is to say where it arose
                log_defect(error)


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
