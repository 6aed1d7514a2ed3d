"""Rows to measurements, each with its bootstrap interval: over all cases, by kind and by source."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics import (
    Interval,
    abstention,
    area_under_risk_coverage,
    brier_score,
    expected_calibration_error,
    interval,
    mean_interval,
    percentile,
)
from eval.retrieval import NDCG, RECALL, RECIPROCAL_RANK
from eval.rows import (
    BEST,
    CEILINGS,
    CITATION_PRECISION,
    CITATION_RECALL,
    COMPARISON_PRECISION,
    COMPARISON_RECALL,
    DECIDED,
    EXACT,
    LIMIT,
    PRECISION,
    RECALLS,
    STATUS,
    WORDS,
    Row,
)
from eval.run import FOUND

FOLLOW_UPS = "fact recall@5, follow-ups"
ANSWERED = "answered when due"
REFUSED = "refused when due"
REFUSAL_PRECISION = "precision of refusal"
BALANCED = "balanced accuracy of refusal"
RISK = "area under risk-coverage"
CALIBRATION = "calibration error"
BRIER = "Brier score"
MEDIAN = "seconds, median"
SLOW = "seconds, 95th percentile"

Measured = Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a measure says.

    Attributes:
        text: its definition in a sentence.
        better: "more" or "less"; empty for what is neither.
    """

    text: str
    better: str


MEASURES: Mapping[str, Meaning] = {
    RECALLS[1]: Meaning("share of a case's facts that the first quote states", "more"),
    CEILINGS[1]: Meaning("the most that any one quote could state", ""),
    RECALLS[3]: Meaning("share of a case's facts that the first three quotes state", "more"),
    RECALLS[5]: Meaning("share of a case's facts that the first five quotes state", "more"),
    CEILINGS[5]: Meaning("the most that any five quotes could state", ""),
    FOLLOW_UPS: Meaning("the same for the last turn of follow-ups", "more"),
    PRECISION: Meaning("share of the quotes shown that state a fact, where the sources hold one", "more"),
    EXACT: Meaning("share of the quotes shown that stand at their place, character by character", "more"),
    CITATION_RECALL: Meaning("share of statements that their citations support, by the gold quotes", "more"),
    CITATION_PRECISION: Meaning("share of citations that their statement needs", "more"),
    COMPARISON_RECALL: Meaning("share of the comparisons expected that were made", "more"),
    COMPARISON_PRECISION: Meaning("share of the comparisons made that were expected", "more"),
    LIMIT: Meaning("share of answers that open with the line expected, or with none", "more"),
    WORDS: Meaning("words of all quotes shown; 0 of a refusal", ""),
    STATUS: Meaning("share of cases with exactly the status expected", "more"),
    ANSWERED: Meaning("share of the answers due that were given", "more"),
    REFUSED: Meaning("share of the refusals due that were made (recall of refusal)", "more"),
    REFUSAL_PRECISION: Meaning("share of the refusals made that were due", "more"),
    BALANCED: Meaning("mean of answered when due and refused when due", "more"),
    RISK: Meaning("mean share of wrong first quotes over all numbers of surest cases", "less"),
    CALIBRATION: Meaning("how far confidence and frequency of an answer in the sources lie apart", "less"),
    BRIER: Meaning("mean squared difference of confidence and whether the sources answer", "less"),
    RECALL: Meaning("share of the passages that state a fact among the first ten", "more"),
    RECIPROCAL_RANK: Meaning("one by the rank of the first passage that states a fact", "more"),
    NDCG: Meaning("discounted gain of the first ten passages, by the facts they state", "more"),
    FOUND: Meaning("share of a case's facts that the first ten passages state", "more"),
    MEDIAN: Meaning("time of one question", "less"),
    SLOW: Meaning("time of one question that one in twenty exceeds", "less"),
}
_MEANS = (
    *RECALLS.values(), *CEILINGS.values(), PRECISION, EXACT, CITATION_RECALL, CITATION_PRECISION,
    COMPARISON_RECALL, COMPARISON_PRECISION, LIMIT, WORDS, STATUS, RECALL, RECIPROCAL_RANK, NDCG, FOUND,
)  # fmt: skip
# What is told of each kind and each source.
GROUP_MEASURES = (RECALLS[1], RECALLS[5], PRECISION, DECIDED)

Statistic = Callable[[NDArray[np.intp]], float | None]


def summary(rows: Sequence[Row]) -> dict[str, Interval]:
    """All that can be measured on the rows, by name, in the order of MEASURES."""
    found: dict[str, Interval | None] = {name: _mean(rows, name) for name in _MEANS}
    found[FOLLOW_UPS] = _mean([row for row in rows if row.kind == "follow_up"], RECALLS[5])
    found |= _decisions(rows) | _confidences(rows) | _times(rows)
    return {name: value for name in MEASURES if (value := found.get(name)) is not None}


def by_kind(rows: Sequence[Row]) -> dict[str, dict[str, Interval]]:
    """The measures of each kind, in the order in which the kinds come."""
    return {
        kind: _group(row for row in rows if row.kind == kind) for kind in dict.fromkeys(r.kind for r in rows)
    }


def by_source(rows: Sequence[Row]) -> dict[str, dict[str, Interval]]:
    """The measures of the cases that each source answers, by source id; a case may count for several."""
    sources = sorted({source for row in rows for source in row.sources})
    return {source: _group(row for row in rows if source in row.sources) for source in sources}


def confidences(rows: Iterable[Row]) -> tuple[list[float], list[bool], list[bool]]:
    """Of the rows with a confidence: it, whether the first quote is wrong, whether the sources answer."""
    sure = [(row.confidence, not row.scores[BEST], row.answer_due) for row in rows]
    known = [(value, wrong, due) for value, wrong, due in sure if value is not None]
    return [v for v, _, _ in known], [w for _, w, _ in known], [d for _, _, d in known]


def _group(rows: Iterable[Row]) -> dict[str, Interval]:
    chosen = list(rows)
    found = {name: _mean(chosen, name) for name in GROUP_MEASURES}
    return {name: value for name, value in found.items() if value is not None}


def _mean(rows: Iterable[Row], name: str) -> Interval | None:
    return mean_interval([value for row in rows if (value := row.scores.get(name)) is not None])


def _decisions(rows: Sequence[Row]) -> dict[str, Interval | None]:
    """The measures of refusing. A case without a reply counts as decided wrongly."""
    due = np.array([not row.answer_due for row in rows], dtype=bool)
    right = np.array([row.scores[DECIDED] == 1 for row in rows], dtype=bool)
    refused = np.where(right, due, ~due)

    def part(name: str) -> Statistic:
        def statistic(chosen: NDArray[np.intp]) -> float | None:
            value: float | None = getattr(abstention(refused[chosen].tolist(), due[chosen].tolist()), name)
            return value

        return statistic

    parts = {
        ANSWERED: "answered",
        REFUSED: "recall",
        REFUSAL_PRECISION: "precision",
        BALANCED: "balanced_accuracy",
    }
    return {name: interval(part(attribute), len(rows)) for name, attribute in parts.items()}


def _confidences(rows: Sequence[Row]) -> dict[str, Interval | None]:
    sure, wrong, due = (np.array(values) for values in confidences(rows))
    statistics: dict[str, Statistic] = {
        RISK: lambda chosen: area_under_risk_coverage(sure[chosen], wrong[chosen]),
        CALIBRATION: lambda chosen: expected_calibration_error(sure[chosen], due[chosen]),
        BRIER: lambda chosen: brier_score(sure[chosen], due[chosen]),
    }
    return {name: interval(statistic, len(sure)) for name, statistic in statistics.items()}


def _times(rows: Sequence[Row]) -> dict[str, Interval | None]:
    seconds = np.array([row.seconds for row in rows if row.seconds is not None])
    return {
        MEDIAN: interval(lambda chosen: percentile(seconds[chosen], 0.5), len(seconds)),
        SLOW: interval(lambda chosen: percentile(seconds[chosen], 0.95), len(seconds)),
    }
