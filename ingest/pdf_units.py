"""Parts of pages to units of the text layer: what will be one block each, with what tells its kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.layer import Layer
from ingest.parsed import is_references
from ingest.pdf_paragraphs import are_references, items, paragraphs, references
from ingest.pdf_parts import Part, Row, joined, page_parts
from ingest.pdf_records import PdfLine, PdfPage, RegionKind
from ingest.pdf_tables import cells_of
from ingest.structure import RUNNING_HEAD

HIDDEN = "hidden text: "
TURNED = "set sideways or slanted across the page"
FIGURE = "words inside a figure"
FORMULA = "formula: its signs cannot be read as text"
# A formula or a figure with this many words in a row is prose that was taken for one.
_PROSE_WORDS = 8
_PROSE = re.compile(rf"(?:[^\W\d_]{{2,}}[,;:.]?\s+){{{_PROSE_WORDS}}}")
# Letters of the parts of a figure, and a caption that goes on, say nothing by themselves.
_PANEL = re.compile(
    r"(?:\(?[A-Za-z]\)?[.:]?|(?:Figure|Fig\.?|Table)\s*\d+[.:]?\s*\(?(?:cont\.?|continued)\.?\)?\.?)$",
    re.IGNORECASE,
)
# A formula that was taken for a heading has signs and names nothing: fewer words of four letters than this.
_SIGNS = re.compile("[=≤≥∈∑∏∫≈∝]")
_PLAIN_WORDS = re.compile(r"\b[A-Za-z]{4,}\b")
_NAMED = 2
# A running head has no more words than this. Source: the longest of the collection has 22.
_HEAD_WORDS = 25


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of the text layer that will be one block.

    Attributes:
        kind: what it is.
        page: 1-based.
        start: in the layer.
        end: in the layer.
        size: of its type, in points.
        bold: whether it is all bold.
        top: of its first line, as a share of the height of the page.
        left_out: why it is not content; empty if it is.
        cells: of a table's row, each as spans of the layer.
        listed: whether it is an entry of a list of references.
    """

    kind: RegionKind
    page: int
    start: int
    end: int
    size: float
    bold: bool
    top: float
    left_out: str = ""
    cells: tuple[tuple[int, int], ...] = ()
    listed: bool = False


class Units:
    """Puts pages into a text layer, one after the other."""

    def __init__(self) -> None:
        self.layer = Layer()
        self.units: list[Unit] = []
        self._in_references = False

    def add(self, page: PdfPage) -> list[Part]:
        """Adds a page; returns its parts."""
        parts = page_parts(page, in_references=self._in_references)
        for part in parts:
            self._add_part(page, part)
        self._add_rest(page)
        return parts

    def _add_part(self, page: PdfPage, part: Part) -> None:
        kind, reason = checked(part)
        if kind in ("title", "heading"):
            self._in_references = is_references(part.text)
        elif kind in ("text", "list") and are_references(part.rows):
            self._in_references = True
        if kind == "table":
            for row in cells_of(part):
                self._add_row(page, row)
            return
        for rows in self._blocks(kind, part.rows):
            self._add_unit(page, kind, [joined(row) for row in rows], reason)

    def _blocks(self, kind: RegionKind, rows: Sequence[Row]) -> list[list[Row]]:
        if kind in ("text", "list", "footnote") and self._in_references:
            return references(rows)
        if kind == "text":
            return paragraphs(rows)
        return items(rows) if kind == "list" else [list(rows)]

    def _add_unit(self, page: PdfPage, kind: RegionKind, rows: Sequence[Row], reason: str) -> None:
        lines = [line for row in rows for line in row]
        start = self.layer.length
        for number, row in enumerate(rows):
            if number:
                self.layer.space("\n")
            for piece, line in enumerate(row):
                if piece:
                    self.layer.space(" ")
                self.layer.add(page, line.stripped())
        self._unit(page, kind, start, lines, reason)

    def _add_row(self, page: PdfPage, row: Sequence[Sequence[PdfLine]]) -> None:
        start = self.layer.length
        cells = []
        for number, cell in enumerate(row):
            if number:
                self.layer.space("\t")
            begin = self.layer.length
            for i, line in enumerate(cell):
                if i:
                    self.layer.space("\n")
                self.layer.add(page, line.stripped())
            cells.append((begin, self.layer.length))
        self._unit(page, "table", start, [line for cell in row for line in cell], "", tuple(cells))

    def _unit(
        self,
        page: PdfPage,
        kind: RegionKind,
        start: int,
        lines: Sequence[PdfLine],
        reason: str,
        cells: tuple[tuple[int, int], ...] = (),
    ) -> None:
        end = self.layer.length
        self.layer.space("\n")
        if not lines:
            return
        sizes = sorted(line.size for line in lines for _ in line.text)
        self.units.append(
            Unit(
                kind=kind,
                page=page.number,
                start=start,
                end=end,
                size=sizes[len(sizes) // 2],
                bold=all(line.bold for line in lines),
                top=lines[0].box[1] / max(page.reading[1], 1.0),
                left_out=reason,
                cells=cells,
                listed=self._in_references and kind in ("text", "list", "footnote"),
            )
        )

    def _add_rest(self, page: PdfPage) -> None:
        """What cannot be seen or runs in another direction, each line by itself."""
        for line in page.lines:
            if line.hidden or line.turned:
                reason = HIDDEN + line.hidden if line.hidden else TURNED
                self._add_unit(page, "text", [(line,)], reason)


def checked(part: Part) -> tuple[RegionKind, str]:
    """What a part is, and why it is left out; empty if it is content.

    A layout analysis may take prose for something else.
    """
    prose = bool(_PROSE.search(part.text))
    if part.kind in ("header", "footer"):
        return (part.kind, RUNNING_HEAD) if len(part.text.split()) <= _HEAD_WORDS else ("text", "")
    if part.kind == "heading" and _SIGNS.search(part.text) and len(_PLAIN_WORDS.findall(part.text)) < _NAMED:
        return "formula", FORMULA
    if part.kind == "caption" and _PANEL.match(part.text):
        return part.kind, FIGURE
    if part.kind in ("formula", "picture"):
        return ("text", "") if prose else (part.kind, FORMULA if part.kind == "formula" else FIGURE)
    return part.kind, ""
