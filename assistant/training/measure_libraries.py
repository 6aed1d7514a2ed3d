"""How well a reader finds the sentences that answer in a whole library, and tells when there are none."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.metrics import roc_auc_score

from assistant.read import Reader
from assistant.training.data import LabelledDocument, cut
from assistant.training.encode import joined
from ingest.records import Passage

# Each library is cut in the same way for every reader.
_SEED = 0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MeasuredLibraries:
    """What was measured; each share in [0, 1].

    Attributes:
        libraries: how many.
        answerable: questions that some sentence answers.
        unanswerable: questions that none does.
        first_is_right: share of the answerable ones where the sentence with the largest evidence log-odds of
            all of the library answers.
        right_among_five: share of them where one of the five largest does.
        mean_found: mean share of a question's answering sentences that are among the five largest.
        answerable_auc: area under the ROC curve of the largest answerable log-odds of a question's passages.
        evidence_auc: the same of the largest evidence log-odds.
    """

    libraries: int
    answerable: int
    unanswerable: int
    first_is_right: float
    right_among_five: float
    mean_found: float
    answerable_auc: float
    evidence_auc: float


def measure_libraries(reader: Reader, libraries: Sequence[LabelledDocument]) -> MeasuredLibraries:
    """Reads every passage of a library for each of its questions and measures what the reader says.

    Args:
        reader: the reader.
        libraries: labelled, with answerable and unanswerable questions.
    """
    first, among, found = list[bool](), list[bool](), list[float]()
    labels, passages_best, sentences_best = list[bool](), list[float](), list[float]()
    for library in libraries:
        numbers = cut(library, random.Random(_SEED))
        passages = [_passage([library.sentences[i] for i in passage]) for passage in numbers]
        order = [i for passage in numbers for i in passage]
        for asked in library.asked:
            readings = reader.read(asked.question, passages)
            evidence = [value for reading in readings for value in reading.evidence]
            ranked = sorted(range(len(order)), key=lambda i: -evidence[i])
            best = [order[i] for i in ranked[:_SHOWN]]
            labels.append(bool(asked.evidence))
            passages_best.append(max(reading.answerable for reading in readings))
            sentences_best.append(evidence[ranked[0]])
            if asked.evidence:
                hits = asked.evidence & set(best)
                first.append(best[0] in asked.evidence)
                among.append(bool(hits))
                found.append(len(hits) / min(len(asked.evidence), _SHOWN))
    return MeasuredLibraries(
        len(libraries),
        len(first),
        len(labels) - len(first),
        sum(first) / len(first),
        sum(among) / len(among),
        sum(found) / len(found),
        float(roc_auc_score(labels, passages_best)),
        float(roc_auc_score(labels, sentences_best)),
    )


def _passage(sentences: Sequence[str]) -> Passage:
    text, spans = joined(sentences)
    return Passage("", "", text, 0, len(text), "", tuple(spans), (None,) * len(spans))
