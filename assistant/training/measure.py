"""How well a reader reads: on labelled examples, as the assistant reads passages.

Of the passages: whether those that answer their question get higher log-odds. Of the sentences: whether the
best one is evidence. Of the highlights: whether the best sentence's is the shortest answer. All passages of a
question are read in one call, as the assistant does. Examples whose answering sentences are all
cut off by the input length are left out: no reader of that length can see the answer.
"""

import re
import string
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

from assistant.read import CUT_OFF, Reader, Reading
from assistant.training.data import Example, read_examples
from ingest.records import Passage, Span
from ingest.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on a file's examples; each value in [0, 1] and None where nothing could be counted.

    Attributes:
        examples: how many were measured.
        left_out: how many more were left out, because what answers was cut off.
        answerable_auc: area under the ROC curve of the answerable log-odds: how often a passage that
            answers its question has larger ones than a passage that does not answer its own.
        with_evidence: examples whose answering sentences are labelled.
        best_in_evidence: share of those whose best sentence overlaps a labelled one.
        with_span: examples with a shortest answer.
        span_exact: share of those where the best sentence's highlight is that answer.
        span_f1: mean F1 of the words of the highlight and the answer.
        squad_exact: share of the examples with a shortest answer, and of those that are not answered, where
            the highlight of the best sentence is that answer, or none is given as it should; none is given
            where the answerable log-odds are below 0.
        squad_f1: the same for F1. Source of both: SQuAD 2.0 (Rajpurkar et al. 2018, arXiv:1806.03822).
    """

    examples: int
    left_out: int
    answerable_auc: float | None
    with_evidence: int
    best_in_evidence: float | None
    with_span: int
    span_exact: float | None
    span_f1: float | None
    squad_exact: float | None
    squad_f1: float | None


def measure(reader: Reader, examples: Sequence[Example]) -> Measured:
    """Reads the examples and measures what the reader says."""
    read = [
        (example, reading)
        for example, reading in zip(examples, _read(reader, examples), strict=True)
        if not _answer_cut_off(example, reading)
    ]
    in_evidence = []
    answers = []
    given = []
    for example, reading in read:
        sentence, highlight = _best(example, reading)
        answer = example.passage[slice(*example.span)] if example.span else ""
        if example.evidence:
            in_evidence.append(any(_overlap(sentence, span) for span in example.evidence))
        if answer:
            answers.append((highlight, answer))
        if answer or not example.answered:
            given.append((highlight if reading.answerable >= 0 else "", answer))
    return Measured(
        len(read),
        len(examples) - len(read),
        _auc([example.answered for example, _ in read], [reading.answerable for _, reading in read]),
        len(in_evidence),
        _mean([float(hit) for hit in in_evidence]),
        len(answers),
        _mean([exact(found, answer) for found, answer in answers]),
        _mean([f1(found, answer) for found, answer in answers]),
        _mean([exact(found, answer) for found, answer in given]),
        _mean([f1(found, answer) for found, answer in given]),
    )


def measure_files(
    readers: Mapping[str, Reader], files: Sequence[Path], limit: int | None = None
) -> dict[tuple[str, str], Measured]:
    """What is measured of each reader on each file of examples, by the names of both.

    Args:
        readers: by name.
        files: of examples.
        limit: how many of each file are read, from its beginning; None for all.

    Raises:
        TrainingDataError: a file cannot be read or is not of the form.
    """
    examples = {file.name: read_examples(file)[:limit] for file in files}
    return {
        (name, file): measure(reader, of_file)
        for name, reader in readers.items()
        for file, of_file in examples.items()
    }


def exact(found: str, answer: str) -> float:
    """1 if the two are the same but for case, punctuation, articles and white space, else 0.

    Source: SQuAD 2.0's evaluation script (Rajpurkar et al. 2018, arXiv:1806.03822).
    """
    return float(_words(found) == _words(answer))


def f1(found: str, answer: str) -> float:
    """F1 of the words that the two have in common, normalised as for `exact`, in [0, 1].

    Source: as of `exact`; if either has no words, it is 1 if both have none, else 0.
    """
    ours, theirs = _words(found), _words(answer)
    if not ours or not theirs:
        return float(ours == theirs)
    common = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * common / (len(ours) + len(theirs))


def _words(text: str) -> list[str]:
    plain = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", plain).split()


def _read(reader: Reader, examples: Sequence[Example]) -> list[Reading]:
    """One reading for each example, in order; the examples of a question are read together."""
    of_question: dict[str, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        of_question[example.question].append(number)
    readings: dict[int, Reading] = {}
    for question, numbers in of_question.items():
        passages = [as_passage(examples[number].passage) for number in numbers]
        readings.update(zip(numbers, reader.read(question, passages), strict=True))
    return [readings[number] for number in range(len(examples))]


def as_passage(text: str) -> Passage:
    """A text as a passage of its own, cut into sentences."""
    sentences = sentence_spans(text)
    return Passage("", "", text, 0, len(text), "", sentences, (None,) * len(sentences))


def _best(example: Example, reading: Reading) -> tuple[Span, str]:
    """The span of the sentence with the largest evidence log-odds, and the text of its highlight."""
    sentences = sentence_spans(example.passage)
    if not sentences:
        return (0, 0), ""
    number = max(range(len(sentences)), key=lambda i: reading.evidence[i])
    highlight = reading.highlights[number]
    return sentences[number], example.passage[slice(*highlight)] if highlight else ""


def _answer_cut_off(example: Example, reading: Reading) -> bool:
    if not example.evidence:
        return False
    answering = [
        log_odds
        for sentence, log_odds in zip(sentence_spans(example.passage), reading.evidence, strict=True)
        if any(_overlap(sentence, span) for span in example.evidence)
    ]
    return all(log_odds == CUT_OFF for log_odds in answering)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and one[1] > other[0]


def _auc(labels: Sequence[bool], scores: Sequence[float]) -> float | None:
    return float(roc_auc_score(labels, scores)) if len(set(labels)) == 2 else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
