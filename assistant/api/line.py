"""The line of calls: as many are worked on at once as there are cores, the others wait in their order.

Nobody waits for nothing. A call that would wait too long is refused at once, with the seconds after which the
line will be through; one that was not begun when its time was up is taken out of the line. A call that was
begun keeps its place at work until it ends, also when nobody waits for it any more: there are never more at
work than cores.
"""

import asyncio
import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from assistant.api.problems import Problem

# The share of its time that a call may be expected to spend waiting. Source: half leaves room for calls that
# take twice as long as those before them.
_WAITING_SHARE = 0.5
# Calls that wait at most, however short they are. Source: bodies of the largest size then take 128 MB.
_MOST_WAITING = 256
# Weight of the last call in the mean time of a call. Source: forgets a slow minute within about 20 calls.
_LAST = 0.1
_MANY = "Too many are asking at once. Ask again in {} seconds."
_TOO_LATE = "The answer was not ready in {:.0f} seconds. Ask in fewer words, or ask again later."

Result = TypeVar("Result")


class Line:
    """Runs calls in threads, first come, first served.

    Args:
        timeout_seconds: from a call's arrival to its result.
        at_once: calls that are worked on at once; as many as there are cores if None.
        most_waiting: calls that may wait.
    """

    def __init__(
        self, timeout_seconds: float, at_once: int | None = None, most_waiting: int = _MOST_WAITING
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._at_once = at_once or os.cpu_count() or 1
        self._most_waiting = most_waiting
        self._workers = ThreadPoolExecutor(self._at_once, thread_name_prefix="line")
        self._counting = threading.Lock()
        self._unfinished = 0
        self._mean_seconds = 0.0  # of a call at work; 0 until one has ended

    async def run(self, call: Callable[[], Result]) -> Result:
        """What the call returns, made in a thread; what it raises is raised.

        Raises:
            Problem: 503 with Retry-After if too many are before it, 504 if it takes too long by itself.
        """
        self._admit()
        future = self._workers.submit(self._timed, call)
        future.add_done_callback(self._leave)
        result = asyncio.wrap_future(future)
        try:
            await asyncio.wait({result}, timeout=self._timeout_seconds)
            if result.done():
                return result.result()
            raise self._refusal() if future.cancel() else self._too_late()
        finally:
            result.cancel()  # takes a call that nobody waits for out of the line

    def expected_wait_seconds(self) -> float:
        """How long a call that came now would probably wait before it is begun."""
        ahead = max(0, self._unfinished - self._at_once + 1)
        return ahead * self._mean_seconds / self._at_once

    def _admit(self) -> None:
        """Lets a call into the line.

        Raises:
            Problem: it would wait too long.
        """
        with self._counting:
            full = self._unfinished >= self._at_once + self._most_waiting
            if full or self.expected_wait_seconds() > _WAITING_SHARE * self._timeout_seconds:
                raise self._refusal()
            self._unfinished += 1

    def _leave(self, _ended: Future[Any]) -> None:
        with self._counting:
            self._unfinished -= 1

    def _timed(self, call: Callable[[], Result]) -> Result:
        start = time.perf_counter()
        try:
            return call()
        finally:
            took = time.perf_counter() - start
            with self._counting:
                mean = self._mean_seconds or took
                self._mean_seconds = (1 - _LAST) * mean + _LAST * took

    def _refusal(self) -> Problem:
        seconds = max(1, math.ceil(self.expected_wait_seconds()))
        return Problem(503, _MANY.format(seconds), {"Retry-After": str(seconds)})

    def _too_late(self) -> Problem:
        return Problem(504, _TOO_LATE.format(self._timeout_seconds))
