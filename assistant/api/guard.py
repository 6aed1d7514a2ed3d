"""Before the API: which requests it gets, who may send them, how often and how slowly; and counts them."""

import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.access import KEYS, known_key
from assistant.api.body import bounded
from assistant.api.config import ApiConfig
from assistant.api.metrics import Metrics
from assistant.api.problems import DEFECT, Problem, problem_response
from assistant.api.rates import RateLimit, network
from assistant.defects import log_defect

OPENAPI = "/api/v1/openapi.json"
_PREFIXES = ("/api/v1/", "/v1/")
_ALIVE = "/healthz"
# What tells nothing of questions or answers, and needs no key.
_OPEN = (_ALIVE, "/readyz", OPENAPI)
_PATHS = (*_OPEN, "/metrics")
CLOSED = (
    "The API is closed: this server listens to other machines and has no keys. Its operator can set "
    f"{KEYS} or {KEYS}_FILE."
)
_NO_KEY = (
    "Send a key of this server: Authorization: Bearer KEY, or X-API-Key: KEY. Never put it in an address."
)
_TOO_OFTEN = "Too many requests came from this {}. Ask again in {} seconds."


class Guard:
    """Sends requests for the API to it, once they may pass, and all others to the rest of the server.

    Args:
        app: the rest of the server.
        api: the API.
        config: who may pass.
        metrics: counts what passes and what does not.
    """

    def __init__(self, app: ASGIApp, api: ASGIApp, config: ApiConfig, metrics: Metrics) -> None:
        self._app = app
        self._api = api
        self._config = config
        self._metrics = metrics
        self._of_key = RateLimit(config.rate_per_key, "key")
        self._of_address = RateLimit(config.rate_per_address, "address")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and its response back, or answers with a problem."""
        if scope["type"] != "http" or not _is_for_api(scope["path"]):
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 0

        async def reply(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            self._check(scope)
            body = bounded(receive, self._config.body_bytes, self._config.body_seconds)
            await self._api(scope, body, reply)
        except Problem as problem:
            await problem_response(problem, scope["path"])(scope, receive, reply)
        except Exception as error:
            log_defect(error)
            if not status:
                await problem_response(Problem(500, DEFECT), scope["path"])(scope, receive, reply)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.request(scope["method"], route, status, time.perf_counter() - start)

    def _check(self, scope: Scope) -> None:
        """Whether the request may pass.

        Raises:
            Problem: it may not. Requests without a known key count against their address too, so that keys
                cannot be guessed.
        """
        if scope["path"] == _ALIVE:
            return
        address = scope["client"][0] if scope.get("client") else ""
        _within(self._of_address.wait_seconds(network(address)), "address")
        if scope["path"] in _OPEN:
            return
        if self._config.closed:
            raise Problem(403, CLOSED)
        if self._config.key_digests:
            key = known_key(Headers(scope=scope), self._config.key_digests)
            if not key:
                raise Problem(401, _NO_KEY, {"WWW-Authenticate": "Bearer"})
            _within(self._of_key.wait_seconds(key), "key")


def _is_for_api(path: str) -> bool:
    return path in _PATHS or path.startswith(_PREFIXES)


def _within(wait_seconds: int, caller: str) -> None:
    if wait_seconds:
        detail = _TOO_OFTEN.format(caller, wait_seconds)
        raise Problem(429, detail, {"Retry-After": str(wait_seconds)})
