"""What the assistant is compared with: the same index searched by words alone, by meaning alone, or by both.

Each shows the best sentences it finds for the last question, as many as an answer has at most. None has a
threshold, so none refuses, and none knows the conversation.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from assistant.records import MAX_QUOTES
from assistant.retrieve import RetrieveConfig, retrieve, standard_scores
from eval.replies import Quote, Reply, Unit, extractive_reply
from ingest.embed import Embedder, Vectors
from ingest.index import Index
from ingest.records import Span

# A sentence of a passage, by the passage's number and the sentence's span.
Place = tuple[int, Span]


class Baseline(ABC):
    """The parts that the three have in common."""

    name = ""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.configuration = {"index": index.fingerprint, "quotes": MAX_QUOTES}
        self.texts = {name: document.text for name, document in index.documents.items()}
        self.units = [Unit(passage.id, passage.text) for passage in index.passages]
        self._index = index
        self._embedder = embedder

    def reply(self, turns: Sequence[str]) -> Reply:
        """The best sentences for the last question."""
        quotes = [self._quote(place) for place in self._sentences(turns[-1])[:MAX_QUOTES]]
        return extractive_reply(turns[-1], quotes)

    def ranking(self, question: str) -> Sequence[str]:
        """Ids of the passages that are found, best first."""
        return [self.units[number].id for number in self._passages(question)]

    @abstractmethod
    def _sentences(self, question: str) -> list[Place]:
        """The sentences that are found, best first."""

    @abstractmethod
    def _passages(self, question: str) -> list[int]:
        """The numbers of the passages that are found, best first."""

    def _places(self, numbers: Sequence[int]) -> list[Place]:
        return [(number, span) for number in numbers for span in self._index.passages[number].sentences]

    def _best(self, places: Sequence[Place], scores: Sequence[float]) -> list[Place]:
        return [places[i] for i in np.argsort(-np.asarray(scores), kind="stable")]

    def _vector(self, question: str) -> Vectors:
        vector: Vectors = self._embedder.encode([question])[0]
        return vector

    def _quote(self, place: Place) -> Quote:
        number, (start, end) = place
        source_id = self._index.passages[number].source_id
        return Quote(self.texts[source_id][start:end], source_id, start, end)


class Lexical(Baseline):
    """BM25 over passages and over sentences; what shares no word with the question is not found."""

    name = "bm25"

    def _passages(self, question: str) -> list[int]:
        scores = self._index.lexical_scores(question)
        return [int(n) for n in np.argsort(-scores, kind="stable") if scores[n] > 0]

    def _sentences(self, question: str) -> list[Place]:
        places = self._places(range(len(self.units)))
        scores = self._index.sentence_lexical_scores(question)
        return self._best(places, scores.tolist())[: int((scores > 0).sum())]


class Dense(Baseline):
    """Cosine of the question's vector with those of passages and of sentences."""

    name = "dense"

    def _passages(self, question: str) -> list[int]:
        return [number for number, _ in self._index.nearest(self._vector(question), len(self.units))]

    def _sentences(self, question: str) -> list[Place]:
        vector = self._vector(question)
        cosines = [self._index.sentence_vectors(number) @ vector for number in range(len(self.units))]
        return self._best(self._places(range(len(self.units))), np.concatenate(cosines).tolist())


class Fused(Baseline):
    """The assistant's own search without its reader, its word table and its decision.

    Each sentence of the passages found is scored by the sum of three standard scores: of its cosine, of its
    BM25 and of its passage's fused score.
    """

    name = "fused"

    def _passages(self, question: str) -> list[int]:
        return [
            hit.number for hit in retrieve(self._index, question, self._vector(question), RetrieveConfig())
        ]

    def _sentences(self, question: str) -> list[Place]:
        vector = self._vector(question)
        hits = retrieve(self._index, question, vector, RetrieveConfig())
        if not hits:
            return []
        lexical = self._index.sentence_lexical_scores(question)
        cosines = np.concatenate([self._index.sentence_vectors(hit.number) @ vector for hit in hits])
        words = np.concatenate([lexical[self._index.sentence_range(hit.number)] for hit in hits])
        passages = np.concatenate([np.full(len(hit.passage.sentences), hit.score) for hit in hits])
        scores = sum(standard_scores(column) for column in (cosines, words, passages))
        return self._best(self._places([hit.number for hit in hits]), np.asarray(scores).tolist())
