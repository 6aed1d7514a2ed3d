"""A request's body as it arrives: no larger and no slower than it may be."""

import time

import anyio
from starlette.types import Message, Receive

from assistant.api.problems import Problem

_LARGE = "The body has more than {} bytes. Send less at a time."
_SLOW = "The body did not arrive in {:.0f} seconds."


def bounded(receive: Receive, most_bytes: int, most_seconds: float) -> Receive:
    """Receives a body, and ends the request with a problem if it is too large or too slow.

    What comes after the body (the client goes away) may take as long as it wants.

    Args:
        receive: of the request.
        most_bytes: of the body.
        most_seconds: from now until the body is complete.
    """
    deadline = time.monotonic() + most_seconds
    size = 0
    complete = False

    async def received() -> Message:
        nonlocal complete, size
        if complete:
            return await receive()
        try:
            with anyio.fail_after(max(0.0, deadline - time.monotonic())):
                message = await receive()
        except TimeoutError as error:
            raise Problem(408, _SLOW.format(most_seconds), {"Connection": "close"}) from error
        size += len(message.get("body", b""))
        if size > most_bytes:
            raise Problem(413, _LARGE.format(most_bytes), {"Connection": "close"})
        complete = not message.get("more_body", False)
        return message

    return received
