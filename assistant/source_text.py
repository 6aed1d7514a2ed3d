"""What a program sees of a source: its record, its sections, and its text around a span."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.errors import QuestionError
from assistant.records import Hit
from assistant.render import address, badges, vancouver, web_link
from ingest.records import Document, Section, Source


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source with what every page shows of it.

    Attributes:
        source: its record.
        label: short name, such as "Mao et al. 2024".
        link: address of the original; empty if there is none that a browser may open.
        badges: what a reader must know to judge a quote from it.
        reference: as an entry of a reference list.
        characters: length of its text.
    """

    source: Source
    label: str
    link: str
    badges: tuple[str, ...]
    reference: str
    characters: int


@dataclass(frozen=True, slots=True)
class TextAround:
    """A span of a source's text and what stands around it, all verbatim.

    Attributes:
        start: of the span, from 0.
        end: of the span, exclusive.
        section: path of the headings it stands under; empty if there are none.
        before: the characters before it.
        text: the span.
        after: the characters after it.
    """

    start: int
    end: int
    section: str
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class SourceText(SourceSummary):
    """A source with its sections.

    Attributes:
        sections: its headings and what stands under each, in order.
        around: the text around the span that was asked for; None if none was.
    """

    sections: tuple[Section, ...]
    around: TextAround | None


@dataclass(frozen=True, slots=True)
class SourceList:
    """Every source, and the digest of the corpus that they make."""

    corpus: str
    sources: tuple[SourceSummary, ...]


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The passages found for a question, best first; whether they answer it is not said."""

    question: str
    hits: tuple[Hit, ...]


def summary(document: Document) -> SourceSummary:
    """A source with what every page shows of it."""
    source = document.source
    reference = f"{vancouver(source)} {address(source)}".strip()
    return SourceSummary(
        source, source.label, web_link(source), badges(source), reference, len(document.text)
    )


def source_text(document: Document, around: TextAround | None) -> SourceText:
    """A source with its sections, and the text around a span if one was asked for."""
    about = summary(document)
    return SourceText(
        source=about.source,
        label=about.label,
        link=about.link,
        badges=about.badges,
        reference=about.reference,
        characters=about.characters,
        sections=document.sections,
        around=around,
    )


def source_list(documents: Iterable[Document], corpus: str) -> SourceList:
    """Every source in the order of the corpus, with its digest."""
    return SourceList(corpus, tuple(summary(document) for document in documents))


def text_around(document: Document, start: int, end: int, around: int) -> TextAround:
    """A span of a document with `around` characters on each side, fewer at the ends.

    Raises:
        QuestionError: there is no such span.
    """
    if not 0 <= start < end <= len(document.text):
        raise QuestionError(
            f"There is no span {start}-{end}: the text of {document.source.id} has the characters 0 to "
            f"{len(document.text)}."
        )
    section = document.section_at(start)
    return TextAround(
        start=start,
        end=end,
        section=section.path if section else "",
        before=document.text[max(0, start - around) : start],
        text=document.text[start:end],
        after=document.text[end : end + around],
    )
