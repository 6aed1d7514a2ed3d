"""Two results on the same cases: paired differences, and the cases that one passes and the other fails."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics import Interval, abstention, interval, mean_interval
from eval.rows import DECIDED, Row
from eval.summary import BALANCED, MEASURES


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in both results, on the cases that both have.

    Attributes:
        measure: its name.
        first: its value in the first.
        second: its value in the second.
        change: second less first with its interval; cases are resampled as pairs.
    """

    measure: str
    first: float
    second: float
    change: Interval

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no change."""
        return self.change.low > 0 or self.change.high < 0


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that one result passes and the other fails."""

    id: str
    kind: str
    passed_first: bool
    passed_second: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two results side by side.

    Attributes:
        cases: how many both have.
        only_one: ids of cases that only one has.
        differences: by measure.
        flips: in the order of the second.
    """

    cases: int
    only_one: tuple[str, ...]
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]


def compare(first: Iterable[Row], second: Iterable[Row]) -> Compared:
    """The two results compared on the cases that both have."""
    before, after = ({row.id: row for row in rows} for rows in (first, second))
    pairs = [(before[name], row) for name, row in after.items() if name in before]
    found = [_mean(pairs, name) for name in (*MEASURES, DECIDED)]
    found += [_balanced(pairs), _seconds(pairs)]
    return Compared(
        len(pairs),
        tuple(sorted(before.keys() ^ after.keys())),
        tuple(one for one in found if one is not None),
        flips(first=before.values(), second=after.values()),
    )


def flips(first: Iterable[Row], second: Iterable[Row]) -> tuple[Flip, ...]:
    """The cases that one passes and the other fails; those that only one has are left out."""
    before = {row.id: row.passed for row in first}
    return tuple(
        Flip(row.id, row.kind, before[row.id], row.passed)
        for row in second
        if row.id in before and before[row.id] != row.passed
    )


def _mean(pairs: Sequence[tuple[Row, Row]], name: str) -> Difference | None:
    """The difference of a score that each row has; None for what no row has."""
    values = [(one.scores.get(name), other.scores.get(name)) for one, other in pairs]
    return _paired(name, [(a, b) for a, b in values if a is not None and b is not None])


def _seconds(pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    values = [(one.seconds, other.seconds) for one, other in pairs]
    return _paired("seconds, mean", [(a, b) for a, b in values if a is not None and b is not None])


def _paired(name: str, values: Sequence[tuple[float, float]]) -> Difference | None:
    change = mean_interval([b - a for a, b in values])
    if change is None:
        return None
    first, second = np.mean(np.array(values), axis=0)
    return Difference(name, float(first), float(second), change)


def _balanced(pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    due = np.array([not row.answer_due for _, row in pairs], dtype=bool)
    right = np.array([[row.scores[DECIDED] == 1 for row in pair] for pair in pairs], dtype=bool).reshape(
        -1, 2
    )

    def accuracy(chosen: NDArray[np.intp], which: int) -> float | None:
        refused = np.where(right[chosen, which], due[chosen], ~due[chosen])
        return abstention(refused.tolist(), due[chosen].tolist()).balanced_accuracy

    def change(chosen: NDArray[np.intp]) -> float | None:
        first, second = accuracy(chosen, 0), accuracy(chosen, 1)
        return None if first is None or second is None else second - first

    everything = np.arange(len(pairs))
    first, second = accuracy(everything, 0), accuracy(everything, 1)
    found = interval(change, len(pairs))
    if first is None or second is None or found is None:
        return None
    return Difference(BALANCED, first, second, found)
