"""A page to its parts in the order in which they are read: paragraphs, headings, tables and the rest.

The regions of a layout analysis say what belongs together; on a page without one, PyMuPDF's blocks do, and
the type and the place on the page say what they are.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.parsed import is_caption, is_references, opens_item
from ingest.pdf_drop_caps import begun_by, drop_cap_of, is_drop_cap
from ingest.pdf_records import PdfLine, PdfPage, Rect, Region, RegionKind, around
from ingest.pdf_visible import words
from ingest.reading_order import reading_order

Row = tuple[PdfLine, ...]
# A gap in a line wider than this many times its type size parts cells of a table.
_CELL_GAP = 1.5
# So many rows of as many cells make a table of lines that no rule parts.
_TABLE_ROWS, _TABLE_CELLS = 3, 3
# Small print: type of at most this share of the size of the text, below this share of the page's height.
# Source: footnotes of journals are set in 6 to 8 points under a text of 9 to 10.
_SMALL, _LOW = 0.9, 0.6
# Pieces of lines with this many characters on average are prose, not cells.
_PROSE = 25


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page.

    Attributes:
        kind: what it is.
        rows: its lines from top to bottom; each holds the pieces that stand side by side.
        region: of a layout analysis, or None.
    """

    kind: RegionKind
    rows: tuple[Row, ...]
    region: Region | None = None

    @property
    def lines(self) -> tuple[PdfLine, ...]:
        """All its lines."""
        return tuple(line for row in self.rows for line in row)

    @property
    def box(self) -> Rect:
        """The box around its lines."""
        return around([line.box for line in self.lines])

    @property
    def text(self) -> str:
        """Its words, parted by single spaces."""
        return " ".join(" ".join(line.text for line in self.lines).split())

    @property
    def size(self) -> float:
        """The size of most of its type, in points."""
        sizes: Counter[float] = Counter()
        for line in self.lines:
            sizes[line.size] += len(line.text)
        return max(sizes, key=lambda size: (sizes[size], size))

    @property
    def bold(self) -> bool:
        """Whether all its type is bold."""
        return all(line.bold for line in self.lines)


def page_parts(page: PdfPage, *, in_references: bool = False) -> list[Part]:
    """The parts of a page that can be seen and run in its direction, in the order in which they are read.

    Running heads come first and running feet last; footnotes stand before these.

    Args:
        page: that was read.
        in_references: whether it begins in a list of references, which is set small.
    """
    lines = [line for line in page.lines if not line.hidden and not line.turned]
    leftwards = runs_leftwards(line.text for line in lines)
    parts = _of_regions(lines, page.regions, leftwards) if page.regions else _of_blocks(lines, leftwards)
    parts = parts if in_references else _notes_apart(parts, page.reading[1])
    edge = sum(len(part.text) for part in parts if part.kind in ("header", "footer"))
    if 2 * edge > sum(len(part.text) for part in parts):  # a page of few words, most of them at its edge
        parts = [replace(part, kind="text") for part in parts]
    heads = [part for part in parts if part.kind == "header"]
    feet = [part for part in parts if part.kind == "footer"]
    notes = [part for part in parts if part.kind == "footnote"]
    body = [part for part in parts if part.kind not in ("header", "footer", "footnote")]
    groups = (heads, body, notes, feet)
    return _with_drop_caps(
        [
            group[i]
            for group in groups
            for i in reading_order([part.box for part in group], leftwards=leftwards)
        ]
    )


def _with_drop_caps(parts: Sequence[Part]) -> list[Part]:
    """The parts, those that are one large letter put before the text that they begin."""
    result: list[Part] = []
    for part in parts:
        cap = result[-1].lines[0] if result and len(result[-1].lines) == 1 else None
        if cap and part.kind == "text" and is_drop_cap(cap, part.size) and part.text[:1].islower():
            result[-1] = replace(part, rows=begun_by(part.rows, cap))
        else:
            result.append(part)
    return result


def _rows_of_part(lines: Sequence[PdfLine], leftwards: bool) -> tuple[Row, ...]:
    """The rows of a part of a page; a drop cap among its lines begins the first of the others."""
    cap = drop_cap_of(lines)
    rows = rows_of([line for line in lines if line is not cap], leftwards=leftwards)
    if cap is None:
        return rows
    begins = rows[0][0].text.lstrip()[:1].islower()
    return begun_by(rows, cap) if begins else rows_of(lines, leftwards=leftwards)


def _notes_apart(parts: list[Part], height: float) -> list[Part]:
    """The parts, small print at the foot of a column as footnotes: the text goes on in the next column."""
    letters: Counter[float] = Counter()
    for part in parts:
        if part.kind in ("text", "list"):
            letters[part.size] += len(part.text)
    body = max(letters, key=lambda size: letters[size], default=0.0)
    if any(part.kind in ("heading", "title") and is_references(part.text) for part in parts):
        return parts  # lists of references are set small

    def is_note(part: Part) -> bool:
        small = part.kind == "text" and part.size <= _SMALL * body and part.box[1] > _LOW * height
        other_kind = is_caption(part.text) or opens_item(part.text)  # entries of references are set small too
        return small and not other_kind and not any(_under(part, other, body) for other in parts)

    return [replace(part, kind="footnote") if is_note(part) else part for part in parts]


def _under(part: Part, other: Part, body: float) -> bool:
    """Whether another part, of text as large as most of the page, stands below a part in its column."""
    beside = min(part.box[2], other.box[2]) > max(part.box[0], other.box[0])
    large = other.size > _SMALL * body and other.kind not in ("header", "footer")
    return beside and large and other.box[1] > part.box[1]


def runs_leftwards(texts: Iterable[str]) -> bool:
    """Whether most letters are of a script that is written from right to left."""
    directions = Counter(unicodedata.bidirectional(character) for text in texts for character in text)
    return directions["R"] + directions["AL"] > directions["L"]


def rows_of(lines: Iterable[PdfLine], *, leftwards: bool = False) -> tuple[Row, ...]:
    """Lines from top to bottom, those that stand side by side together."""
    rows: list[list[PdfLine]] = []
    for line in sorted(lines, key=lambda line: (line.box[1] + line.box[3], line.box[0])):
        top, bottom = line.box[1], line.box[3]
        last = around([other.box for other in rows[-1]]) if rows else (0.0, 0.0, 0.0, 0.0)
        shared = min(bottom, last[3]) - max(top, last[1])
        if rows and shared > 0.5 * min(bottom - top, last[3] - last[1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    sign = -1 if leftwards else 1
    return tuple(tuple(sorted(row, key=lambda line: sign * line.box[0])) for row in rows)


def _of_regions(lines: Sequence[PdfLine], regions: Sequence[Region], leftwards: bool) -> list[Part]:
    """One part for each region, and one for each block of lines that stand in none."""
    held: dict[int, list[PdfLine]] = defaultdict(list)
    free: dict[int, list[PdfLine]] = defaultdict(list)
    for line in lines:
        for index, piece in _cut_by_regions(line, regions):
            (free[piece.block] if index is None else held[index]).append(piece)
    parts = [
        Part(regions[index].kind, _rows_of_part(found, leftwards), regions[index])
        for index, found in sorted(held.items())
    ]
    for found in free.values():
        parts.append(Part("text", rows_of(found, leftwards=leftwards)))
    return parts


def _cut_by_regions(line: PdfLine, regions: Sequence[Region]) -> list[tuple[int | None, PdfLine]]:
    """A line in pieces, each with the region that its words stand in."""
    pieces: list[tuple[int | None, PdfLine]] = []
    start, current = 0, -1
    spans = words(line.text)
    for number, (begin, end) in enumerate(spans):
        index = _region_of(around(line.boxes[begin:end]), regions)
        if number == 0:
            current = index
        elif index != current:
            pieces.append((None if current < 0 else current, line.part(start, begin)))
            start, current = begin, index
    pieces.append((None if current < 0 else current, line.part(start, len(line.text))))
    return pieces


def _region_of(box: Rect, regions: Sequence[Region]) -> int:
    """The smallest region that holds the middle of a box; -1 if none does."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    holding = [
        ((b[2] - b[0]) * (b[3] - b[1]), index)
        for index, region in enumerate(regions)
        for b in [region.box]
        if b[0] - 1 <= x <= b[2] + 1 and b[1] - 1 <= y <= b[3] + 1
    ]
    return min(holding)[1] if holding else -1


def _of_blocks(lines: Sequence[PdfLine], leftwards: bool) -> list[Part]:
    blocks: dict[int, list[PdfLine]] = defaultdict(list)
    for line in lines:
        blocks[line.block].append(line)
    parts: list[Part] = []
    for found in blocks.values():
        rows = tuple(joined(row) for row in _rows_of_part(found, leftwards))
        parts.extend(_columns_apart(rows, leftwards) or _tables_apart(rows))
    return parts


def _columns_apart(rows: tuple[Row, ...], leftwards: bool) -> list[Part]:
    """The columns of a block whose rows run across columns of prose; empty if they do not."""
    wide = [row for row in rows if len(row) > 1]
    letters = sum(len(line.text) for row in wide for line in row)
    if len(wide) < 0.6 * len(rows) or letters < _PROSE * sum(len(row) for row in wide):
        return []
    lines = [line for row in rows for line in row]
    columns: list[list[PdfLine]] = [[]]
    for i in reading_order([line.box for line in lines], leftwards=leftwards):
        if columns[-1] and lines[i].box[1] < columns[-1][-1].box[1]:
            columns.append([])
        columns[-1].append(lines[i])
    return [Part("text", rows_of(column, leftwards=leftwards)) for column in columns]


def joined(row: Row, gap: float = _CELL_GAP) -> Row:
    """A row with pieces put together that stand nearer than `gap` type sizes."""
    result: list[PdfLine] = []
    for line in row:
        if result and _gap(result[-1], line) <= gap * max(line.size, 1.0):
            result[-1] = _together(result[-1], line)
        else:
            result.append(line)
    return tuple(result)


def _gap(first: PdfLine, second: PdfLine) -> float:
    """The space between two lines that stand side by side, in either direction."""
    return max(second.box[0] - first.box[2], first.box[0] - second.box[2])


def _together(first: PdfLine, second: PdfLine) -> PdfLine:
    """Two pieces of one line as one, with a space between words that stand apart."""
    space = ""
    if not first.text[-1:].isspace() and not second.text[:1].isspace():
        space = " " if _gap(first, second) > 0.15 * second.size else ""
    shift = len(first.text) + len(space)
    edge = first.boxes[-1]
    return replace(
        first,
        text=first.text + space + second.text,
        boxes=first.boxes + (edge,) * len(space) + second.boxes,
        raised=first.raised | {shift + i for i in second.raised},
        bold=first.bold and second.bold,
    )


def _tables_apart(rows: tuple[Row, ...]) -> list[Part]:
    """The rows of a block as text, those of a table in it as a table."""
    parts: list[Part] = []
    run: list[Row] = []
    tabular = False
    for row in (*rows, ()):
        cells = len(row) >= _TABLE_CELLS or (tabular and len(row) == 2)
        if run and (cells != tabular or not row):
            kind: RegionKind = "table" if tabular and len(run) >= _TABLE_ROWS else "text"
            parts.append(Part(kind, tuple(run)))
            run = []
        run.append(row)
        tabular = cells
    return _texts_joined(parts)


def _texts_joined(parts: list[Part]) -> list[Part]:
    """Texts that follow each other as one."""
    result: list[Part] = []
    for part in parts:
        if result and result[-1].kind == part.kind == "text":
            result[-1] = replace(result[-1], rows=result[-1].rows + part.rows)
        else:
            result.append(part)
    return result
