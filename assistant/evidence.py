"""Readings to evidence: one support for each sentence from reader, meaning, words and rank.

The reader's log-odds are weighed with the cosine of question and sentence, the sentence's BM25 score and the
passage's fused score. The weights are fitted on the development split of the evaluation set by
`python -m eval calibrate` and read from calibration.json.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer_type import holds_answer_type
from assistant.errors import ModelLoadError
from assistant.read import Reading
from assistant.records import Band, Evidence, Hit
from ingest.embed import Vectors
from ingest.index import Index

CALIBRATION = Path(__file__).parent / "calibration.json"

Features = NDArray[np.float64]

# The columns of a sentence's features, in order.
SENTENCE_FEATURES = ("reader_evidence", "reader_answerable", "cosine", "lexical", "passage", "answer_type")
# Support below which a confidence falls, and with which power of its share. Source: of the 25 development
# questions below it the first quote is right in 2 %; powers 1, 2, 4 cost no balanced accuracy (eval/LOG.md).
_HARDLY_ANY = 0.12
_FALLS = 4
# The columns of a question's features, in order; made from its best evidence.
QUESTION_FEATURES = ("best", "answerable_mean", "lexical", "unknown")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted weights: log-odds are the features' weighted sum plus the bias.

    Attributes:
        sentence_weights: one for each of SENTENCE_FEATURES.
        sentence_bias: of the support.
        question_weights: one for each of QUESTION_FEATURES.
        question_bias: of the confidence.
        answered: confidence from which a question counts as answered, in (0, 1).
        quoted: support, as a share of the best sentence's, from which a sentence is quoted.
        digest: what the weights were fitted on; part of the answer's identity.
        bands: how often answers were right, by confidence; ascending, without gaps from `answered` to 1.
    """

    sentence_weights: tuple[float, ...]
    sentence_bias: float
    question_weights: tuple[float, ...]
    question_bias: float
    answered: float
    quoted: float
    digest: str
    bands: tuple[Band, ...] = ()


def load_calibration(path: Path = CALIBRATION) -> Calibration:
    """The calibration that the repository ships.

    Raises:
        ModelLoadError: the file is missing or does not hold one.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        return Calibration(
            sentence_weights=tuple(content["sentence"]["weights"][n] for n in SENTENCE_FEATURES),
            sentence_bias=content["sentence"]["bias"],
            question_weights=tuple(content["question"]["weights"][n] for n in QUESTION_FEATURES),
            question_bias=content["question"]["bias"],
            answered=content["answered"],
            quoted=content["quoted"],
            digest=content["fitted_on"],
            bands=tuple(Band(**band) for band in content.get("bands", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelLoadError(
            f"The calibration {path} is missing or damaged ({type(error).__name__}: {error}). Restore it "
            "from the repository, or run: python -m eval calibrate"
        ) from error


def sentence_features(
    index: Index, question: str, vector: Vectors, hits: Sequence[Hit], readings: Sequence[Reading]
) -> tuple[Features, ...]:
    """For each hit the features of its sentences, shape (sentences, len(SENTENCE_FEATURES)).

    BM25 scores are scaled by the best sentence of the whole corpus, to [0, 1].
    """
    lexical = index.sentence_lexical_scores(question)
    best = float(lexical.max(initial=0.0)) or 1.0
    features = []
    for hit, reading in zip(hits, readings, strict=True):
        count = len(hit.passage.sentences)
        columns = (
            np.array(reading.evidence),
            np.full(count, reading.answerable),
            index.sentence_vectors(hit.number) @ vector,
            lexical[index.sentence_range(hit.number)] / best,
            np.full(count, hit.score),
            np.array([holds_answer_type(question, sentence) for sentence in _sentences(index, hit)]),
        )
        features.append(np.column_stack(columns).astype(np.float64))
    return tuple(features)


def _sentences(index: Index, hit: Hit) -> list[str]:
    text = index.documents[hit.passage.source_id].text
    return [text[start:end] for start, end in hit.passage.sentences]


def weigh(
    hits: Sequence[Hit],
    readings: Sequence[Reading],
    features: Sequence[Features],
    calibration: Calibration,
) -> tuple[Evidence, ...]:
    """All sentences of the hits with their support, best first; ties in reading order."""
    weights = np.array(calibration.sentence_weights)
    found = []
    for hit, reading, rows in zip(hits, readings, features, strict=True):
        log_odds = rows @ weights + calibration.sentence_bias
        for i, (sentence, lead_in) in enumerate(
            zip(hit.passage.sentences, hit.passage.lead_ins, strict=True)
        ):
            found.append(
                Evidence(
                    passage=hit.passage,
                    sentence=sentence,
                    lead_in=lead_in,
                    highlight=reading.highlights[i],
                    support=sigmoid(float(log_odds[i])),
                )
            )
    return tuple(sorted(found, key=lambda evidence: -evidence.support))


def question_features(
    hits: Sequence[Hit], features: Sequence[Features], evidence: Sequence[Evidence], unknown: Sequence[str]
) -> Features:
    """The features on which it is decided whether the sources answer, shape (len(QUESTION_FEATURES),).

    They are: log-odds of the best support; the reader's mean log-odds that a passage answers; the BM25 score
    of the sentence with the best support, as a share of the best of the corpus; how many words neither
    English nor the corpus knows. Source: eval/LOG.md.

    Args:
        hits: what was read, at least one.
        features: of the sentences, by hit.
        evidence: all sentences, best first.
        unknown: the words of the question that no source uses and that are no plain English.
    """
    answerable = np.mean([hit[0, 1] for hit in features])
    best = evidence[0]
    rows = next(rows for hit, rows in zip(hits, features, strict=True) if hit.passage == best.passage)
    lexical = rows[best.passage.sentences.index(best.sentence), 3]
    return np.array([log_odds(best.support), answerable, lexical, len(unknown)])


def confidence(features: Features, calibration: Calibration) -> float:
    """Calibrated probability that the sources answer, as far as a sentence backs it, in [0, 1]."""
    value = sigmoid(float(features @ np.array(calibration.question_weights)) + calibration.question_bias)
    return value * backing(float(features[0]))


def backing(best: float) -> float:
    """What is left of a confidence whose best sentence has hardly any support, in (0, 1].

    Args:
        best: log-odds of the best support.
    """
    return float(min(1.0, sigmoid(best) / _HARDLY_ANY) ** _FALLS)


def band_of(value: float, calibration: Calibration) -> Band | None:
    """The band of an answer of this confidence; None if none was measured for it."""
    for band in calibration.bands:
        if band.lower <= value < band.upper or value == band.upper == 1:
            return band
    return None


def sigmoid(value: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


def log_odds(probability: float) -> float:
    """Log-odds of a probability, kept within 12 either way."""
    clipped = min(max(probability, 6e-6), 1 - 6e-6)
    return math.log(clipped / (1 - clipped))
