"""Fits the weights and thresholds of the assistant on the development split.

Sentence weights by logistic regression, each question's sentences weighing the same. Question weights
by logistic regression on features of evidence that was weighed without the question itself (five folds), so
that the confidence is not fitted to evidence that was fitted to the same question. The threshold of the
decision is the one with the best balanced accuracy. The bands tell how often the first quote was right, by
confidence, on the same held-out evidence.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from assistant.bibliography import asked_fields
from assistant.compose import asks_for_patients, select
from assistant.evidence import (
    QUESTION_FEATURES,
    SENTENCE_FEATURES,
    Calibration,
    backing,
    question_features,
    weigh,
)
from assistant.pipeline import Assistant
from assistant.read import MODEL_FOLDER
from assistant.records import Evidence
from assistant.search import Search
from eval.bands import fit_bands
from eval.cases import Case
from eval.judge import stated

_FOLDS = 5
# Ways to divide the questions into folds. Source: chosen; with one the threshold moves by the division.
_DIVISIONS = 8
# Weight of one question in the fit of the sentences: about its number of sentences.
_QUESTION_WEIGHT = 50
# Share of the best support from which a sentence is quoted. Source: eval/LOG.md.
QUOTED = 0.25
# What the assistant searches with while nothing is fitted: what is found depends on none of it.
UNFITTED = Calibration(
    (0.0,) * len(SENTENCE_FEATURES), 0.0, (0.0,) * len(QUESTION_FEATURES), 0.0, 0.5, QUOTED, ""
)


@dataclass(frozen=True, slots=True)
class Observation:
    """What was found for a case's question and which sentences state a fact of it.

    Attributes:
        case: the case.
        search: what the assistant found, with any weights.
        labels: for each hit whether each of its sentences states a fact, shape (sentences,).
    """

    case: Case
    search: Search
    labels: tuple[NDArray[np.bool_], ...]

    @property
    def answerable(self) -> bool:
        """Whether the sources answer the question."""
        return bool(self.case.facts)


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """What each question came to by weights that were fitted without it.

    Attributes:
        rows: features of the questions, shape (questions, len(QUESTION_FEATURES)).
        answers: whether the sources answer, shape (questions,).
        first_right: whether the first quote would state a fact, shape (questions,).
    """

    rows: NDArray[np.float64]
    answers: NDArray[np.bool_]
    first_right: NDArray[np.bool_]


def observe(assistant: Assistant, cases: Sequence[Case]) -> list[Observation]:
    """Searches for the one-turn questions of content among the cases."""
    observations = []
    for case in cases:
        question = case.turns[-1]
        if len(case.turns) > 1 or asked_fields(question) or case.kind == "partial":
            continue
        search = assistant.search(question)
        labels = []
        for hit in search.hits:
            text = assistant.index.documents[hit.passage.source_id].text
            sentences = [text[start:end] for start, end in hit.passage.sentences]
            labels.append(np.array([bool(stated(sentence, case)) for sentence in sentences]))
        observations.append(Observation(case, search, tuple(labels)))
    return observations


def fit(assistant: Assistant, observations: Sequence[Observation]) -> dict[str, Any]:
    """The content of calibration.json, fitted on the observations."""
    weights, bias = _fit_sentences(observations)
    held_out = _held_out(assistant, observations)
    rows, answers = held_out.rows, held_out.answers
    question_weights, question_bias = _logistic(rows, answers, None)
    probabilities = _held_out_probabilities(rows, answers)
    threshold = round(_best_threshold(probabilities, answers), 4)
    bands = fit_bands(probabilities, held_out.first_right, threshold)
    reader = hashlib.sha256((MODEL_FOLDER / "evidence_reader.onnx").read_bytes()).hexdigest()
    ids = "\n".join(sorted(o.case.id for o in observations))
    return {
        "sentence": {
            "weights": dict(zip(SENTENCE_FEATURES, _rounded(weights), strict=True)),
            "bias": round(bias, 4),
        },
        "question": {
            "weights": dict(zip(QUESTION_FEATURES, _rounded(question_weights), strict=True)),
            "bias": round(question_bias, 4),
        },
        "answered": threshold,
        "quoted": QUOTED,
        "bands": [asdict(band) for band in bands],
        "fitted_on": hashlib.sha256(ids.encode()).hexdigest()[:16],
        "provenance": {
            "command": "python -m eval calibrate",
            "split": "development",
            "cases": len(observations),
            "corpus": assistant.index.corpus_digest,
            "reader": reader,
            "embedder": assistant.index.model,
            "balanced_accuracy_at_threshold": round(_balanced(probabilities >= threshold, answers), 4),
        },
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Writes calibration.json."""
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _fit_sentences(observations: Sequence[Observation]) -> tuple[NDArray[np.float64], float]:
    rows, labels, shares = [], [], []
    for observation in observations:
        if not observation.search.hits:
            continue
        label = np.concatenate(observation.labels)
        if not label.any():
            continue
        rows.append(np.concatenate(observation.search.features))
        labels.append(label)
        shares.append(np.full(len(label), _QUESTION_WEIGHT / len(label)))
    return _logistic(np.concatenate(rows), np.concatenate(labels), np.concatenate(shares))


def _held_out(assistant: Assistant, observations: Sequence[Observation]) -> _HeldOut:
    """Each question's features and first quote, its evidence weighed by what was fitted without it."""
    rows = np.zeros((len(observations), len(QUESTION_FEATURES)))
    first_right = np.zeros(len(observations), dtype=bool)
    for training, held_out in KFold(_FOLDS, shuffle=True, random_state=0).split(observations):
        weights, bias = _fit_sentences([observations[i] for i in training])
        calibration = _with_sentences(assistant.calibration, weights, bias)
        for i in held_out:
            case, search = observations[i].case, observations[i].search
            if search.hits:
                evidence = weigh(search.hits, search.readings, search.features, calibration)
                rows[i] = question_features(search.hits, search.features, evidence, search.unknown)
                first_right[i] = bool(stated(_first_quote(assistant, search.question, evidence), case))
    return _HeldOut(rows, np.array([observation.answerable for observation in observations]), first_right)


def _first_quote(assistant: Assistant, question: str, evidence: Sequence[Evidence]) -> str:
    """The quote that an answer would begin with."""
    for_patients = asks_for_patients(question)
    first = select(assistant.index, evidence, QUOTED, for_patients=for_patients)[0]
    return assistant.index.documents[first.passage.source_id].text[slice(*first.sentence)]


def _held_out_probabilities(rows: NDArray[np.float64], answers: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each question comes to by weights fitted without it: the mean over several ways to divide them."""
    probabilities = np.zeros((_DIVISIONS, len(rows)))
    for division in range(_DIVISIONS):
        for training, held_out in KFold(_FOLDS, shuffle=True, random_state=1 + division).split(rows):
            weights, bias = _logistic(rows[training], answers[training], None)
            probabilities[division, held_out] = 1 / (1 + np.exp(-(rows[held_out] @ weights + bias)))
            probabilities[division, held_out] *= [backing(row[0]) for row in rows[held_out]]
    return np.asarray(probabilities.mean(axis=0))


def _logistic(
    rows: NDArray[np.float64],
    labels: NDArray[np.bool_],
    shares: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression, for the features as they are (not standardised)."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(max_iter=2000).fit(scaler.transform(rows), labels, sample_weight=shares)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _best_threshold(probabilities: NDArray[np.float64], answers: NDArray[np.bool_]) -> float:
    """The threshold with the best balanced accuracy: the middle of the best stretch."""
    candidates = np.linspace(0.05, 0.95, 181)
    scores = np.array([_balanced(probabilities >= candidate, answers) for candidate in candidates])
    return float(np.median(candidates[scores >= scores.max() - 1e-9]))


def _balanced(said: NDArray[np.bool_], answers: NDArray[np.bool_]) -> float:
    """Mean of the share of answerable questions answered and of others refused."""
    return float((said[answers].mean() + (~said[~answers]).mean()) / 2)


def _with_sentences(calibration: Calibration, weights: NDArray[np.float64], bias: float) -> Calibration:
    return replace(calibration, sentence_weights=tuple(weights.tolist()), sentence_bias=bias)


def _rounded(weights: NDArray[np.float64]) -> list[float]:
    return [round(float(weight), 4) for weight in weights]
