"""Where text stands on pages: lines of characters, each with its place, and the boxes of a stretch of them.

Coordinates are in points (1/72 inch) from the top left corner of the page as a viewer shows it.
"""

import array
import base64
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Page (1-based), left, top, right, bottom.
Box = tuple[int, float, float, float, float]

# Places along a line are kept as whole numbers of this many to a point, in 16 bits: up to 3,276 points from
# the line's origin, at a twentieth of a point. Longer lines are kept with fewer.
_STEPS = 20
_MOST = 65_535


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the original.

    Attributes:
        number: 1-based.
        width: in points.
        height: in points.
        by_ocr: whether its words were read from an image.
    """

    number: int
    width: float
    height: float
    by_ocr: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """Characters that stand in one line of a page.

    Attributes:
        page: 1-based number.
        start: offset of its first character in the text layer.
        across: whether it runs from left to right or right to left; else it runs up or down.
        low: top edge of the line; of a line that runs up or down its left edge.
        high: bottom edge; of a line that runs up or down its right edge.
        origin: where the edges count from, along the line.
        step: points in one unit of the edges.
        edges: first and last edge of each character along the line, two 16-bit numbers a character, little
            endian, base 64.
    """

    page: int
    start: int
    across: bool
    low: float
    high: float
    origin: float
    step: float
    edges: str

    def places(self) -> list[tuple[float, float]]:
        """First and last edge of each character along the line, in points."""
        numbers = array.array("H", base64.b64decode(self.edges))
        if sys.byteorder == "big":
            numbers.byteswap()
        values = [round(self.origin + number * self.step, 2) for number in numbers]
        return list(zip(values[::2], values[1::2], strict=True))

    @property
    def length(self) -> int:
        """How many characters it holds."""
        return len(self.edges.rstrip("=")) * 3 // 4 // 4


def page_line(
    page: int, start: int, places: Sequence[tuple[float, float]], low: float, high: float, *, across: bool
) -> PageLine:
    """The line of characters whose first and last edges along it are given, at least one."""
    origin = min(first for first, _ in places)
    far = max(last for _, last in places)
    step = max(1 / _STEPS, (far - origin) / _MOST)
    numbers = array.array("H")
    for first, last in places:
        for value in (first, last):
            numbers.append(min(_MOST, max(0, round((value - origin) / step))))
    if sys.byteorder == "big":
        numbers.byteswap()
    edges = base64.b64encode(numbers.tobytes()).decode("ascii")
    return PageLine(page, start, across, round(low, 2), round(high, 2), origin, step, edges)


def boxes(lines: Sequence[PageLine], layer: str, spans: Iterable[tuple[int, int]]) -> tuple[Box, ...]:
    """The boxes of spans of the text layer: one for each stretch of a line, white space at its ends left out.

    Args:
        lines: of all pages, sorted by `start`.
        layer: the text layer.
        spans: of the layer, in order.
    """
    found: list[Box] = []
    reached: dict[int, tuple[int, int]] = {}  # span of each line, in order of appearance
    for start, end in spans:
        index = max(0, bisect_right(lines, start, key=lambda line: line.start) - 1)
        while index < len(lines) and lines[index].start < end:
            line = lines[index]
            first, last = max(start, line.start), min(end, line.start + line.length)
            if first < last:
                known = reached.get(index, (first, last))
                reached[index] = (min(first, known[0]), max(last, known[1]))
            index += 1
    for index, (first, last) in reached.items():
        line = lines[index]
        places = [
            place
            for offset, place in enumerate(line.places(), line.start)
            if first <= offset < last and not layer[offset].isspace()
        ]
        if places:
            found.append(_box(line, min(a for a, _ in places), max(b for _, b in places)))
    return tuple(found)


def _box(line: PageLine, first: float, last: float) -> Box:
    if line.across:
        return line.page, first, line.low, last, line.high
    return line.page, line.low, first, line.high, last
