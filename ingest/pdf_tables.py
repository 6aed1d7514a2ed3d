"""The rows and cells of a table on a page."""

from bisect import bisect_right
from collections.abc import Sequence

from ingest.pdf_parts import Part, joined, rows_of
from ingest.pdf_records import PdfLine, around
from ingest.pdf_visible import words

Cell = list[PdfLine]


def cells_of(part: Part) -> list[list[Cell]]:
    """The rows of a table, each with its cells from left to right; a cell may be empty.

    Where a layout analysis gave the grid, words are put into the cell that holds their middle; else the
    pieces of a line that wide gaps part are its cells.
    """
    region = part.region
    if region is None or len(region.rows) < 2 or len(region.columns) < 2:
        return [[[line] for line in joined(row)] for row in part.rows]
    grid: dict[tuple[int, int], Cell] = {}
    for line in part.lines:
        for row, column, piece in _pieces(line, region.rows[1:-1], region.columns[1:-1]):
            grid.setdefault((row, column), []).append(piece)
    rows = sorted({row for row, _ in grid})
    width = 1 + max(column for _, column in grid)
    return [[_in_order(grid.get((row, column), [])) for column in range(width)] for row in rows]


def _pieces(
    line: PdfLine, heights: Sequence[float], places: Sequence[float]
) -> list[tuple[int, int, PdfLine]]:
    """A line cut into what stands in different cells."""
    found: list[tuple[int, int, PdfLine]] = []
    start = 0
    last: tuple[int, int] | None = None
    for begin, end in words(line.text):
        box = around(line.boxes[begin:end])
        cell = bisect_right(heights, (box[1] + box[3]) / 2), bisect_right(places, (box[0] + box[2]) / 2)
        if last is not None and cell != last:
            found.append((*last, line.part(start, begin)))
            start = begin
        last = cell
    if last is not None:
        found.append((*last, line.part(start, len(line.text))))
    return found


def _in_order(cell: Cell) -> Cell:
    return [piece for row in rows_of(cell) for piece in joined(row)]
