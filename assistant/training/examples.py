"""Examples, each a question with a passage, to what training reads: groups as of documents, and spans."""

import random
from collections import defaultdict
from collections.abc import Sequence

from assistant.training.data import Example
from assistant.training.groups import Group, LabelledPassage
from ingest.records import Span
from ingest.sentences import sentence_spans

# Passages of a group, at most, and sentences of a passage, beyond which little of it would be read.
_IN_GROUP = 4
_SENTENCES = 40
# Span examples: collections with spans, the longest passage in characters, and how many are taken of
# SQuAD and of the others, which are medical.
_SPAN_SOURCES = ("squad", "covid", "cpg")
_LONGEST_SPAN_PASSAGE = 1200
_SQUAD = 2500
_OTHERS = 1500
# Collections that are read as documents too, where more is known of them.
_DOCUMENTS = "synth"


def example_groups(examples: Sequence[Example], seed: int) -> list[Group]:
    """Each question with its passages, those that answer first; the questions in an order drawn by the seed.

    Left out are passages that answer but of which it is not known where, and examples made of documents.
    """
    of_question: dict[str, list[LabelledPassage]] = defaultdict(list)
    for example in examples:
        passage = _passage(example)
        if passage:
            of_question[example.question].append(passage)
    groups = [
        Group(question, tuple(sorted(passages, key=lambda passage: not passage.answers)[:_IN_GROUP]))
        for question, passages in of_question.items()
    ]
    random.Random(seed).shuffle(groups)
    return groups


def span_examples(examples: Sequence[Example], seed: int) -> list[tuple[Example, Span]]:
    """The examples with their spans that are trained on: the medical collections' first, then SQuAD's."""
    usable = [
        (example, example.span)
        for example in examples
        if example.source in _SPAN_SOURCES and example.span and len(example.passage) < _LONGEST_SPAN_PASSAGE
    ]
    random.Random(seed).shuffle(usable)
    squad = [item for item in usable if item[0].source == "squad"]
    others = [item for item in usable if item[0].source != "squad"]
    return others[:_OTHERS] + squad[:_SQUAD]


def _passage(example: Example) -> LabelledPassage | None:
    if example.source.startswith(_DOCUMENTS) or (example.answered and example.evidence is None):
        return None
    spans = sentence_spans(example.passage)
    labelled = example.evidence if example.answered and example.evidence else ()
    evidence = tuple(any(_is_most(span, other) for other in labelled) for span in spans)
    if not 0 < len(spans) <= _SENTENCES or any(evidence) != example.answered:
        return None
    return LabelledPassage(tuple(example.passage[start:end] for start, end in spans), evidence)


def _is_most(one: Span, other: Span) -> bool:
    """Whether what the spans share is more than half of the shorter."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared > min(one[1] - one[0], other[1] - other[0]) / 2
