"""Files of questions with their evidence to labelled documents and span examples.

Three forms of gzipped JSON lines are read. Documents (`abstract-questions`, `passage-questions`):
`sentences`; `answerable`, each a `question` with the numbers of all sentences that answer it (`evidence`);
`unanswerable`, questions that share the document's topic and words; and `pmid` (abstracts) or `id`. Libraries
(`libraries.jsonl.gz` beside this module): the same, but with `texts`, whose `sentences` are numbered through.
Examples (`reader-train`, `reader-dev-*`): question `q`, passage `p`, answered or not `ans`, the shortest
answer's `span`, the spans of the sentences that answer `ev` (null: not labelled) and the source `src`.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import AssistantError
from ingest.records import Span

# Words in a passage that are aimed at, one drawn for each cut: the lengths of the index's own passages
# (ingest/chunk.py) vary as much.
_WORDS_PER_PASSAGE = (70, 100, 130, 160)
# One in so many documents that are not abstracts is held out, by the hash of its `id`.
_HELD_OUT = 15
# Characters that identify a document by its opening words.
_OPENING = 80

Record = TypeVar("Record")


class TrainingDataError(AssistantError):
    """A file of training data is missing or not of the form that is read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the numbers of the sentences that answer it, 0-based; none if none does."""

    question: str
    evidence: frozenset[int]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """The sentences of a text, or of the texts of a library one after another, and questions about it.

    Attributes:
        id: starts with "abs" (an abstract, by PubMed id), "pas" (another passage) or "lib" (a library). Two
            documents may share one.
        sentences: of all texts, in order.
        asked: the questions.
        starts: numbers of the sentences that begin a text, 0-based; a passage never crosses one.
    """

    id: str
    sentences: tuple[str, ...]
    asked: tuple[Asked, ...]
    starts: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Example:
    """A question with one passage.

    Attributes:
        question: the question.
        passage: the passage's text.
        answered: whether the passage answers the question.
        span: the shortest answer, in characters of the passage, or None if there is none or it is unknown.
        evidence: spans of the sentences that answer; None if they are not labelled.
        source: which collection it is from; a suffix says how an unanswered one was made.
    """

    question: str
    passage: str
    answered: bool
    span: Span | None
    evidence: tuple[Span, ...] | None
    source: str


def read_documents(paths: Iterable[Path]) -> list[LabelledDocument]:
    """The documents of the files, in order.

    Raises:
        TrainingDataError: a file cannot be read or a line is not of the form.
    """
    return [document for path in paths for document in _records(path, _document)]


def read_examples(path: Path) -> list[Example]:
    """The examples of a file, in order.

    Raises:
        TrainingDataError: the file cannot be read or a line is not of the form.
    """
    return list(_records(path, _example))


def training_documents(
    documents: Iterable[LabelledDocument], examples: Sequence[Example]
) -> list[LabelledDocument]:
    """The documents that training may use, in their order.

    Held out are those that open with the same words as one of the examples that a reader is measured on,
    and one in fifteen of those that are not abstracts.
    """
    openings = {_opening(example.passage) for example in examples}
    return [
        document
        for document in documents
        if _opening(" ".join(document.sentences)) not in openings and not is_held_out(document)
    ]


def is_held_out(document: LabelledDocument) -> bool:
    """Whether the document is one of those, one in fifteen, that are kept to measure readers on."""
    number = int(hashlib.md5(document.id.encode(), usedforsecurity=False).hexdigest(), 16)
    return not document.id.startswith("abs") and number % _HELD_OUT == 0


def without_passages(examples: Iterable[Example], held_out: Iterable[Example]) -> list[Example]:
    """The examples whose passage does not open with the same words as one of those that are held out."""
    openings = {_opening(example.passage) for example in held_out}
    return [example for example in examples if _opening(example.passage) not in openings]


def cut(document: LabelledDocument, draw: random.Random) -> list[list[int]]:
    """Passages of about equal length that cover the sentences in order, as lists of sentence numbers.

    The length that is aimed at is drawn anew for each text, so that it is seen cut in several ways.
    """
    bounds = (*document.starts, len(document.sentences))
    return [
        passage
        for first, last in pairwise(bounds)
        for passage in _cut_text(document.sentences, range(first, last), draw.choice(_WORDS_PER_PASSAGE))
    ]


def _cut_text(sentences: Sequence[str], text: range, wanted: int) -> list[list[int]]:
    """The passages of one text, of about so many words as are wanted."""
    words = [len(sentences[number].split()) for number in text]
    total = sum(words)
    count = max(1, round(total / wanted))
    passages: list[list[int]] = [[]]
    done = 0
    for number, length in zip(text, words, strict=True):
        passages[-1].append(number)
        done += length
        full = done >= total * len(passages) / count - length / 2
        if full and number + 1 < text.stop and len(passages) < count:
            passages.append([])
    return passages


def _opening(text: str) -> str:
    return " ".join(text.split())[:_OPENING]


def _records(path: Path, make: Callable[[dict[str, Any]], Record]) -> Iterator[Record]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = list(file)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise TrainingDataError(f"{path} cannot be read as gzipped text: {error}.") from error
    for number, line in enumerate(lines, 1):
        try:
            yield make(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise TrainingDataError(
                f"{path}, line {number} is not of the form that assistant/training/data.py describes: "
                f"{error!r}."
            ) from error


def _document(record: dict[str, Any]) -> LabelledDocument:
    texts = [text["sentences"] for text in record["texts"]] if "texts" in record else [record["sentences"]]
    sentences = tuple(sentence.strip() for text in texts for sentence in text)
    asked = [Asked(item["question"], frozenset(item["evidence"])) for item in record["answerable"]]
    if not all(0 <= number < len(sentences) for item in asked for number in item.evidence):
        raise ValueError("evidence names a sentence that is not there")
    asked += [Asked(question, frozenset()) for question in record["unanswerable"]]
    starts = tuple(accumulate((len(text) for text in texts[:-1]), initial=0))
    return LabelledDocument(_name(record), sentences, tuple(asked), starts)


def _name(record: dict[str, Any]) -> str:
    if "pmid" in record:
        return f"abs{record['pmid']}"
    return f"{'lib' if 'texts' in record else 'pas'}{record['id']}"


def _example(record: dict[str, Any]) -> Example:
    span, evidence = record["span"], record["ev"]
    return Example(
        record["q"],
        record["p"],
        bool(record["ans"]),
        (span[0], span[1]) if span else None,
        tuple((start, end) for start, end in evidence) if evidence is not None else None,
        record["src"],
    )
