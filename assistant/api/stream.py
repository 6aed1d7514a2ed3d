"""An answer as server-sent events: what was found, then each quote and comparison, then the whole answer."""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from typing import Any

import anyio
from anyio import from_thread
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
    """
    send, receive = anyio.create_memory_object_stream[bytes](math.inf)

    def report(question: str, hits: tuple[Hit, ...]) -> None:
        found = event("retrieved", record_json(PassagesFound(question, hits)))
        from_thread.run_sync(send.send_nowait, found)

    async def answer() -> None:
        with send:
            try:
                content = answer_json(await service.answer(asked, report))
                for name, items in (("quote", content["citations"]), ("comparison", content["comparison"])):
                    for item in items:
                        send.send_nowait(event(name, item))
                send.send_nowait(event("done", content))
            except Problem as problem:
                send.send_nowait(event("error", problem_json(problem)))

    answering = asyncio.create_task(answer())
    try:
        with receive:
            async for item in receive:
                yield item
    finally:
        answering.cancel()


def event(name: str, content: Mapping[str, Any]) -> bytes:
    """One event whose data is JSON on one line."""
    return format_sse_event(event=name, data_str=json_line(content))
