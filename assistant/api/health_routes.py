"""Routes for those who run the server: alive, ready, counters."""

from dataclasses import dataclass

from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import Response

from assistant.api.metrics import MEDIA_TYPE
from assistant.api.problems import Problem
from assistant.api.replies import documented, reply
from assistant.api.service import Service
from assistant.defects import log_defect

# Searched to see whether the index answers.
_PROBE = "cement"
_COUNTERS = {"description": "Counters in the text format of Prometheus.", "content": {"text/plain": {}}}


@dataclass(frozen=True, slots=True)
class Alive:
    """The process answers."""

    status: str = "ok"


@dataclass(frozen=True, slots=True)
class Ready:
    """The index can be searched.

    Attributes:
        status: "ready".
        fingerprint: of the index: corpus, embedding model, settings and code that made it.
        corpus: digest of the corpus.
        configuration: digest of all that shapes an answer but the corpus.
        sources: how many there are.
        passages: how many there are.
    """

    status: str
    fingerprint: str
    corpus: str
    configuration: str
    sources: int
    passages: int


class HealthRoutes:
    """The routes of the server's own state."""

    def __init__(self, service: Service) -> None:
        self._assistant = service.assistant
        self._metrics = service.metrics
        self.router = APIRouter(tags=["server"])
        add = self.router.add_api_route
        add("/healthz", self.healthz, responses=documented({"model": Alive}), response_class=Response)
        add("/readyz", self.readyz, responses=documented({"model": Ready}), response_class=Response)
        add("/metrics", self.counters, responses=documented(_COUNTERS), response_class=Response)

    async def healthz(self) -> Response:
        """Whether the process answers; needs no key."""
        return reply(Alive())

    async def readyz(self) -> Response:
        """Whether questions can be answered: the index is searched once; needs no key."""
        try:
            ready = await to_thread.run_sync(self._ready)
        except Exception as error:
            log_defect(error)
            detail = "The index cannot be searched. The server's log says why; run: python -m ingest build"
            raise Problem(503, detail, {"Retry-After": "10"}) from error
        return reply(ready)

    def _ready(self) -> Ready:
        self._assistant.passages(_PROBE)
        index = self._assistant.index
        return Ready(
            status="ready",
            fingerprint=index.fingerprint,
            corpus=index.corpus_digest,
            configuration=self._assistant.configuration,
            sources=len(index.documents),
            passages=len(index.passages),
        )

    async def counters(self) -> Response:
        """Requests, answers and times. No word of a question is in them."""
        index = await to_thread.run_sync(lambda: self._assistant.index)  # it may open a newer one
        text = self._metrics.text(index.fingerprint, index.corpus_digest)
        return Response(text, media_type=MEDIA_TYPE)
