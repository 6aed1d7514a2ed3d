"""The rows and cells of a table on a page."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.pdf_parts import Part, Row, joined, rows_of
from ingest.pdf_records import PdfLine, around
from ingest.pdf_visible import words

Cell = list[PdfLine]
# A space between columns may be crossed by this share of the rows: heads over several columns.
_CROSSED = 0.1
# A grid of a layout analysis with so many times the columns that stand apart was not understood.
_TOO_MANY = 1.5
# Pieces of a row that stand nearer than this many type sizes belong to one cell.
_WITHIN = 0.6
# A row of a grid that holds so many lines, this share of them whole rows, is several rows. Source: heads and
# cells of prose in the collection have up to three lines side by side, rows taken for one 4 to 12.
_LUMP, _WHOLE = 4, 0.75
_NUMBER = re.compile(r"[<>≤≥±$€£+−–-]?\s*\d")


def cells_of(part: Part) -> list[list[Cell]]:
    """The rows of a table, each with its cells from left to right; a cell may be empty.

    Where a layout analysis gave the grid, words are put into the cell that holds their middle; else each line
    is a row, and columns are parted where hardly a row has words.
    """
    apart = spaces(part.rows)
    region = part.region
    if region is None or not region.rows or len(region.columns) > _TOO_MANY * max(1, len(apart)):
        return [_cells(joined(row, _WITHIN), apart) for row in part.rows]
    rows: dict[int, list[PdfLine]] = {}
    for line in part.lines:
        for piece in _words_apart(line, region.rows, region.columns):
            rows.setdefault(bisect_right(region.rows, _middle(piece)[1]), []).append(piece)
    return [
        _cells(pieces, region.columns)
        for row in sorted(rows)
        for pieces in _lines_apart(rows[row], region.columns)
    ]


def _lines_apart(pieces: Sequence[PdfLine], places: Sequence[float]) -> list[Sequence[PdfLine]]:
    """The pieces of a row of a grid, one list for each line if they are rows that no rule parts.

    Lines of one cell seldom fill the first cell and another one again and again, nor the same three cells
    with a number in one of them; rows do. A number in brackets belongs to the one above it.
    """
    lines = rows_of(pieces)
    columns = [
        {bisect_right(places, _middle(piece)[0]): piece.text.strip() for piece in line} for line in lines
    ]
    first = min(columns[0], default=0)
    whole = sum(first in filled and len(filled) > 1 for filled in columns)
    many = len(lines) >= _LUMP and whole >= _WHOLE * len(lines)
    same = len(columns[0]) > 2 and all(filled.keys() == columns[0].keys() for filled in columns)
    numbers = (
        any(all(_NUMBER.match(filled[column]) for filled in columns) for column in columns[0])
        if same
        else False
    )
    inside = any(text.startswith(("(", "[", "±")) for filled in columns[1:] for text in filled.values())
    return [*lines] if many or (numbers and not inside) else [pieces]


def spaces(rows: Sequence[Row]) -> list[float]:
    """The places across at which columns part: the middle of each space that hardly a row crosses."""
    spans = [[(line.box[0], line.box[2]) for line in joined(row, _WITHIN)] for row in rows]
    ends = sorted({end for row in spans for _, end in row})
    starts = sorted({start for row in spans for start, _ in row})
    most = _CROSSED * len(rows)
    found: list[float] = []
    for end in ends[:-1]:
        later = starts[bisect_right(starts, end) :]
        if not later:
            break
        place = (end + later[0]) / 2
        crossing = sum(any(a < place < b for a, b in row) for row in spans)
        beside = sum(any(b <= place for _, b in row) and any(a >= place for a, _ in row) for row in spans)
        if crossing <= most and beside > most and (not found or later[0] > found[-1] + 1):
            found.append(place)
    return found


def _cells(pieces: Sequence[PdfLine], places: Sequence[float]) -> list[Cell]:
    """The pieces of a row in as many cells as there are columns."""
    cells: list[Cell] = [[] for _ in range(len(places) + 1)]
    for piece in pieces:
        column = bisect_right(places, piece.box[0] + 1)
        crosses = column < len(places) and piece.box[2] > places[column]
        cells[column if crosses else bisect_right(places, _middle(piece)[0])].append(piece)
    return [[line for row in rows_of(cell) for line in joined(row)] for cell in cells]


def _words_apart(line: PdfLine, heights: Sequence[float], places: Sequence[float]) -> Iterator[PdfLine]:
    """A line cut where its words stand in different cells."""
    start = 0
    last: tuple[int, int] | None = None
    for begin, end in words(line.text):
        box = around(line.boxes[begin:end])
        cell = bisect_right(heights, (box[1] + box[3]) / 2), bisect_right(places, (box[0] + box[2]) / 2)
        if last is not None and cell != last:
            yield line.part(start, begin).stripped()
            start = begin
        last = cell
    yield line.part(start, len(line.text)).stripped()


def _middle(line: PdfLine) -> tuple[float, float]:
    return (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
