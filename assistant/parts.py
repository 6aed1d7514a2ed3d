"""An answer in parts as they are ready: what was retrieved, then the quotes, then the whole."""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.records import Answer, Hit, Turn
from assistant.replay import Asks


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved for a question, or for a part of it.

    Attributes:
        passages: number of the passages that are read.
        source_ids: of their sources, each once.
        seconds: since the question was asked.
    """

    passages: int
    source_ids: tuple[str, ...]
    seconds: float


def ask_in_parts(assistant: Asks, question: str, history: Sequence[Turn]) -> Iterator[Found | Answer]:
    """What is ready of an answer, in order; the last item is the whole answer.

    The quotes come before their comparison, if there is one. The question is answered in a thread of its own,
    which runs to its end even if nobody takes the parts.

    Raises:
        AssistantError: as the assistant does, in the caller's thread.
    """
    ready: queue.SimpleQueue[Found | Answer | Exception] = queue.SimpleQueue()
    start = time.perf_counter()

    def found(part: str, hits: tuple[Hit, ...]) -> None:
        ids = tuple(dict.fromkeys(hit.passage.source_id for hit in hits))
        ready.put(Found(len(hits), ids, time.perf_counter() - start))

    def work() -> None:
        try:
            ready.put(assistant.ask(question, history, report=found))
        except Exception as error:  # whatever it is, it is raised where the answer is awaited
            ready.put(error)

    threading.Thread(target=work, daemon=True).start()
    while not isinstance(item := ready.get(), Answer):
        if isinstance(item, Exception):
            raise item
        yield item
    if item.comparison:
        yield replace(item, comparison=())
    yield item
