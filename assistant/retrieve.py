"""Question to passages: dense and lexical search, fused with the best sentence of each passage.

Candidates are the nearest passages by vector and the best by BM25. Each is then scored by the weighted sum
of three standard scores: cosine of the passage, BM25 of the passage, cosine of its nearest sentence.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.records import Hit
from ingest.embed import Vectors
from ingest.index import Index

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RetrieveConfig:
    """How many passages are looked at, and the weights of the fusion.

    Attributes:
        candidates: passages taken from each of the two searches.
        passages: passages that go on to the reader.
        beside: passages, those that are read among them, that are searched for what others say on the same
            point as a quote. Source: eval/LOG.md.
        dense_weight: of the passage's cosine. Source of the three weights: eval/LOG.md.
        lexical_weight: of the passage's BM25 score.
        sentence_weight: of the cosine of its nearest sentence.
    """

    candidates: int = 50
    passages: int = 10
    beside: int = 40
    dense_weight: float = 1.0
    lexical_weight: float = 0.5
    sentence_weight: float = 2.0


def retrieve(
    index: Index, question: str, vector: Vectors, config: RetrieveConfig, sources: Collection[str] = ()
) -> tuple[Hit, ...]:
    """The passages most likely to answer, best first.

    Args:
        index: the open index.
        question: the standalone question, with expansions.
        vector: its unit vector, shape (d,).
        config: numbers and weights.
        sources: ids of the only sources that are searched; empty for all.

    Returns:
        At most `config.passages` hits; none if the index is empty.
    """
    lexical = index.lexical_scores(question)
    if sources:
        lexical = np.where([p.source_id in sources for p in index.passages], lexical, 0.0)
    dense = dict(index.nearest(vector, config.candidates, sources))
    found = np.flatnonzero(lexical)  # few of a large corpus: sorting them all would take longer
    best_lexical = found[np.argsort(-lexical[found], kind="stable")[: config.candidates]]
    numbers = sorted({*dense, *best_lexical.tolist()})
    if not numbers:
        return ()
    floor = min(dense.values())  # a candidate found by its words alone is no nearer than these
    cosines = np.array([dense.get(number, floor) for number in numbers])
    sentences = np.array([float((index.sentence_vectors(n) @ vector).max(initial=0.0)) for n in numbers])
    scores = (
        config.dense_weight * standard_scores(cosines)
        + config.lexical_weight * standard_scores(lexical[numbers])
        + config.sentence_weight * standard_scores(sentences)
    )
    order = np.argsort(-scores, kind="stable")[: config.passages]
    return tuple(
        Hit(numbers[i], index.passages[numbers[i]], float(scores[i]), rank, "fused")
        for rank, i in enumerate(order, 1)
    )


def standard_scores(values: NDArray[np.floating]) -> Scores:
    """Values with mean 0 and standard deviation 1; zeros if they are all the same."""
    centred = np.asarray(values, dtype=np.float64) - float(np.mean(values))
    deviation = float(centred.std())
    return centred / deviation if deviation > 1e-9 else np.zeros_like(centred)
