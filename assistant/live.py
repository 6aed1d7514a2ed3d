"""An assistant for a server: it answers from the newest index, without being started again."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.evidence import Calibration
from assistant.pipeline import NO_OPTIONS, Assistant
from assistant.records import Answer, Hit, Options, Turn
from assistant.search import Report, Search
from ingest.config import IngestConfig
from ingest.errors import IngestError
from ingest.index import Index, current_folder, open_current

_LOG = logging.getLogger(__name__)
# Seconds after which an index that could not be opened is tried again. Source: long enough for a question in
# between to be answered at once, short beside the time that a server takes to come back; not measured.
AGAIN_SECONDS = 10.0


class LiveAssistant:
    """Answers each question from the index that answers when it is asked. Safe to call from threads.

    A new index is opened by the first question or look at it after it was swapped in; what comes meanwhile is
    answered from the old one. Each question is answered from one index from its first stage to its last.
    A new index that cannot be opened leaves the old one and is tried again by a later question, because the
    reason may pass; one that was made with another embedding model leaves the old one for good.

    Args:
        config: where the index is.
        index: the index that answers now.
        make: makes the assistant of an index.
        seen: the folder that `current_folder` named before the index was opened, so that what is swapped in
            from then on is noticed.
    """

    def __init__(
        self, config: IngestConfig, index: Index, make: Callable[[Index], Assistant], seen: Path | None
    ) -> None:
        self._config = config
        self._make = make
        self._assistant = make(index)
        self._seen = seen
        self._failed: Path | None = None  # the folder that could not be opened, and when to try it again
        self._again = 0.0
        self._opening = threading.Lock()

    @property
    def index(self) -> Index:
        """The index that answers now."""
        return self._newest().index

    @property
    def calibration(self) -> Calibration:
        """The fitted weights."""
        return self._assistant.calibration

    @property
    def configuration(self) -> str:
        """Digest of all that shapes an answer; see `Assistant.configuration`."""
        return self._assistant.configuration

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        options: Options = NO_OPTIONS,
        report: Report | None = None,
    ) -> Answer:
        """The answer to a question; see `Assistant.ask`."""
        return self._newest().ask(question, history, options, report)

    def passages(self, question: str, options: Options = NO_OPTIONS) -> tuple[Hit, ...]:
        """The passages most likely to answer; see `Assistant.passages`."""
        return self._newest().passages(question, options)

    def search(self, question: str, options: Options = NO_OPTIONS, report: Report | None = None) -> Search:
        """The evidence for one standalone question; see `Assistant.search`."""
        return self._newest().search(question, options, report)

    def _newest(self) -> Assistant:
        current = current_folder(self._config)
        waits = current == self._failed and time.monotonic() < self._again
        if current not in (None, self._seen) and not waits and self._opening.acquire(blocking=False):
            try:
                self._failed, self._again = current, time.monotonic() + AGAIN_SECONDS
                self._open()
                self._seen = current
            except (IngestError, OSError) as error:
                _LOG.warning("The new index cannot be opened and is tried again later: %s", error)
            finally:
                self._opening.release()
        return self._assistant

    def _open(self) -> None:
        index = open_current(self._config)
        if index is None or index.model != self._assistant.index.model:
            _LOG.warning("The new index was made with another embedding model. Start the server again.")
            return
        self._assistant = self._make(index)


# What a server answers with.
Serving = Assistant | LiveAssistant
