"""What is measured, as pure functions of values.

What was shown for a case is a list of quotes, most direct first; of each quote it is known which facts of the
case it states, as a set of fact numbers (`Stated`). Functions give None where there is nothing to count, so
that nothing is never taken for zero.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Stated = frozenset[int]
Numbers = NDArray[np.float64]

# Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13: 1,000 resamples for
# percentile intervals. The seed makes a report the same each time it is made.
_RESAMPLES = 1000
_SEED = 20231536
# Bins of the expected calibration error. Source: Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602.
_BINS = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % bootstrap interval and the number of cases it was made of."""

    value: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well refusing was decided; each in [0, 1], None where nothing could be counted.

    Attributes:
        precision: share of the refusals that were due.
        recall: share of the refusals due that were made.
        answered: share of the answers due that were given.
        balanced_accuracy: mean of `recall` and `answered`; 0.5 for a system that always does the same.
    """

    precision: float | None
    recall: float | None
    answered: float | None
    balanced_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of an answer, for the judge: the facts that it states, and those of each citation."""

    states: Stated
    citations: tuple[Stated, ...]


def fact_recall(shown: Sequence[Stated], facts: int, k: int) -> float:
    """Share of a case's facts that the first k quotes state, in [0, 1].

    Args:
        shown: for each quote the facts that it states, most direct first.
        facts: how many facts the case has; at least 1.
        k: how many quotes count; fewer shown are not filled up.
    """
    return len(frozenset().union(*shown[:k])) / facts


def recall_ceiling(units: Iterable[Stated], facts: int, k: int) -> float:
    """The largest fact recall that any k quotes could reach, in [0, 1].

    A case with three facts in three places cannot exceed 1/3 at one quote, whatever is shown.

    Args:
        units: of everything that could be quoted, the facts that it states.
        facts: how many facts the case has; at least 1.
        k: how many quotes count.
    """
    different = set(units)
    reached: set[Stated] = {frozenset()}
    for _ in range(k):
        reached |= {have | more for have in reached for more in different}
    return max(len(have) for have in reached) / facts


def quote_precision(shown: Sequence[Stated]) -> float | None:
    """Share of the quotes shown that state a fact of the case, in [0, 1]; None if none is shown."""
    return _mean([bool(stated) for stated in shown])


def citation_recall(claims: Sequence[Claim]) -> float | None:
    """Share of the statements that their citations support, in [0, 1]; None without statements.

    The gold quotes are the judge: citations support a statement if together they state every fact that it
    states, and at least one. A statement without citations is not supported.

    Source: Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"
    (arXiv:2305.14627), section 4, whose judge is a model of entailment.
    """
    return _mean([_supported(claim.states, claim.citations) for claim in claims])


def citation_precision(claims: Sequence[Claim]) -> float | None:
    """Share of the citations that their statement needs, in [0, 1]; None without citations.

    A citation counts if its statement is supported and if it supports the statement alone, or the others do
    not support it without this one.

    Source: as of `citation_recall`.
    """
    counted = []
    for claim in claims:
        supported = _supported(claim.states, claim.citations)
        for i, citation in enumerate(claim.citations):
            others = claim.citations[:i] + claim.citations[i + 1 :]
            needed = _supported(claim.states, [citation]) or not _supported(claim.states, others)
            counted.append(supported and needed)
    return _mean(counted)


def abstention(refused: Sequence[bool], due: Sequence[bool]) -> Abstention:
    """How well refusing was decided.

    Args:
        refused: whether each case was refused.
        due: whether it should have been.

    Source: precision, recall and balanced accuracy as in scikit-learn's documentation.
    """
    pairs = list(zip(refused, due, strict=True))
    recall = _mean([was for was, should in pairs if should])
    answered = _mean([not was for was, should in pairs if not should])
    both = recall is not None and answered is not None
    return Abstention(
        precision=_mean([should for was, should in pairs if was]),
        recall=recall,
        answered=answered,
        balanced_accuracy=((recall or 0.0) + (answered or 0.0)) / 2 if both else None,
    )


def risk_coverage(confidence: ArrayLike, wrong: ArrayLike) -> tuple[Numbers, Numbers]:
    """Coverage and risk when the k surest cases are answered, for k from 1 to n; both of shape (n,).

    Coverage is k / n, risk the share of wrong ones among the k, both in [0, 1]. Cases of equal confidence
    count as their mean, so that their order does not matter.

    Source: El-Yaniv and Wiener 2010, JMLR 11:1605-1641.
    """
    sure, errors = np.asarray(confidence, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    _, group = np.unique(-sure, return_inverse=True)
    means = np.bincount(group, weights=errors) / np.bincount(group)
    counts = np.arange(1, len(sure) + 1)
    return counts / len(sure), np.cumsum(means[np.sort(group)]) / counts


def area_under_risk_coverage(confidence: ArrayLike, wrong: ArrayLike) -> float:
    """Mean risk over all coverages, in [0, 1], less is better; nan without cases.

    Source: Geifman, Uziel and El-Yaniv 2019, "Bias-Reduced Uncertainty Estimation" (arXiv:1805.08206).
    """
    if not np.size(confidence):
        return float("nan")
    return float(risk_coverage(confidence, wrong)[1].mean())


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of about the same confidence: how sure they were on average, how often it came true."""

    confidence: float
    happened: float
    cases: int


def reliability(confidence: ArrayLike, happened: ArrayLike, bins: int = _BINS) -> tuple[Bin, ...]:
    """The cases in bins of equal width over [0, 1], empty ones left out. 1 belongs to the last."""
    sure, true = np.asarray(confidence, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    numbers = np.minimum((sure * bins).astype(int), bins - 1)
    chosen = [numbers == number for number in range(bins)]
    return tuple(
        Bin(float(sure[inside].mean()), float(true[inside].mean()), int(inside.sum()))
        for inside in chosen
        if inside.any()
    )


def expected_calibration_error(confidence: ArrayLike, happened: ArrayLike, bins: int = _BINS) -> float:
    """How far confidence and frequency lie apart on average, in [0, 1], less is better; nan without cases.

    Source: Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602.
    """
    found = reliability(confidence, happened, bins)
    cases = sum(one.cases for one in found)
    apart = sum(abs(one.confidence - one.happened) * one.cases for one in found)
    return apart / cases if cases else float("nan")


def brier_score(confidence: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared difference of confidence and what happened (0 or 1), in [0, 1], less is better.

    nan without cases. Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    if not np.size(confidence):
        return float("nan")
    return float(np.mean((np.asarray(confidence, float) - np.asarray(happened, float)) ** 2))


def percentile(values: ArrayLike, share: float) -> float:
    """The value that this share of the values, in [0, 1], does not exceed; nan without values.

    Linear between two values (definition 7 of Hyndman and Fan 1996, doi:10.2307/2684934).
    """
    return float(np.percentile(np.asarray(values, float), 100 * share)) if np.size(values) else float("nan")


def mean_interval(values: ArrayLike) -> Interval | None:
    """The mean with its percentile bootstrap interval over cases; None without values."""
    numbers = np.asarray(values, dtype=np.float64)
    if not numbers.size:
        return None
    draws = np.random.default_rng(_SEED).integers(0, len(numbers), (_RESAMPLES, len(numbers)))
    return _interval(float(numbers.mean()), numbers[draws].mean(axis=1), len(numbers))


def interval(statistic: Callable[[NDArray[np.intp]], float | None], cases: int) -> Interval | None:
    """A statistic with its percentile bootstrap interval; None if it cannot be made of all cases.

    Args:
        statistic: of the cases with these numbers, some of them several times; None or nan for a choice of
            cases that it cannot be made of, which is then left out.
        cases: how many there are.
    """
    value = statistic(np.arange(cases)) if cases else None
    if value is None or np.isnan(value):
        return None
    draws = np.random.default_rng(_SEED).integers(0, cases, (_RESAMPLES, cases))
    found = np.array([statistic(draw) for draw in draws], dtype=np.float64)
    return _interval(value, found[~np.isnan(found)], cases)


def _interval(value: float, found: Numbers, cases: int) -> Interval:
    low, high = np.percentile(found, (2.5, 97.5))
    return Interval(value, float(low), float(high), cases)


def _supported(states: Stated, citations: Iterable[Stated]) -> bool:
    cited = frozenset[int]().union(*citations)
    return bool(cited) and states <= cited


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
