"""Evidence to citations: exact quotes with their receipt, checked before they are shown."""

import re
from collections.abc import Iterable

from assistant.errors import VerificationError
from assistant.figures import figures
from assistant.records import Citation, CitedReference, Receipt
from ingest.records import Document, Span

# Reference markers as they stand in the text: [3,7], [13-16], [23, 24], and raised digits after a word or a
# point. A unit ("cm²", "kg/m²") has at most two letters before its exponent.
_MARKER = re.compile(
    r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]|(?:(?<=[^\W\d_]{3})|(?<=[.,;:)\]]))([⁰¹²³⁴-⁹][⁰¹²³⁴-⁹⁻,–]*)"
)
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def citation(
    n: int,
    document: Document,
    span: Span,
    *,
    lead_in: Span | None = None,
    highlight: Span | None = None,
    support: float = 1.0,
) -> Citation:
    """The citation of a span of a document.

    Raises:
        VerificationError: the span is not text of the document that maps to its file.
    """
    start, end = span
    quote = document.text[start:end]
    file_spans = document.file_spans(start, end)
    if not 0 <= start < end <= len(document.text) or not quote.strip() or not file_spans:
        raise VerificationError(
            f"The span {start}-{end} of {document.source.id} holds no quote. Run: python -m ingest check"
        )
    section = document.section_at(start)
    introduction = document.text[slice(*lead_in)] if lead_in else ""
    boxes = document.boxes(start, end)
    return Citation(
        n=n,
        source=document.source,
        section=section.path if section else "",
        page=boxes[0][0] if boxes else None,
        quote=quote,
        start=start,
        end=end,
        lead_in=introduction,
        highlight=highlight,
        boxes=boxes,
        receipt=Receipt(document.source.id, document.source.sha256, start, end, file_spans),
        cited_as=cited_references(document, quote),
        figures=figures(quote, start, introduction, section.path if section else "", document.source),
        support=support,
    )


def verify(citation: Citation, document: Document) -> None:
    """Checks a citation against the document, character by character.

    Raises:
        VerificationError: the quote is not what stands there.
    """
    within = 0 <= citation.start < citation.end <= len(document.text)
    if not within or document.text[citation.start : citation.end] != citation.quote:
        raise VerificationError(
            f"Citation {citation.n} is not what stands in {document.source.id} at {citation.start}-"
            f"{citation.end}. Run: python -m ingest build"
        )


def cited_references(document: Document, quote: str) -> tuple[CitedReference, ...]:
    """The entries of the document's reference list that the quote's markers name, in order."""
    by_number = {reference.number: reference for reference in document.references}
    markers = (level or raised.translate(_LEVEL).strip(",–-") for level, raised in _MARKER.findall(quote))
    numbers = dict.fromkeys(n for marker in markers for n in _numbers(marker))
    return tuple(
        CitedReference(n, by_number[n].text, by_number[n].doi, by_number[n].pmid)
        for n in numbers
        if n in by_number
    )


def _numbers(marker: str) -> Iterable[int]:
    for part in re.split(r"[,;]", marker):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        if ends:  # none between two commas, as a defective source has them
            yield from range(ends[0], ends[-1] + 1)
