"""How well an embedding model finds passages: on labelled examples, among all passages of their file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.training.data import Example, read_examples
from ingest.embed import Embedder

_FEW = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured on a file's answered examples.

    Attributes:
        examples: how many questions were asked.
        passages: how many different passages each was looked for among.
        recall_at_1: share of the questions whose passage is the nearest.
        recall_at_10: share whose passage is among the ten nearest.
        reciprocal_rank: mean of one over the rank of the passage.
    """

    examples: int
    passages: int
    recall_at_1: float
    recall_at_10: float
    reciprocal_rank: float


def measure_embedders(
    embedders: Mapping[str, Embedder], files: Sequence[Path], limit: int | None = None
) -> dict[tuple[str, str], Found]:
    """What each embedder finds in each file, by the names of both.

    Args:
        embedders: by name.
        files: of examples, with some that are answered.
        limit: ask only the first so many answered questions of each file; all its passages stay.

    Raises:
        TrainingDataError: a file cannot be read or a line is not of the form.
    """
    examples = {file.name: read_examples(file) for file in files}
    return {
        (name, file): find(embedder, found, limit)
        for file, found in examples.items()
        for name, embedder in embedders.items()
    }


def find(embedder: Embedder, examples: Sequence[Example], limit: int | None = None) -> Found:
    """Looks for the passages of the answered examples among all passages."""
    passages = sorted({example.passage for example in examples})
    number = {passage: i for i, passage in enumerate(passages)}
    asked = [example for example in examples if example.answered][:limit]
    cosines = embedder.encode([example.question for example in asked]) @ embedder.encode(passages).T
    own = np.array([number[example.passage] for example in asked])
    ranks = 1 + (cosines > cosines[np.arange(len(asked)), own][:, None]).sum(axis=1)
    return Found(
        len(asked),
        len(passages),
        float(np.mean(ranks == 1)),
        float(np.mean(ranks <= _FEW)),
        float(np.mean(1 / ranks)),
    )
