"""Large first letters of a text, which reach down over several lines, put before the word they begin."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.pdf_records import PdfLine

# Source: the smallest drop caps of journals are two lines high.
_HIGH = 1.8


def is_drop_cap(line: PdfLine, size: float) -> bool:
    """Whether a line is one capital, much larger than the type beside it, of a size in points."""
    text = line.text.strip()
    return len(text) == 1 and text.isupper() and line.size >= _HIGH * size


def drop_cap_of(lines: Sequence[PdfLine]) -> PdfLine | None:
    """The drop cap among the lines of a part of a page; None if there is none, or several."""
    sizes = sorted(line.size for line in lines for _ in line.text)
    caps = [line for line in lines if is_drop_cap(line, sizes[len(sizes) // 2])]
    return caps[0] if len(caps) == 1 and len(lines) > 1 else None


def begun_by(rows: Sequence[tuple[PdfLine, ...]], cap: PdfLine) -> tuple[tuple[PdfLine, ...], ...]:
    """The rows of a text with the drop cap as the first letter of their first word."""
    (first, *beside), *rest = rows
    letter, others = cap.stripped(), first.stripped()
    whole = replace(
        others,
        text=letter.text + others.text,
        boxes=letter.boxes + others.boxes,
        raised=frozenset(place + 1 for place in others.raised),
    )
    return ((whole, *beside), *rest)
