"""An assistant for tests of what shows answers: real documents and real quotes, chosen by a script."""

import asyncio
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from assistant.cite import citation
from assistant.question import checked_question
from assistant.records import Answer, Hit, Nearest, Options, Statement
from assistant.search import searched_sources
from ingest.pipeline import read_corpus
from ingest.records import Passage

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
ALL = Options()
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
    """The part of an index that pages and the API use."""

    documents: dict
    passages: tuple = ()
    fingerprint: str = "f" * 64
    corpus_digest: str = "0" * 64

    @property
    def sources(self):
        return tuple(document.source for document in self.documents.values())


def found_hits(quotes=QUOTES):
    """A hit for each (start of source id, words): the words alone are its passage."""
    hits = []
    for rank, (source, words) in enumerate(quotes, 1):
        quote = cited(rank, source, words)
        span = (quote.start, quote.end)
        passage = Passage(f"p{rank}", quote.source.id, words, *span, quote.section, (span,), (None,))
        hits.append(Hit(rank - 1, passage, 1.0 / rank, rank, "fused"))
    return tuple(hits)


class FakeAssistant:
    """Answers each question with the same quotes, refuses those on costs; keeps what it was asked.

    Of the quotes are left those that the options allow. The first question has the id a1, the next another
    one has a2 …; the same question has the same id each time.
    """

    configuration = "c" * 64

    def __init__(self, quotes=QUOTES):
        self.index = Corpus(corpus())
        self.asked = []
        self._quotes = quotes
        self._ids = {}

    def ask(self, question, history=(), options=ALL, report=None):
        text = checked_question(question)
        searched = searched_sources(self.index, options)
        self.asked.append((text, tuple(history)))
        if report is not None:
            report(text, self.passages(text, options))
        standalone = f"{text} ({history[-1].question})" if history else text
        answer_id = self._ids.setdefault((text, tuple(history), options), f"a{len(self._ids) + 1}")
        changes = {
            "id": answer_id,
            "question": text,
            "standalone_question": standalone,
            "sources_searched": tuple(source.id for source in searched),
        }
        if "cost" in text:
            return replace(refusal(), missing=(text,), **changes)
        return answer_of(self._allowed(options)[: options.quotes], **changes)

    def passages(self, question, options=ALL):
        checked_question(question)
        searched_sources(self.index, options)
        return found_hits(self._allowed(options))

    def _allowed(self, options):
        starts = tuple(name[:3] for name in options.sources)
        return tuple(quote for quote in self._quotes if not starts or quote[0] in starts)


class OffTheLoop(FakeAssistant):
    """An assistant whose index may be looked at in a thread only: it reads the disk, and others wait."""

    @property
    def index(self):
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._index
        raise AssertionError("the index was looked at where all other requests wait for it")

    @index.setter
    def index(self, index):
        self._index = index
