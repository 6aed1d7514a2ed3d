"""An assistant for a server: it answers from the newest index, without being started again."""

import logging
import threading
from collections.abc import Callable, Sequence

from assistant.evidence import Calibration
from assistant.pipeline import NO_OPTIONS, Assistant
from assistant.records import Answer, Hit, Options, Turn
from assistant.search import Report, Search
from ingest.config import IngestConfig
from ingest.errors import IngestError
from ingest.index import Index, current_folder, open_current

_LOG = logging.getLogger(__name__)


class LiveAssistant:
    """Answers each question from the index that answers when it is asked. Safe to call from threads.

    A new index is opened by the first question or look at it after it was swapped in; what comes meanwhile is
    answered from the old one. Each question is answered from one index from its first stage to its last.
    A new index that cannot be opened, or was made with another embedding model, leaves the old one.

    Args:
        config: where the index is.
        index: the index that answers now.
        make: makes the assistant of an index.
    """

    def __init__(self, config: IngestConfig, index: Index, make: Callable[[Index], Assistant]) -> None:
        self._config = config
        self._make = make
        self._assistant = make(index)
        self._seen = current_folder(config)
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
        if current != self._seen and self._opening.acquire(blocking=False):
            try:
                self._open()
            finally:
                self._seen = current
                self._opening.release()
        return self._assistant

    def _open(self) -> None:
        try:
            index = open_current(self._config)
            if index is None or index.model != self._assistant.index.model:
                _LOG.warning("The new index was made with another embedding model. Start the server again.")
                return
            self._assistant = self._make(index)
        except IngestError as error:
            _LOG.warning("The new index cannot be opened: %s", error)


# What a server answers with.
Serving = Assistant | LiveAssistant
