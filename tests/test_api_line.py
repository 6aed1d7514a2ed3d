"""The line of calls: who is worked on, who waits, who is refused, and that nobody is forgotten."""

import asyncio
import threading
import time

import pytest

from assistant.api.line import Line
from assistant.api.problems import Problem


class Held:
    """A call that is at work until it is let go; says when it began."""

    def __init__(self, result="held"):
        self.begun = threading.Event()
        self.go = threading.Event()
        self._result = result

    def __call__(self):
        self.begun.set()
        assert self.go.wait(30)
        return self._result


async def soon(condition):
    """Waits until the condition holds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


def taking(seconds):
    return lambda: time.sleep(seconds)


async def problem_of(call):
    with pytest.raises(Problem) as caught:
        await call
    return caught.value.status_code, caught.value.headers.get("Retry-After"), caught.value.detail


def test_as_many_are_at_work_as_may_be_and_the_others_follow_in_their_order():
    async def scene():
        line, held, order = Line(30, at_once=2), [Held(), Held()], []
        first = [asyncio.create_task(line.run(call)) for call in held]
        await soon(lambda: all(call.begun.is_set() for call in held))
        later = [asyncio.create_task(line.run(lambda n=n: order.append(n))) for n in range(5)]
        await asyncio.sleep(0.05)
        assert order == []
        held[0].go.set()
        await asyncio.gather(*later)
        assert order == [0, 1, 2, 3, 4]
        held[1].go.set()
        assert await asyncio.gather(*first) == ["held", "held"]

    asyncio.run(scene())


def test_a_call_that_would_wait_too_long_is_refused_at_once_with_the_seconds_to_wait():
    async def scene():
        line = Line(5, at_once=1)
        await line.run(taking(0.9))  # so long a call takes
        held = Held()
        tasks = [asyncio.create_task(line.run(held))]
        await soon(held.begun.is_set)
        tasks += [asyncio.create_task(line.run(lambda: "waited")) for _ in range(2)]
        await asyncio.sleep(0)
        assert 2.5 < line.expected_wait_seconds() < 3.5  # three before it; half of five seconds is too long
        begin = time.perf_counter()
        status, seconds, said = await problem_of(line.run(lambda: "refused"))
        assert time.perf_counter() - begin < 0.5
        assert (status, seconds) == (503, "3")
        assert said == "Too many are asking at once. Ask again in 3 seconds."
        held.go.set()
        assert await asyncio.gather(*tasks) == ["held", "waited", "waited"]
        assert await line.run(lambda: "answered") == "answered"

    asyncio.run(scene())


def test_no_more_wait_than_may_however_short_their_calls():
    async def scene():
        line, held = Line(30, at_once=1, most_waiting=1), Held()
        tasks = [asyncio.create_task(line.run(held))]
        await soon(held.begun.is_set)
        tasks.append(asyncio.create_task(line.run(lambda: "waited")))
        await asyncio.sleep(0)
        status, seconds, _ = await problem_of(line.run(lambda: "refused"))
        assert (status, seconds) == (503, "1")
        held.go.set()
        assert await asyncio.gather(*tasks) == ["held", "waited"]

    asyncio.run(scene())


def test_a_call_that_was_not_begun_in_time_is_told_to_come_back_and_never_made():
    async def scene():
        line, held, made = Line(0.3, at_once=1), Held(), []
        first = asyncio.create_task(line.run(held))
        await soon(held.begun.is_set)
        status, seconds, _ = await problem_of(line.run(lambda: made.append(1)))
        assert (status, seconds) == (503, "1")
        status, seconds, said = await problem_of(first)
        assert (status, seconds) == (504, None)
        assert "was not ready in 0 seconds" in said
        held.go.set()
        assert await line.run(lambda: "next") == "next"
        assert made == []

    asyncio.run(scene())


def test_a_call_that_nobody_waits_for_any_more_keeps_its_place_at_work():
    """Else each would leave a thread behind, and all together be slower than one after the other."""

    async def scene():
        line, held = Line(0.2, at_once=1), Held()
        assert (await problem_of(line.run(held)))[0] == 504
        assert (await problem_of(line.run(lambda: "too early")))[0] == 503
        held.go.set()
        assert await line.run(lambda: "next") == "next"

    asyncio.run(scene())


def test_a_call_whose_caller_went_away_while_it_waited_is_never_made():
    async def scene():
        line, held, made = Line(30, at_once=1), Held(), []
        first = asyncio.create_task(line.run(held))
        await soon(held.begun.is_set)
        gone = asyncio.create_task(line.run(lambda: made.append(1)))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        held.go.set()
        assert await first == "held"
        await line.run(lambda: None)
        assert made == []

    asyncio.run(scene())


@pytest.mark.parametrize("error", [ValueError, TimeoutError])
def test_what_a_call_raises_is_raised_and_the_line_goes_on(error):
    def failing():
        raise error("of the call itself")

    async def scene():
        line = Line(30, at_once=1)
        with pytest.raises(error, match="of the call itself"):
            await line.run(failing)
        assert line.expected_wait_seconds() == 0
        assert await line.run(lambda: "next") == "next"

    asyncio.run(scene())
