"""Which words of a page cannot be seen on it: white on white, tiny, covered, off the page."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ingest.pdf_chars import RawLine
from ingest.pdf_records import PdfLine, Rect, around

Gray = NDArray[np.uint8]
UNSEEN = "it does not stand out from what is behind it"
TINY = "it is too small to read"
OUTSIDE = "it lies outside the page"
# Grey levels (of 255) between the darkest and the lightest point of a word that can be seen. Source: light
# grey 6-point type (#dddddd on white) keeps 20 at 72 dots an inch; white on white and covered words have 0.
_CONTRAST = 10
# Type smaller than this is not read by people. Source: footnotes of journals are set in 6 points or more,
# superscripts in them in 4.
_LEAST_SIZE = 2.0
# The middle of a line's height, in which its letters stand but not those of the lines above and below.
_MIDDLE = (0.3, 0.8)


def mark_hidden(lines: Sequence[RawLine], page: Rect, picture: Gray, scale: float) -> list[RawLine]:
    """The lines, cut where words that can be seen and words that cannot follow each other.

    Args:
        lines: of a page.
        page: its box, in the coordinates of the lines.
        picture: the page as it looks, shape (height, width), 0 black to 255 white.
        scale: points of the picture in a point of the page.
    """
    result = []
    for raw in lines:
        line = raw.line
        level = abs(raw.direction[0]) > abs(raw.direction[1])
        spans = words(line.text)
        reasons = [_reason(line, span, page, picture, scale, level=level) for span in spans]
        start, current = 0, reasons[0]
        for (begin, _), reason in zip(spans, reasons, strict=True):
            if reason != current:
                result.append(replace(raw, line=replace(line.part(start, begin), hidden=current)))
                start, current = begin, reason
        result.append(replace(raw, line=replace(line.part(start, len(line.text)), hidden=current)))
    return result


def words(text: str) -> list[tuple[int, int]]:
    """Spans of the words of a line."""
    spans = []
    start = None
    for i, character in enumerate(text + " "):
        if character.isspace():
            if start is not None:
                spans.append((start, i))
            start = None
        elif start is None:
            start = i
    return spans


def _reason(
    line: PdfLine, word: tuple[int, int], page: Rect, picture: Gray, scale: float, *, level: bool
) -> str:
    x0, y0, x1, y1 = around(line.boxes[slice(*word)])
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    if not (page[0] <= middle[0] <= page[2] and page[1] <= middle[1] <= page[3]):
        return OUTSIDE
    if line.size < _LEAST_SIZE:
        return TINY
    top, bottom = y0, y1
    if level and any(character.isalnum() for character in line.text[slice(*word)]):
        top, bottom = (y0 + part * (y1 - y0) for part in _MIDDLE)
    rows = slice(max(0, int((top - page[1]) * scale)), int((bottom - page[1]) * scale) + 1)
    columns = slice(max(0, int((x0 - page[0]) * scale)), int((x1 - page[0]) * scale) + 1)
    seen = picture[rows, columns]
    if seen.size == 0 or int(seen.max()) - int(seen.min()) < _CONTRAST:
        return UNSEEN
    return ""
