"""Questions about the documents themselves: who wrote, which journal, what DOI, which licence.

Answered from the manifest's records, each with a quote of the place in the document where it stands: the
front and back matter that is kept out of retrieval.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.bibliographic_fields import FIELDS, Field, unaccented
from ingest.parse_xml import RECORD
from ingest.records import Block, Document, Source, Span
from ingest.structure import AUTHORS

# A quote of front matter is at most this long; longer paragraphs are cut to the sentence that holds the
# value.
_QUOTE_CHARACTERS = 600
_MAX_SPANS = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """A field of one document: its value, and where the document states it (spans of its text)."""

    document: Document
    field: Field
    value: str
    spans: tuple[Span, ...]


def asked_fields(question: str) -> tuple[Field, ...]:
    """The bibliographic fields a question asks for; none if it asks for content."""
    return tuple(field for field in FIELDS if field.asked.search(question))


def meant_sources(question: str, sources: Sequence[Source], earlier: Sequence[str]) -> tuple[Source, ...]:
    """The sources a question about documents speaks of.

    Told by author, year, journal, kind, procedure or words of the title; else by what the last answer
    cited (`earlier`, source ids); else all.
    """
    scores = [_likeness(question, source) for source in sources]
    best = max(scores, default=0)
    if best > 0:
        return tuple(s for s, score in zip(sources, scores, strict=True) if score == best)
    cited = tuple(source for source in sources if source.id in earlier)
    return cited or tuple(sources)


def findings(field: Field, document: Document) -> Finding | None:
    """What a document states of a field; None if it states nothing."""
    value = field.value(document.source)
    pattern = field.stands(document.source)
    spans = _places(document, pattern, field.name)
    if not spans and field.name != "Peer review":
        return None
    if not value:
        value = "; ".join(document.text[start:end] for start, end in spans)
    return Finding(document, field, value, spans)


def _places(document: Document, pattern: re.Pattern[str] | None, field: str) -> tuple[Span, ...]:
    """Spans of front or back matter, or of the title, that match.

    One span: the line that holds most of what is looked for, and of those the shortest. Affiliations stand
    in several lines, and so do authors if no line names more than one of them.
    """
    if pattern is None:
        return ()
    found: list[tuple[int, int, Span]] = []
    for block in document.blocks:
        if block.kind in ("reference", "caption", "table") or not (block.left_out or _is_title(block)):
            continue
        if field == "Affiliations" and block.left_out not in (AUTHORS, RECORD):
            continue
        text = document.text[block.start : block.end]
        matches = {match.group().casefold() for match in pattern.finditer(unaccented(text))}
        if matches:
            start, end = _quoted(text, pattern)
            found.append((-len(matches), end - start, (block.start + start, block.start + end)))
    if not found:
        return ()
    best = min(found)
    if field == "Affiliations" or (field == "Authors" and best[0] == -1):
        return tuple(span for _, _, span in found[:_MAX_SPANS])
    return (best[2],)


def _quoted(text: str, pattern: re.Pattern[str]) -> Span:
    if len(text) <= _QUOTE_CHARACTERS:
        return 0, len(text)
    match = pattern.search(unaccented(text))
    at = match.start() if match else 0
    start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
    end = text.find(". ", at)
    return start, (end + 1 if end >= 0 else len(text))


def _is_title(block: Block) -> bool:
    return block.kind == "heading" and block.section == 0


def _likeness(question: str, source: Source) -> int:
    """How many marks of a source a question holds; a name or year counts most."""
    words = set(re.findall(r"\w+", unaccented(question).casefold()))
    families = {unaccented(author.split()[-1]).casefold() for author in source.authors}
    score = 8 * bool(families & words or any(family.split("-")[0] in words for family in families))
    score += 8 * bool(source.year and str(source.year) in words)
    text = unaccented(question).casefold()
    score += 8 * bool(
        source.journal and re.search(rf"\b{re.escape(unaccented(source.journal).casefold())}\b", text)
    )
    kind = set(source.kind.split())
    score += 6 * (kind <= words) + 2 * len(kind & words)
    score += 2 * bool(source.abstract_only and "abstract" in words)
    score += 2 * bool({"website", "blog", "webpage", "guide"} & words and source.kind == "web article")
    score += 2 * bool({"leaflet", "handout", "brochure"} & words and source.kind == "patient information")
    title = {word for word in re.findall(r"\w+", unaccented(source.title).casefold()) if len(word) > 3}
    return score + len(title & words)
