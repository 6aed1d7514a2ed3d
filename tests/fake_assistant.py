"""An assistant for tests of what shows answers: real documents and real quotes, chosen by a script."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from assistant.cite import citation
from assistant.question import checked_question
from assistant.records import Answer, Nearest, Statement
from ingest.pipeline import read_corpus

CORPUS = Path(__file__).parent.parent / "corpus"
RATE = "Notably, the reported rate of cement leakage exceeds 80% in PVP but remains below 50% in PKP[3,7]."
COMMON = (
    "Leakage of cement is a relatively common outcome of vertebroplasty and is identified as a main "
    "contributor to complications [5,12]."
)
LEAFLET = (
    "Complications may include bleeding, infection, reaction to anesthesia, leakage of cement into the "
    "surrounding or distant tissues, or incomplete or no relief of pain."
)
ROW = "Uric acid (μmol/L)\t649\t208-428"
HIGHLIGHTS = {RATE: "exceeds 80% in PVP but remains below 50% in PKP", ROW: "649\t208-428"}
QUOTES = (("002", RATE), ("002", ROW), ("004", COMMON), ("003", LEAFLET))


@lru_cache(maxsize=1)
def corpus():
    """The project's documents by source id."""
    return {document.source.id: document for document in read_corpus(CORPUS)}


def cited(n, source, words, document=None, highlight=None):
    """The citation of the first place where a document says the words; lead-in as the document has it."""
    document = document or next(d for d in corpus().values() if d.source.id.startswith(source))
    start = document.text.index(words)
    span = (start, start + len(words))
    lead_in = next((b.lead_in for b in document.blocks if b.start <= start < b.end), None)
    if highlight:
        first = document.text.index(highlight, start)
        highlight = (first, first + len(highlight))
    return citation(n, document, span, lead_in=lead_in, highlight=highlight, support=0.9)


def answer_of(quotes=QUOTES, **changes):
    """An answered answer that quotes (start of source id, words)."""
    citations = tuple(
        cited(n, source, words, highlight=HIGHLIGHTS.get(words))
        for n, (source, words) in enumerate(quotes, 1)
    )
    answer = Answer(
        id="a1",
        status="answered",
        question="How common is cement leakage?",
        standalone_question="How common is cement leakage?",
        statements=tuple(Statement(c.quote, (c.n,)) for c in citations),
        citations=citations,
        comparison=(),
        missing=(),
        nearest=(),
        suggestions=(),
        limits=(),
        notices=(),
        confidence=0.9,
        band=None,
        corpus="0" * 64,
        sources_searched=tuple(corpus()),
        seconds=0.1,
    )
    return replace(answer, **changes)


def refusal(**changes):
    """A refusal with a near passage and a suggestion."""
    near = cited(1, "004", COMMON)
    return answer_of(
        (),
        status="not_in_sources",
        question="What does a kyphoplasty cost?",
        standalone_question="What does a kyphoplasty cost?",
        missing=("What does a kyphoplasty cost?",),
        nearest=(Nearest(near.source, near.section, near.quote, near.start, near.end),),
        suggestions=("How can cement leakage be prevented during kyphoplasty?",),
        **changes,
    )


@dataclass(frozen=True)
class Corpus:
    """The part of an index that pages use."""

    documents: dict

    @property
    def sources(self):
        return tuple(document.source for document in self.documents.values())


class FakeAssistant:
    """Answers each question with the same quotes, refuses those on costs; keeps what it was asked."""

    def __init__(self, quotes=QUOTES):
        self.index = Corpus(corpus())
        self.asked = []
        self._quotes = quotes

    def ask(self, question, history=()):
        text = checked_question(question)
        self.asked.append((text, tuple(history)))
        standalone = f"{text} ({history[-1].question})" if history else text
        changes = {"id": f"a{len(self.asked)}", "question": text, "standalone_question": standalone}
        if "cost" in text:
            return replace(refusal(), missing=(text,), **changes)
        return answer_of(self._quotes, **changes)
