"""Keeps pages of other sites from speaking to a server of this machine under a name of their own.

A page's owner can point its name at 127.0.0.1 once the page is loaded; to the browser the server is then the
page's own site, and the page may read all that it serves. Such a request bears the page's name as its host.
An address cannot be pointed elsewhere, and nobody but this machine says what localhost is.
"""

import ipaddress
import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.problems import Problem, problem_response

# A name or address with a port or without; an IPv6 address stands in brackets.
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]/@?#\\]+))(?::\d*)?", re.IGNORECASE)
_REFUSED = (
    "This server does not answer to this name, only to localhost and to addresses. Its operator can add the "
    "names that a proxy passes on: ASSISTANT_HOST_NAMES."
)


class KnownHostsOnly:
    """Refuses requests whose host is neither an address, nor localhost, nor a name that the operator gave.

    Args:
        app: what serves the others.
        names: that the operator gave, in lower case.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._names = frozenset(("localhost", *names))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and its response back, or refuses it."""
        if scope["type"] in ("http", "websocket"):
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or not self._is_known(hosts[0]):
                refusal = problem_response(Problem(421, _REFUSED), scope["path"])
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_known(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = (found[1] or found[2]).lower()
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return found[2] is not None and name.removesuffix(".") in self._names
        return True
