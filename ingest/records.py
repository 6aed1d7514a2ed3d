"""The records that ingest makes and everything later reads. All frozen; a later stage makes a new record.

Offsets are 0-based character offsets, end exclusive, into `Document.text` unless a name says `file_`, which
means offsets into the decoded source file, or, where a file is no text, into its text layer.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from ingest.pages import Box, Page, PageLine, boxes

Kind = Literal[
    "narrative review", "pictorial review", "case report", "web article", "patient information", "guideline",
    "systematic review", "randomised trial", "cohort study", "case series", "book", "other document",
]  # fmt: skip
Procedure = Literal["kyphoplasty", "vertebroplasty", "both", "other"]
BlockKind = Literal["heading", "paragraph", "list", "table", "caption", "footnote", "reference"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader must know of a document to judge a quote from it. Absent text fields are empty."""

    id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    journal: str
    volume: str
    issue: str
    pages: str
    published: str
    received: str
    accepted: str
    publisher: str
    kind: Kind
    about: Procedure
    sample_size: int | None
    peer_reviewed: bool
    peer_review_basis: str
    abstract_only: bool
    doi: str
    url: str
    licence: str
    format: str
    path: str
    sha256: str

    @property
    def label(self) -> str:
        """A short name for lists and citations: "Mao et al. 2024", or the title and "undated"."""
        year = str(self.year) if self.year else "undated"
        if not self.authors:
            return f"{self.title} ({year})"
        family = self.authors[0].split()[-1]
        others = {1: "", 2: f" and {self.authors[-1].split()[-1]}"}.get(len(self.authors), " et al.")
        return f"{family}{others} {year}"

    @property
    def link(self) -> str:
        """The address of the original: its DOI if it has one, else its URL, else empty."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of document text that stands in one stretch of the file.

    A block that a page break or a figure cut in two has two pieces; most have one.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, table row, caption, footnote or reference, and its place in the file.

    `left_out` is empty for content; else it says why the block is kept out of retrieval.
    `lead_in` is the span of the words that introduce a list item or head a table row's columns.
    """

    kind: BlockKind
    start: int
    end: int
    pieces: tuple[Piece, ...]
    section: int
    left_out: str = ""
    lead_in: Span | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading. `path` joins it to its parents."""

    title: str
    path: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered entry of the document's own reference list. `doi` and `pmid` may be empty."""

    number: int
    text: str
    start: int
    end: int
    doi: str
    pmid: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of how well a document could be read.

    Attributes:
        page: 1-based; 0 for the whole document.
        text: in plain words.
    """

    page: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A source's text as it is quoted, with the way back to the file.

    `text` is the one string that every quote is sliced from. `runs` map it to the file, sorted by
    `start` and covering the text: a run `(start, length, file_start, file_length)` says that the
    `length` characters from `start` come one by one from `file_start` on, or, when the two lengths
    differ, that one character stands for `file_length` characters of the file (an XML entity).

    `layer` is the text layer of a file that is no text (a PDF, an office file): its own characters, in the
    order in which they are read, hyphens at line ends included; empty for a text file. `pages` and `lines`
    say where the layer's characters stand on the pages of the original; both are empty where it has none.
    `notes` say how well it could be read.
    """

    source: Source
    text: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    abbreviations: tuple[tuple[str, str], ...]
    runs: tuple[tuple[int, int, int, int], ...]
    layer: str = ""
    pages: tuple[Page, ...] = ()
    lines: tuple[PageLine, ...] = ()
    notes: tuple[Note, ...] = ()

    def file_span(self, position: int) -> Span:
        """The file characters that the character at `position` of the text stands for.

        Raises:
            ValueError: the position is not inside the text.
        """
        if not 0 <= position < len(self.text):
            raise ValueError(f"position {position} is outside the text (0 to {len(self.text)})")
        index = bisect_right(self.runs, position, key=lambda run: run[0]) - 1
        start, length, file_start, file_length = self.runs[index]
        if length != file_length:
            return file_start, file_start + file_length
        return file_start + position - start, file_start + position - start + 1

    def file_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Where the span stands in the file: one span, or more where the file cuts it in two."""
        spans = []
        for block in self.blocks:
            if block.end <= start or block.start >= end:
                continue
            for piece in block.pieces:
                first, last = max(start, piece.start), min(end, piece.end)
                if first < last:
                    spans.append((self.file_span(first)[0], self.file_span(last - 1)[1]))
        return tuple(spans)

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Where the span stands on the pages, one box for each stretch of a line, in order."""
        first = max(0, bisect_right(self.runs, start, key=lambda run: run[0]) - 1)
        spans = []
        for run_start, length, file_start, file_length in self.runs[first:]:
            if run_start >= end:
                break
            if length != file_length:
                spans.append((file_start, file_start + file_length))
            else:
                skipped = max(0, start - run_start)
                taken = min(length, end - run_start)
                spans.append((file_start + skipped, file_start + taken))
        return boxes(self.lines, self.layer, spans)

    def section_at(self, position: int) -> Section | None:
        """The section that holds the position; None before the first heading."""
        inside = [section for section in self.sections if section.start <= position < section.end]
        return inside[-1] if inside else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section that is retrieved and read as a whole.

    Attributes:
        id: hash of source, text and occurrence; the same for the same content.
        text: `document.text[start:end]`.
        section: path of headings, empty if the document has none.
        sentences: spans that may be quoted, in document offsets, in order.
        lead_ins: for each sentence the span of the words that introduce it, or None.
    """

    id: str
    source_id: str
    text: str
    start: int
    end: int
    section: str
    sentences: tuple[Span, ...]
    lead_ins: tuple[Span | None, ...]
