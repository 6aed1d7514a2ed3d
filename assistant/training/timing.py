"""How long readers take for the passages of a question."""

import time
from collections.abc import Mapping, Sequence
from statistics import median

from assistant.read import Reader
from assistant.training.data import Example, TrainingDataError
from assistant.training.measure import as_passage

# Passages that are read for a question, and how many questions are timed after some that are not.
_PASSAGES = (8, 12, 16)
_QUESTIONS = 20
_WARM_UP = 3
# Words of the passages, as the index serves them (ingest/chunk.py).
_WORDS = (80, 200)


def times(readers: Mapping[str, Reader], examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Median milliseconds for a question, by reader and number of passages.

    The readers take turns on each question, so that what else the machine does meets all of them alike.

    Args:
        readers: by the name to report.
        examples: questions and passages; those of 80 to 200 words are read.

    Raises:
        TrainingDataError: there are not enough passages of that length.
    """
    fitting = [example for example in examples if _WORDS[0] <= len(example.passage.split()) <= _WORDS[1]]
    if len(fitting) < max(_PASSAGES):
        raise TrainingDataError(
            f"At least {max(_PASSAGES)} passages of {_WORDS[0]} to {_WORDS[1]} words are needed; the file "
            f"has {len(fitting)}."
        )
    found: dict[str, dict[str, float]] = {name: {} for name in readers}
    for count in _PASSAGES:
        taken: dict[str, list[float]] = {name: [] for name in readers}
        for number in range(_WARM_UP + _QUESTIONS):
            chosen = [fitting[(number * count + i) % len(fitting)] for i in range(count)]
            passages = [as_passage(example.passage) for example in chosen]
            for name, reader in readers.items():
                started = time.perf_counter()
                reader.read(chosen[0].question, passages)
                taken[name].append(1000 * (time.perf_counter() - started))
        for name, values in taken.items():
            found[name][f"{count} passages"] = round(median(values[_WARM_UP:]), 1)
    return found
