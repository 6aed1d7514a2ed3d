"""An answer as server-sent events: what was found, then each quote and comparison, then the whole answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi.sse import format_sse_event

from assistant.api.problems import Problem, problem_json
from assistant.api.service import Asked, Service
from assistant.records import Hit
from assistant.serialise import answer_json, json_line, record_json
from assistant.source_text import PassagesFound

MEDIA_TYPE = "text/event-stream"
# Proxies must neither keep nor collect a stream.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def answer_events(service: Service, asked: Asked) -> AsyncIterator[bytes]:
    """The events of one answer.

    `retrieved` for each part of the question, as soon as its passages are found; then `quote` for each
    citation, `comparison` for each comparison and `done` with the whole answer. Or `error` with a problem.

    Raises:
        Problem: there is one before the first event: it can still be the whole response.
    """
    made: asyncio.Queue[bytes | Problem | None] = asyncio.Queue()  # None ends the stream
    loop = asyncio.get_running_loop()

    def report(question: str, hits: tuple[Hit, ...]) -> None:
        found = event("retrieved", record_json(PassagesFound(question, hits)))
        loop.call_soon_threadsafe(made.put_nowait, found)

    async def answer() -> None:
        try:
            content = answer_json(await service.answer(asked, report))
            for name, items in (("quote", content["citations"]), ("comparison", content["comparison"])):
                for item in items:
                    made.put_nowait(event(name, item))
            made.put_nowait(event("done", content))
        except Problem as problem:
            made.put_nowait(problem)
        finally:
            made.put_nowait(None)

    answering = asyncio.create_task(answer())
    told = False
    try:
        while (item := await made.get()) is not None:
            if isinstance(item, Problem):
                if not told:
                    raise item
                item = event("error", problem_json(item))
            told = True
            yield item
    finally:
        answering.cancel()


async def begun(events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same events, once the first is there.

    Raises:
        Problem: there is one before the first event.
    """
    first = await anext(events)

    async def all_events() -> AsyncIterator[bytes]:
        yield first
        async for item in events:
            yield item

    return all_events()


def event(name: str, content: Mapping[str, Any]) -> bytes:
    """One event whose data is JSON on one line."""
    return format_sse_event(event=name, data_str=json_line(content))
