"""What is read from a PDF before anything is made of it: pages, lines of characters, regions of a layout.

Coordinates are in points in the page's reading frame, turned so that most of its text runs from left to
right, y downwards. `PdfPage.shown` leads back to the page as a viewer shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Rect = tuple[float, float, float, float]
# x' = a x + c y + e; y' = b x + d y + f
Matrix = tuple[float, float, float, float, float, float]
RegionKind = Literal[
    "title",
    "heading",
    "text",
    "list",
    "caption",
    "footnote",
    "table",
    "formula",
    "picture",
    "header",
    "footer",
]


@dataclass(frozen=True, slots=True)
class PdfLine:
    """Characters that the PDF sets in one line.

    Attributes:
        text: the characters, as the PDF gives them.
        boxes: of each character.
        size: of the type, in points: that of most characters.
        bold: whether most characters are bold.
        raised: positions of characters set as superscripts.
        block: number of the block that PyMuPDF puts it into.
        hidden: why it cannot be seen on the page; empty if it can.
        turned: whether it runs in another direction than most of the page.
        box: around its characters; white space is not counted unless there is nothing else.
    """

    text: str
    boxes: tuple[Rect, ...]
    size: float
    bold: bool = False
    raised: frozenset[int] = frozenset()
    block: int = 0
    hidden: str = ""
    turned: bool = False
    box: Rect = field(init=False)

    def __post_init__(self) -> None:
        shown = [box for box, c in zip(self.boxes, self.text, strict=True) if not c.isspace()]
        # frozen: this is the way that dataclasses document
        object.__setattr__(self, "box", around(shown or self.boxes or ((0.0, 0.0, 0.0, 0.0),)))

    def part(self, start: int, end: int) -> "PdfLine":
        """The characters from `start` up to `end` as a line."""
        raised = frozenset(i - start for i in self.raised if start <= i < end)
        return replace(self, text=self.text[start:end], boxes=self.boxes[start:end], raised=raised)

    def stripped(self) -> "PdfLine":
        """The line without white space at its ends."""
        left = len(self.text) - len(self.text.lstrip())
        return self.part(left, max(left, len(self.text.rstrip())))


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page and what it is.

    Attributes:
        kind: what it is.
        box: where.
        rows: for a table, the heights at which its rows part, if they are known.
        columns: for a table, the places across at which its columns part, if they are known.
    """

    kind: RegionKind
    box: Rect
    rows: tuple[float, ...] = ()
    columns: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page as it was read.

    Attributes:
        number: 1-based.
        width: as a viewer shows it, in points.
        height: as a viewer shows it, in points.
        reading: size of the reading frame, width and height in points.
        shown: from the reading frame to the page as it is shown.
        lines: in the order of the PDF.
        images: share of the page that images cover, in [0, 1].
        regions: of a layout analysis; empty if there was none.
        by_ocr: whether its words were read from its image.
        damage: what could not be read, in words; empty if nothing.
    """

    number: int
    width: float
    height: float
    reading: tuple[float, float]
    shown: Matrix
    lines: tuple[PdfLine, ...] = ()
    images: float = 0.0
    regions: tuple[Region, ...] = ()
    by_ocr: bool = False
    damage: str = ""

    def place(self, box: Rect) -> Rect:
        """A box of the reading frame on the page as it is shown."""
        a, b, c, d, e, f = self.shown
        if (a, b, c, d, e, f) == (1, 0, 0, 1, 0, 0):
            return box
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def across(self) -> bool:
        """Whether lines of the reading frame run across the page as it is shown, not up or down."""
        return abs(self.shown[0]) > abs(self.shown[1])


def around(boxes: Sequence[Rect]) -> Rect:
    """The smallest box that holds all boxes, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
