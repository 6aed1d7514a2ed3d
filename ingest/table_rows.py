"""Cells of a table with mark-up to rows of text."""

from collections.abc import Iterator, Mapping, Sequence

from ingest.mapped_text import MappedText

# A cell over more rows or columns than this is an error of the file, or an attack.
_MOST_SPANNED = 100
Cell = tuple[MappedText, Mapping[str, str]]


def row_texts(rows: Sequence[Sequence[Cell]]) -> Iterator[MappedText]:
    """The text of each row that has some, cells parted by tabs.

    A cell that spans several rows or columns stands in the first of them and leaves the others empty, so that
    what stands below a column's head stays there.

    Args:
        rows: cells with their attributes, of which `colspan` and `rowspan` count.
    """
    held: dict[int, int] = {}  # column: rows below that a cell above reaches into
    for row in rows:
        cells: list[MappedText] = []
        reaching = dict(held)
        held = {column: left - 1 for column, left in held.items() if left > 1}
        for text, attributes in row:
            while len(cells) in reaching:
                cells.append(_EMPTY)
            width, height = _span(attributes, "colspan"), _span(attributes, "rowspan")
            if height > 1:
                held.update(dict.fromkeys(range(len(cells), len(cells) + width), height - 1))
            cells += [text] + [_EMPTY] * (width - 1)
        while len(cells) in reaching:
            cells.append(_EMPTY)
        if any(cell.text for cell in cells):
            yield tabbed(cells)


_EMPTY = MappedText("", (), ())


def tabbed(cells: Sequence[MappedText]) -> MappedText:
    """Cells parted by tabs, of which at least one has text; empty cells at the end are dropped."""
    at = next(cell.starts[0] for cell in cells if cell.text)
    last = max(number for number, cell in enumerate(cells) if cell.text)
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for number, cell in enumerate(cells[: last + 1]):
        if number:
            text.append("\t")
            starts.append(at)
            ends.append(at)
        text.append(cell.text)
        starts.extend(cell.starts)
        ends.extend(cell.ends)
        at = ends[-1] if ends else at
    return MappedText("".join(text), tuple(starts), tuple(ends))


def _span(attributes: Mapping[str, str], name: str) -> int:
    value = attributes.get(name, "")
    return min(_MOST_SPANNED, max(1, int(value))) if value.isascii() and value.isdigit() else 1
