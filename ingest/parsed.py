"""What parsers make: blocks of cleaned text in file order, and the paragraphs they are made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.mapped_text import MappedText
from ingest.records import BlockKind


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """A block as its form shows it.

    Attributes:
        kind: heading, paragraph, list (one item), table (one row) or caption.
        pieces: cleaned text; several where the file cuts the block in two.
        level: of a heading, 1 for the title; 0 for other kinds.
        left_out: why the block is not content; empty if it is.
        marker: number or sign of a list item, as it stands in the file.
    """

    kind: BlockKind
    pieces: tuple[MappedText, ...]
    level: int = 0
    left_out: str = ""
    marker: str = ""

    @property
    def text(self) -> str:
        """The block's words, pieces joined by a space."""
        return " ".join(piece.text for piece in self.pieces)

    def leave_out(self, reason: str) -> "ParsedBlock":
        """The same block, left out for a reason. A reason given earlier stays."""
        return self if self.left_out else replace(self, left_out=reason)


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
