"""The records of an answer. Every way of showing it renders the same `Answer` and computes nothing.

All frozen. Offsets are 0-based character offsets, end exclusive, into the text of the source's document.
"""

from dataclasses import dataclass
from typing import Literal

from ingest.records import Passage, Source, Span

Status = Literal["answered", "partial", "not_in_sources"]
Relation = Literal["agree", "differ", "not comparable"]

# Quotes for each part of a question. Source: six fit a screen; not measured.
MAX_QUOTES = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, as it was understood, and what it was answered from.

    Attributes:
        question: as it was asked.
        standalone_question: as it was understood.
        source_ids: of the sources quoted, in order of appearance.
        best_quote: source id and span of the first quote; None if nothing was quoted.
    """

    question: str
    standalone_question: str
    source_ids: tuple[str, ...]
    best_quote: tuple[str, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What an asker may narrow. The default narrows nothing.

    Attributes:
        sources: ids of the only sources that are searched; empty for all.
        quotes: most quotes for each part of the question, at least 1; an answer from the records quotes all
            that it states.
    """

    sources: tuple[str, ...] = ()
    quotes: int = MAX_QUOTES


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage.

    Attributes:
        number: of the passage in the index, from 0.
        passage: the passage.
        score: fused score of the question's candidates, mean 0, in standard deviations.
        rank: place among the hits, from 1.
        stage: what made the score.
    """

    number: int
    passage: Passage
    score: float
    rank: int
    stage: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer, with its support.

    Attributes:
        passage: the passage it stands in.
        sentence: its span.
        lead_in: span of the words that introduce it (a list's lead-in, a table's head), or None.
        highlight: span of the answering words in it, or None.
        support: calibrated probability that it states the answer, in [0, 1].
    """

    passage: Passage
    sentence: Span
    lead_in: Span | None
    highlight: Span | None
    support: float


@dataclass(frozen=True, slots=True)
class CitedReference:
    """An entry of the source's own reference list that a quote cites."""

    number: int
    text: str
    doi: str
    pmid: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is needed to find the quote again and to prove that it is exact.

    Attributes:
        source_id: of the source.
        file_sha256: hash of the source file.
        start: of the quote in the document's text.
        end: of the quote in the document's text.
        file_spans: where it stands in the file; several where the file cuts it in two.
    """

    source_id: str
    file_sha256: str
    start: int
    end: int
    file_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate or a dose in a quote, with what its source says it means.

    Attributes:
        text: the number with its unit, verbatim, such as "41%".
        start: of the text.
        end: of the text.
        share_of: what a rate is a share of, such as "patients" or "levels"; "not stated" if the source does
            not say so in the quote, its lead-in or its heading; empty for what is no rate.
        procedure: the procedure that it was seen with, or "not stated".
        found_by: how it was found, such as "CT", or "not stated"; empty for what is no rate.
    """

    text: str
    start: int
    end: int
    share_of: str
    procedure: str
    found_by: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and all that a reader needs to judge and check it.

    Attributes:
        n: number of the citation in the answer, from 1, in order of appearance.
        source: the source it is taken from.
        section: path of the headings it stands under; empty if there are none.
        page: page of the original, 1-based; None where the source has no pages.
        quote: the words, exactly as in the document's text.
        start: of the quote.
        end: of the quote.
        lead_in: words that introduce it in the source, verbatim; empty if there are none.
        highlight: span of the answering words, in document offsets, or None.
        boxes: places of the words on the page; empty where the source has no pages.
        receipt: proof of the quote.
        cited_as: the other studies that the quoted sentence reports.
        figures: the rates and doses in the quote, in order.
        support: calibrated probability that the quote states the answer, in [0, 1].
    """

    n: int
    source: Source
    section: str
    page: int | None
    quote: str
    start: int
    end: int
    lead_in: str
    highlight: Span | None
    boxes: tuple[tuple[int, float, float, float, float], ...]
    receipt: Receipt
    cited_as: tuple[CitedReference, ...]
    figures: tuple[Figure, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer and the numbers of the citations that carry it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that comes near the question and does not answer it."""

    source: Source
    section: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two citations on the same point and how they relate.

    Attributes:
        point: what both speak of, such as "rate of cement leakage".
        citations: their numbers.
        relation: how they relate.
        reason: why, in a sentence.
    """

    point: str
    citations: tuple[int, int]
    relation: Relation
    reason: str


@dataclass(frozen=True, slots=True)
class Band:
    """Answers of about the same confidence, and how many of them were right on the evaluation set.

    Attributes:
        lower: the least confidence of the band, in [0, 1].
        upper: its end, exclusive but for 1.
        right: evaluation questions in the band whose first quote states the answer.
        cases: evaluation questions in the band that were answered.
    """

    lower: float
    upper: float
    right: int
    cases: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: what the sources say, word for word, or that they do not say it.

    Attributes:
        id: hash of question, conversation, corpus and configuration: the same for the same three.
        status: answered, partial or not_in_sources, decided on this turn's evidence only.
        question: as it was asked.
        standalone_question: as it was understood, with what it takes from the conversation.
        statements: the answer's sentences, the most direct first.
        citations: numbered quotes, grouped by source in order of appearance.
        comparison: pairs of citations that speak on the same point.
        missing: what of the question the sources do not hold; empty if answered.
        nearest: passages near the question, which are not an answer.
        suggestions: questions near this one that the sources do answer, and that were not asked yet.
        limits: lines that the answer opens with: a time-critical event, a decision about a patient, text
            that looks like a patient identifier.
        notices: what the reader should know about the question or the evidence.
        confidence: calibrated probability that the sources answer the question, in [0, 1].
        band: how often answers of such confidence were right; None for a refusal and for answers from
            the records.
        corpus: digest of the corpus that was searched.
        sources_searched: ids of the sources that were searched.
        seconds: time it took; not part of the answer's identity.
    """

    id: str
    status: Status
    question: str
    standalone_question: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    comparison: tuple[Comparison, ...]
    missing: tuple[str, ...]
    nearest: tuple[Nearest, ...]
    suggestions: tuple[str, ...]
    limits: tuple[str, ...]
    notices: tuple[str, ...]
    confidence: float
    band: Band | None
    corpus: str
    sources_searched: tuple[str, ...]
    seconds: float

    def turn(self) -> Turn:
        """What later questions of the conversation may lean on."""
        ids = dict.fromkeys(citation.source.id for citation in self.citations)
        first = self.citations[0] if self.citations else None
        best = (first.source.id, first.start, first.end) if first else None
        return Turn(self.question, self.standalone_question, tuple(ids), best)
