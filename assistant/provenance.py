"""Answers to questions about the documents themselves, and about who stands behind an earlier quote."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.bibliographic_fields import AUTHORS
from assistant.bibliography import asked_fields, findings, meant_sources
from assistant.cite import citation
from assistant.records import Citation, Statement, Turn
from assistant.topic import content_words
from ingest.lexical import words
from ingest.records import Document, Source

# "Who reported that?", "Whose finding is it?": short questions about what was quoted last.
_WHOSE = re.compile(
    r"\b(?:who|whose|by whom|according to whom"
    r"|which (?:study|studies|authors?|groups?|papers?|sources?|teams?))\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:reported|reports?|found|finding|findings|said|says|claims?|claimed|described|describes?|showed|shows?"
    r"|states?|stated|wrote|published|observed|suggested|suggests?|work|result|study|evidence)\b",
    re.IGNORECASE,
)
# Other words that such a question may hold and that name nothing that was found.
_BESIDE = re.compile(
    r"\b(?:first|originally|initially|exactly|original|behind|authors?|paper|source|quote|quotation|sentence"
    r"|statement|conclusion|information|data|fact|rates?|figures?|numbers?|percentage)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the records say: statements, the quotes that carry them, and what is not stated."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    missing: tuple[str, ...]
    sources_searched: tuple[str, ...]


def provenance(
    question: str,
    history: Sequence[Turn],
    sources: Sequence[Source],
    documents: Mapping[str, Document],
) -> Provenance | None:
    """The answer to a question about documents; None if the question is about their content.

    Args:
        question: as it was asked; what it leans on is told from the last turn.
        history: the earlier turns, oldest first.
        sources: those that the asker leaves; no other is cited.
        documents: the corpus by source id; only those that the question means are read.
    """
    last = history[-1] if history else None
    if last is not None and last.best_quote is not None:
        source_id, start, end = last.best_quote
        searched = any(source.id == source_id for source in sources)
        if searched and _asks_whose(question, documents[source_id].text[start:end]):
            return _behind_quote(last.best_quote, documents[source_id])
    if not asked_fields(question):
        return None
    meant = meant_sources(question, sources, last.source_ids if last else ())
    return _from_records(question, [source.id for source in meant], documents)


def _asks_whose(question: str, quote: str) -> bool:
    """Whether it asks who says what was quoted: it names nothing, or only what stands in the quote."""
    if not _WHOSE.search(question) or not _SAID.search(question):
        return False
    rest = question
    for taken in (_WHOSE, _SAID, _BESIDE):
        rest = taken.sub(" ", rest)
    named, quoted = words([" ".join(content_words(rest)), quote])
    return set(named) <= set(quoted)


def _behind_quote(quote: tuple[str, int, int], document: Document) -> Provenance:
    """Who wrote the source of the last answer's first quote, and which study that quote reports."""
    source_id, start, end = quote
    again = citation(1, document, (start, end))
    label = f"{document.source.label} ({document.source.kind})"
    if again.cited_as:
        studies = "; ".join(f"[{entry.number}] {entry.text}" for entry in again.cited_as)
        text = f"{label} says it and cites for it {studies}"
    else:
        text = f"{label} says it and cites no other study for it."
    statements = [Statement(text, (1,))]
    citations = [again]
    found = findings(AUTHORS, document)
    if found is not None:
        citations += [citation(2 + i, document, span) for i, span in enumerate(found.spans)]
        numbers = tuple(item.n for item in citations[1:])
        statements.append(Statement(f"{AUTHORS.name} of the source: {found.value}", numbers))
    return Provenance(tuple(statements), tuple(citations), (), (source_id,))


def _from_records(question: str, meant: Sequence[str], documents: Mapping[str, Document]) -> Provenance:
    statements: list[Statement] = []
    citations: list[Citation] = []
    missing: list[str] = []
    for source_id in meant:
        document = documents[source_id]
        for field in asked_fields(question):
            found = findings(field, document)
            if found is None:
                missing.append(f"{field.name} of {document.source.label}")
                continue
            first = len(citations) + 1
            citations += [citation(first + i, document, span) for i, span in enumerate(found.spans)]
            text = f"{document.source.label} ({document.source.kind}). {field.name}: {found.value}"
            statements.append(Statement(text, tuple(range(first, len(citations) + 1))))
    return Provenance(tuple(statements), tuple(citations), tuple(missing), tuple(meant))
