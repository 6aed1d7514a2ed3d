"""PyMuPDF's characters to lines, in the frame in which a page is read."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ingest.pdf_records import Matrix, PdfLine, Rect

Direction = tuple[float, float]
# Bits of a span's flags. Source: PyMuPDF's documentation of text extraction, "font flags".
_RAISED, _BOLD = 1, 16
# Text that leans more than this from the direction of the page is turned. Source: scanned pages that were
# made upright lean up to 5 degrees; stamps and watermarks 30 and more.
_LEANS = math.cos(math.radians(8))
_QUARTERS: tuple[Direction, ...] = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line in the coordinates of the page, and the direction in which it runs."""

    line: PdfLine
    direction: Direction


def raw_lines(content: dict[str, Any]) -> Iterator[RawLine]:
    """The lines of PyMuPDF's "rawdict" of a page that hold more than white space."""
    for block in content["blocks"]:
        for line in block.get("lines", ()):
            found = _line(line["spans"], block["number"])
            if found.text.strip():
                yield RawLine(found, tuple(line["dir"]))


def _line(spans: list[dict[str, Any]], block: int) -> PdfLine:
    characters: list[str] = []
    boxes: list[Rect] = []
    raised: set[int] = set()
    sizes: Counter[float] = Counter()
    bold = 0
    for span in spans:
        chars = [char for char in span["chars"] if len(char["c"]) == 1]
        if span["flags"] & _RAISED:
            raised.update(range(len(characters), len(characters) + len(chars)))
        letters = sum(not char["c"].isspace() for char in chars)
        sizes[round(span["size"], 1)] += letters
        bold += letters if span["flags"] & _BOLD else 0
        # a control character is a sign of which the file does not say what it means
        characters.extend(char["c"] if char["c"] >= " " or char["c"] == "\t" else "\ufffd" for char in chars)
        boxes.extend(tuple(char["bbox"]) for char in chars)
    most = max(sizes, key=lambda size: (sizes[size], size), default=0.0)
    return PdfLine(
        text="".join(characters),
        boxes=tuple(boxes),
        size=most,
        bold=bold * 2 > sum(sizes.values()),
        raised=frozenset(raised) if len(raised) < len(characters) else frozenset(),
        block=block,
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame in which a page is read.

    Attributes:
        direction: in which its lines run, in the coordinates of the page.
        size: width and height, in points.
        back: from the frame to the page.
    """

    direction: Direction
    size: tuple[float, float]
    back: Matrix

    @property
    def turned(self) -> bool:
        """Whether the page is turned to be read."""
        return self.direction != (1, 0)

    @property
    def clockwise(self) -> int:
        """By how many degrees the page is turned to be read, counted as PyMuPDF does for a page it shows."""
        return 90 * _QUARTERS.index(self.direction)

    def put(self, raw: RawLine) -> PdfLine:
        """A line with its boxes in the frame."""
        along = raw.direction[0] * self.direction[0] + raw.direction[1] * self.direction[1]
        line = replace(raw.line, turned=along < _LEANS)
        if not self.turned and self.back[4:] == (0, 0):
            return line
        a, b, c, d, e, f = _inverse(self.back)
        boxes = []
        for box in raw.line.boxes:
            corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
        return replace(line, boxes=tuple(boxes))


def frame(lines: list[RawLine], page: Rect) -> Frame:
    """The frame in which most of a page's text runs from left to right.

    Args:
        lines: of the page.
        page: its box, in the same coordinates.
    """
    letters: Counter[Direction] = Counter()
    for raw in lines:
        nearest = max(
            _QUARTERS, key=lambda quarter: raw.direction[0] * quarter[0] + raw.direction[1] * quarter[1]
        )
        letters[nearest] += len(raw.line.text)
    direction = max(_QUARTERS, key=lambda quarter: letters[quarter])
    dx, dy = direction
    forth: Matrix = (dx, -dy, dy, dx, 0, 0)
    corners = [(dx * x + dy * y, -dy * x + dx * y) for x in page[::2] for y in page[1::2]]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    width = max(x for x, _ in corners) - left
    height = max(y for _, y in corners) - top
    return Frame(direction, (width, height), _inverse((*forth[:4], -left, -top)))


def after(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does what `first` does and after it what `then` does."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    return (
        d / area,
        -b / area,
        -c / area,
        a / area,
        (c * f - d * e) / area,
        (b * e - a * f) / area,
    )
