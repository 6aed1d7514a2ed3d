"""A running assistant as a system: asked over HTTP, as any other client asks it."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from eval.replies import Reply, ReplyError, Unit, reply_of, turn_of

_PATH = "/api/v1/ask"


class ClientError(Exception):
    """No assistant answers at the address; says what to do."""


class RemoteAssistant:
    """The assistant behind a URL.

    A question is posted as {"question", "history"}, where the history holds the earlier turns, and the answer
    comes back in its JSON form.

    Args:
        url: where it is served, such as "http://127.0.0.1:7860".
        texts: text of each source, which the offsets of its quotes point into.
        timeout_seconds: of one question.

    Raises:
        ClientError: nothing answers at the address.
    """

    name = "assistant"
    units: Sequence[Unit] = ()

    def __init__(self, url: str, texts: Mapping[str, str], timeout_seconds: float) -> None:
        self.configuration: Mapping[str, Any] = {"url": url}
        self.texts = texts
        self._url = url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        try:
            httpx.get(self._url, timeout=timeout_seconds, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ClientError(
                f"No assistant answers at {url} ({type(error).__name__}). Start one with make run, or give "
                "the address of one that runs."
            ) from error

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
        try:
            response = httpx.post(
                self._url + _PATH,
                json={"question": question, "history": list(history)},
                timeout=self._timeout_seconds,
                trust_env=False,
            )
        except httpx.HTTPError as error:
            raise ReplyError(f"the server did not answer ({type(error).__name__})") from error
        if response.status_code != httpx.codes.OK:
            raise ReplyError(f"the server said {response.status_code} {response.reason_phrase}")
        try:
            return response.json()
        except ValueError as error:
            raise ReplyError("not an answer: the server sent no JSON") from error
