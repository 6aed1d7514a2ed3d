"""Which question an answer's id stands for, kept in memory if the operator wants it.

Answers are not kept: the same question gives the same answer. Nothing is written to disk, and what is kept is
gone when the server stops.
"""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Replayable(Generic[Kept]):
    """The last things by the id of their answer. Safe to use from threads.

    Args:
        most: how many are kept; 0 keeps nothing.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer_id: str, asked: Kept) -> None:
        """Keeps one more, and forgets the one that was asked for longest ago."""
        with self._lock:
            self._kept[answer_id] = asked
            self._kept.move_to_end(answer_id)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)

    def find(self, answer_id: str) -> Kept | None:
        """What was kept under the id; None if nothing is."""
        with self._lock:
            if answer_id in self._kept:
                self._kept.move_to_end(answer_id)
            return self._kept.get(answer_id)
