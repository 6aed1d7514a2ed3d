"""What the server counts, for Prometheus. No label and no value holds a word of a question or an answer."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.process_collector import ProcessCollector

from assistant.records import Answer

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Upper ends in seconds. Source: an answer takes 0.2 s alone on two cores, and waits in line under load.
_SECONDS = (0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "assistant_requests",
            "Requests to the API, by method, route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "assistant_request_seconds",
            "Time from a request to the end of its response.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "assistant_answers", "Answers given, by outcome.", ("status",), registry=self._registry
        )
        self._answer_seconds = Histogram(
            "assistant_answer_seconds",
            "Time that an answer took, without waiting in line.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._index = Gauge(
            "assistant_index_info",
            "The index that answers.",
            ("fingerprint", "corpus"),
            registry=self._registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request.

        Args:
            method: of HTTP.
            route: the pattern of the path, never the path itself.
            status: of the response.
            seconds: it took.
        """
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, answer: Answer) -> None:
        """Counts an answer."""
        self._answers.labels(answer.status).inc()
        self._answer_seconds.observe(answer.seconds)

    def text(self, fingerprint: str, corpus: str) -> bytes:
        """Everything in the text format of Prometheus.

        Args:
            fingerprint: of the index that answers now.
            corpus: digest of its corpus.
        """
        self._index.clear()
        self._index.labels(fingerprint, corpus).set(1)
        return generate_latest(self._registry)
