"""A running assistant as a system: asked over HTTP, as any other client asks it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from eval.replies import Reply, ReplyError, Unit, reply_of, turn_of

# Where the key of a server stands that asks for one.
KEY = "ASSISTANT_API_KEY"
_PATH = "/api/v1/ask"
# What a server says that will answer later, with the seconds in Retry-After.
_LATER = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


class ClientError(Exception):
    """No assistant answers at the address; says what to do."""


class RemoteAssistant:
    """The assistant behind a URL.

    A question is posted as {"question", "history"}, where the history holds the earlier turns, and the answer
    comes back in its JSON form. When the server is asked too often, it is asked again after the time it says.

    Args:
        url: where it is served, such as "http://127.0.0.1:7860".
        texts: text of each source, which the offsets of its quotes point into.
        timeout_seconds: of one question, waiting until it may be asked again included.
        key: that the server asks for, sent in a header alone; empty if it asks for none.
        wait: lets so many seconds pass.

    Raises:
        ClientError: nothing answers at the address, or it does not take the key.
    """

    name = "assistant"
    units: Sequence[Unit] = ()

    def __init__(
        self,
        url: str,
        texts: Mapping[str, str],
        timeout_seconds: float,
        key: str = "",
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.configuration: Mapping[str, Any] = {"url": url}
        self.texts = texts
        self._url = url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._wait = wait
        try:
            found = httpx.get(
                f"{self._url}/api/v1/sources", headers=self._headers, timeout=timeout_seconds, trust_env=False
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ClientError(
                f"No assistant answers at {url} ({type(error).__name__}). Start one with make run, or give "
                "the address of one that runs."
            ) from error
        if found.status_code == httpx.codes.UNAUTHORIZED:
            raise ClientError(f"The assistant at {url} asks for a key. Set {KEY} to one of its keys.")

    def reply(self, turns: Sequence[str]) -> Reply:
        """The reply to the last turn.

        Raises:
            ReplyError: the server does not answer, refuses the question, or sends something else.
        """
        history: list[dict[str, Any]] = []
        for turn in turns:
            answer = self._ask(turn, history)
            reply = reply_of(answer)
            history.append(turn_of(answer))
        return reply

    def ranking(self, question: str) -> Sequence[str]:
        """Nothing: an answer does not show its ranking."""
        return ()

    def _ask(self, question: str, history: Sequence[Mapping[str, Any]]) -> Any:
        end = time.monotonic() + self._timeout_seconds
        response = self._post(question, history)
        while response.status_code in _LATER:
            seconds = _retry_after(response)
            if not 0 < seconds < end - time.monotonic():
                break
            self._wait(seconds)
            response = self._post(question, history)
        if response.status_code != httpx.codes.OK:
            raise ReplyError(f"the server said {response.status_code} {response.reason_phrase}")
        try:
            return response.json()
        except ValueError as error:
            raise ReplyError("not an answer: the server sent no JSON") from error

    def _post(self, question: str, history: Sequence[Mapping[str, Any]]) -> httpx.Response:
        try:
            return httpx.post(
                self._url + _PATH,
                json={"question": question, "history": list(history)},
                headers=self._headers,
                timeout=self._timeout_seconds,
                trust_env=False,
            )
        except httpx.HTTPError as error:
            raise ReplyError(f"the server did not answer ({type(error).__name__})") from error


def _retry_after(response: httpx.Response) -> int:
    """Seconds after which the server wants to be asked again; 0 if it does not say."""
    seconds = response.headers.get("Retry-After", "")
    return int(seconds) if seconds.isdecimal() else 0
