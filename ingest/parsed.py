"""What parsers make: blocks of cleaned text in file order, and the paragraphs they are made of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.mapped_text import MappedText
from ingest.pages import Page, PageLine
from ingest.records import BlockKind, Note


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """A block as its form shows it.

    Attributes:
        kind: heading, paragraph, list (one item), table (one row) or caption.
        pieces: cleaned text; several where the file cuts the block in two.
        level: of a heading, 1 for the title; 0 for other kinds.
        left_out: why the block is not content; empty if it is.
        marker: number or sign of a list item, as it stands in the file.
        unbroken: numbers of the pieces, from 1, that go on with the word the piece before them ends in.
        whole: whether mark-up says where it begins and ends: no page cuts it, and it is no running head.
    """

    kind: BlockKind
    pieces: tuple[MappedText, ...]
    level: int = 0
    left_out: str = ""
    marker: str = ""
    unbroken: frozenset[int] = frozenset()
    whole: bool = False

    @property
    def separators(self) -> tuple[str, ...]:
        """What stands before each piece: a space, or nothing where a word goes on."""
        return tuple("" if i == 0 or i in self.unbroken else " " for i in range(len(self.pieces)))

    @property
    def text(self) -> str:
        """The block's words, pieces joined by a space or, within a word, by nothing."""
        pairs = zip(self.separators, self.pieces, strict=True)
        return "".join(separator + piece.text for separator, piece in pairs)

    def leave_out(self, reason: str) -> "ParsedBlock":
        """The same block, left out for a reason. A reason given earlier stays."""
        return self if self.left_out else replace(self, left_out=reason)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a document says of itself, for a person to confirm. What it does not say is empty.

    Attributes:
        title: of the document.
        authors: in order, given name first.
        year: of publication.
        journal: it appeared in.
        volume: of the journal.
        issue: of the volume.
        pages: in the issue.
        publisher: of the journal or page.
        doi: of the document.
        url: of the original.
        licence: as the document states it.
        found_in: for each field that is not empty, where it was found: "page 1", "the file's properties".
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    doi: str = ""
    url: str = ""
    licence: str = ""
    found_in: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Mapping[str, Any], where: str) -> "Proposal":
        """The proposal of fields that were all found in one place; names that are blank are dropped."""
        authors = tuple(name.strip() for name in found.get("authors", ()) if name.strip())
        kept = {name: value for name, value in {**found, "authors": authors}.items() if value}
        return cls(**kept, found_in=dict.fromkeys(kept, where))


@dataclass(frozen=True, slots=True)
class Examination:
    """What a file is and says of itself, before it has an entry in the manifest.

    Attributes:
        format: as the manifest names it.
        sha256: of the file.
        pages: of the original; 0 where it has none.
        words: that are read as content, in the order of the file.
        notes: what a person should know of how well it could be read.
        proposal: what the document says of itself, to be confirmed.
    """

    format: str
    sha256: str
    pages: int
    words: int
    notes: tuple[Note, ...]
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source file as its parser read it.

    Attributes:
        text: what offsets count in: the decoded file, or the text layer that the parser made of it.
        blocks: in file order.
        made: whether `text` was made by the parser (of a PDF, an office file), not decoded.
        pages: of the original; empty where it has none.
        lines: where the text stands on the pages, sorted by offset.
        notes: what a person should know of how well it could be read.
        proposal: what the document says of itself.
    """

    text: str
    blocks: tuple[ParsedBlock, ...]
    made: bool = False
    pages: tuple[Page, ...] = ()
    lines: tuple[PageLine, ...] = ()
    notes: tuple[Note, ...] = ()
    proposal: Proposal = Proposal()


_REFERENCES = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?\s+)?"
    r"(?:references?|reference list|bibliography|literature cited|works cited):?$",
    re.IGNORECASE,
)


def is_references(heading: str) -> bool:
    """Whether a heading opens the list of references: "References", "8. References"."""
    return _REFERENCES.match(heading) is not None


_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Box|Scheme)\s*\d+\b", re.IGNORECASE)


def is_caption(text: str) -> bool:
    """Whether a block's words open as a caption does: "Figure 3 …", "Table 1 …"."""
    return _CAPTION.match(text) is not None


def groups(text: MappedText) -> Iterator[list[MappedText]]:
    """Runs of lines without an empty line between them; each line as it stands, without its end."""
    lines: list[MappedText] = []
    position = 0
    for line in text.text.split("\n"):
        if line.strip():
            lines.append(text.slice(position, position + len(line)))
        elif lines:
            yield lines
            lines = []
        position += len(line) + 1
    if lines:
        yield lines


_ITEM = re.compile(r"\s*(?P<marker>[•●▪◦‣*+-]|\d{1,3}[.)])\s+(?=\S)")


def opens_item(line: str) -> str:
    """The number or sign with which a line opens a list item, with the space after it; else empty."""
    match = _ITEM.match(line)
    return match.group() if match else ""


def item_blocks(lines: list[MappedText], *, markdown: bool) -> list[ParsedBlock] | None:
    """The list items of a group of lines, or None if its first line does not open an item.

    A line that opens no item goes on with the item before it.
    """
    if not _ITEM.match(lines[0].text):
        return None
    items: list[tuple[str, list[MappedText]]] = []
    for line in lines:
        match = _ITEM.match(line.text)
        if match:
            items.append((match.group("marker"), [line.slice(match.end())]))
        else:
            items[-1][1].append(line)
    return [
        ParsedBlock("list", (together(parts, markdown=markdown),), marker=marker) for marker, parts in items
    ]


def together(lines: list[MappedText], *, markdown: bool) -> MappedText:
    """The lines of one block as one cleaned text."""
    start, end = lines[0], lines[-1]
    whole = MappedText(
        "\n".join(line.text for line in lines),
        tuple(o for line in lines for o in (*line.starts, line.ends[-1]))[:-1],
        tuple(o for line in lines for o in (*line.ends, line.ends[-1] + 1))[:-1],
    )
    assert whole.starts[0] == start.starts[0] and whole.ends[-1] == end.ends[-1]
    return whole.clean(markdown=markdown)
