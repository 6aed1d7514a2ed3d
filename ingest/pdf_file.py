"""PDF files through PyMuPDF, the one module here that imports it.

PyMuPDF is imported when the first file is opened, because that takes half a second and most files are none
of its own. It runs no script of a document and follows no link of it.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ingest.errors import ParseError, PasswordError
from ingest.limits import Limits
from ingest.pdf_chars import Frame, after, frame, raw_lines
from ingest.pdf_ocr import DOTS_TO_TURN, OCR_DOTS, Ocr
from ingest.pdf_records import PdfPage, Region, RegionKind
from ingest.pdf_visible import mark_hidden

# What the layout model of PyMuPDF calls the parts of a page.
_KINDS: dict[str, RegionKind] = {
    "title": "title",
    "section-header": "heading",
    "text": "text",
    "list-item": "list",
    "caption": "caption",
    "footnote": "footnote",
    "table": "table",
    "formula": "formula",
    "picture": "picture",
    "page-header": "header",
    "page-footer": "footer",
}
# A page is looked at in this many points at most: 2 MB of grey. Source: an A0 poster has 8 million at 72 an
# inch and takes a second; a quarter of them still shows each word that a person can read on it.
_MOST_POINTS = 2_000_000
# A picture for OCR has this many points at most: 150 MB in colour. Source: an A3 page at 300 an inch has 17
# million.
_MOST_OCR_POINTS = 50_000_000
# A page with more lines than this is not analysed. Source: a page of a newspaper has 1,000.
_MOST_LINES = 1_500


class PdfFile:
    """An open PDF.

    Args:
        content: of the file.
        name: of the file, for messages.
        password: opens it if it is encrypted.
        limits: what it may take.

    Raises:
        ParseError: it is no PDF, is damaged beyond repair, or is beyond the limits.
        PasswordError: it is encrypted, and the password is missing or wrong.
    """

    def __init__(self, content: bytes, name: str, password: str, limits: Limits) -> None:
        import pymupdf

        self._library: Any = pymupdf
        self._library.TOOLS.mupdf_display_errors(False)
        self._library.TOOLS.mupdf_display_warnings(False)
        # boxes as high as the type, so that those of neighbouring lines do not overlap
        self._library.TOOLS.set_small_glyph_heights(True)
        if not content:
            raise ParseError(f"{name} is empty. Get the file again from where it came.")
        try:
            self._file: Any = self._library.open(stream=io.BytesIO(content), filetype="pdf")
            locked = self._file.needs_pass and not self._file.authenticate(password)
            count = 0 if locked else self._file.page_count
        except Exception as error:  # PyMuPDF raises its own errors, MuPDF's, and bare ones
            raise ParseError(
                f"{name} is not a PDF, or is damaged beyond repair. Get it again from where it came."
            ) from error
        if locked:
            raise PasswordError(
                f"{name} is encrypted and {'the password is wrong' if password else 'needs a password'}. "
                "Give the one that opens it; it is not stored."
            )
        if count < 1:
            raise ParseError(f"{name} holds no page that can be read. Get it again from where it came.")
        if count > limits.pages:
            raise ParseError(
                f"{name} has {count:,} pages, more than the {limits.pages:,} that are read. Split it."
            )
        self.pages: int = count
        kind, _ = self._file.xref_get_key(self._file.pdf_catalog(), "AcroForm/XFA")
        self.dynamic_form: bool = kind != "null"  # a form that only Adobe Reader lays out (XFA)
        self._fill_in_forms()

    def _fill_in_forms(self) -> None:
        """Makes what stands in the fields of a form part of its pages."""
        try:
            if self._file.is_form_pdf:
                self._file.bake(annots=False, widgets=True)
        except Exception:  # a form that is damaged is read without its fields
            self.damaged_form = True
        else:
            self.damaged_form = False

    @property
    def repaired(self) -> bool:
        """Whether the file was damaged and could be opened all the same."""
        return bool(self._file.is_repaired)

    @property
    def attachments(self) -> int:
        """How many files are attached to it."""
        try:
            return int(self._file.embfile_count())
        except Exception:  # a damaged list of attachments
            return 0

    @property
    def properties(self) -> dict[str, str]:
        """The file's own statements: title, author, creationDate and others; empty ones left out."""
        return {key: str(value).strip() for key, value in (self._file.metadata or {}).items() if value}

    def page(self, number: int, *, layout: bool) -> PdfPage:
        """A page, from 1.

        Args:
            number: of the page, from 1.
            layout: whether to analyse its layout, which takes about half a second.
        """
        try:
            return self._page(self._file[number - 1], number, layout=layout)
        except Exception as error:  # see above
            return PdfPage(number, 0, 0, (0, 0), (1, 0, 0, 1, 0, 0), damage=type(error).__name__)

    def _page(self, page: Any, number: int, *, layout: bool) -> PdfPage:
        rotation, shown, size = page.rotation, tuple(page.rotation_matrix), page.rect
        page.set_rotation(0)  # so that text, picture and layout have the same coordinates
        try:
            box = tuple(page.rect)
            raw = list(raw_lines(page.get_text("rawdict", flags=self._flags())))
            raw = mark_hidden(raw, box, *self._picture(page))
            reading = frame([line for line in raw if not line.line.hidden] or raw, box)
            analysed = layout and raw and len(raw) <= _MOST_LINES
            regions = tuple(self._regions(page, reading)) if analysed else ()
            images = self._images(page)
        finally:
            page.set_rotation(rotation)
        return PdfPage(
            number=number,
            width=round(size.width, 2),
            height=round(size.height, 2),
            reading=reading.size,
            shown=after(reading.back, shown),
            lines=tuple(reading.put(line) for line in raw),
            images=images,
            regions=regions,
        )

    def read_by_ocr(self, number: int, ocr: Ocr) -> PdfPage:
        """A page whose words are read from its image, from 1; without words if there are none."""
        page = self._file[number - 1]
        turns = ocr.turns(self._photograph(page, DOTS_TO_TURN, 0).tobytes("png"))
        with self._library.open("pdf", ocr.read(self._photograph(page, OCR_DOTS, turns))) as made:
            content = made[0].get_text("rawdict", flags=self._flags())
            box = tuple(made[0].rect)
        turn = self._library.Matrix(90 * turns)
        corner = self._library.Rect(0, 0, page.rect.width, page.rect.height) * turn
        points = corner.width / max(box[2] - box[0], 1)
        to_page = self._library.Matrix(points, 0, 0, points, corner.x0, corner.y0) * ~turn
        raw = list(raw_lines(content))
        reading = frame(raw, box)
        return PdfPage(
            number=number,
            width=round(page.rect.width, 2),
            height=round(page.rect.height, 2),
            reading=reading.size,
            shown=after(reading.back, tuple(to_page)),
            lines=tuple(replace(reading.put(line), raised=frozenset()) for line in raw),
            images=1.0,
            by_ocr=True,
        )

    def _photograph(self, page: Any, dots: int, turns: int) -> Any:
        """A picture of a page as it is shown, turned clockwise by quarters."""
        scale = min(dots / 72, math.sqrt(_MOST_OCR_POINTS / max(1.0, page.rect.width * page.rect.height)))
        matrix = self._library.Matrix(scale, scale) * self._library.Matrix(90 * turns)
        return page.get_pixmap(matrix=matrix, alpha=False)

    def _flags(self) -> int:
        """Ligatures and spaces as they are; no words that a clip of the page cuts away."""
        library = self._library
        return int(library.TEXT_PRESERVE_LIGATURES | library.TEXT_PRESERVE_WHITESPACE | library.TEXT_CLIP)

    def _picture(self, page: Any) -> tuple[Any, float]:
        """The page as it looks, in grey, and how many of its points there are in one of the page's."""
        scale = min(1.0, math.sqrt(_MOST_POINTS / max(1.0, page.rect.width * page.rect.height)))
        matrix = self._library.Matrix(scale, scale)
        image = page.get_pixmap(matrix=matrix, colorspace=self._library.csGRAY, alpha=False)
        rows = np.frombuffer(image.samples_mv, np.uint8).reshape(image.height, image.stride)
        return rows[:, : image.width], scale

    @staticmethod
    def _images(page: Any) -> float:
        area = max(1.0, abs(page.rect.width * page.rect.height))
        boxes = [page.rect & image["bbox"] for image in page.get_image_info()]
        return float(min(1.0, sum(box.width * box.height for box in boxes if not box.is_empty) / area))

    def _regions(self, page: Any, reading: Frame) -> Iterator[Region]:
        """The regions of a page, in the frame in which it is read."""
        if not reading.turned:
            yield from self._analysed(page)
            return
        with self._library.open() as upright:  # the analysis takes lines that run from left to right only
            turned = upright.new_page(width=reading.size[0], height=reading.size[1])
            turned.show_pdf_page(turned.rect, self._file, page.number, rotate=reading.clockwise)
            yield from self._analysed(turned)

    @staticmethod
    def _analysed(page: Any) -> Iterator[Region]:
        page.get_layout(return_raw=True)
        for group in page.layout_information or ():
            box = tuple(float(value) for value in group["group_bbox"][:4])
            grid = group.get("table_grid")
            yield Region(
                kind=_KINDS.get(group["class_name"], "text"),
                box=(box[0], box[1], box[2], box[3]),
                rows=tuple(box[1] + float(line) for line in grid.h_lines) if grid else (),
                columns=tuple(box[0] + float(line) for line in grid.v_lines) if grid else (),
            )
