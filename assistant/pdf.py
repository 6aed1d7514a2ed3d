"""PDF files through PyMuPDF: HTML laid out to pages, and a page drawn as a picture with boxes on it."""

from collections.abc import Sequence
from typing import Any

import pymupdf

_PAPER = "a4"
_MARGIN_POINTS = 54
# Pixels of a picture's longer side. Source: twice the width of the panel that shows it, for fine screens.
_PIXELS = 1600
_MARK = (1.0, 0.83, 0.0)
_EDGE = (0.54, 0.31, 0.0)


def laid_out(html: str, style: str, title: str) -> bytes:
    """HTML as a PDF file of A4 pages with numbered feet and working links.

    The same HTML gives the same pages; the file holds no time and no name of the machine.

    Args:
        html: content of a body.
        style: its style sheet.
        title: of the file, and the words at the foot of each page.
    """
    story = pymupdf.Story(html=html, user_css=style)
    page = pymupdf.paper_rect(_PAPER)
    inside = page + (_MARGIN_POINTS, _MARGIN_POINTS, -_MARGIN_POINTS, -_MARGIN_POINTS)

    def next_page(number: int, filled: Any) -> tuple[Any, Any, None]:
        return page, inside, None

    document = story.write_with_links(next_page)
    for number, sheet in enumerate(document, 1):
        foot = pymupdf.Point(_MARGIN_POINTS, page.height - _MARGIN_POINTS / 2)
        sheet.insert_text(foot, f"{title} · {number} / {document.page_count}", fontsize=8)
    document.set_metadata({"title": title})
    document.subset_fonts()
    return bytes(document.tobytes(garbage=3, deflate=True, no_new_id=True))


def drawn_page(content: bytes, number: int, boxes: Sequence[tuple[float, float, float, float]]) -> bytes:
    """A page of a PDF file as a PNG picture, with boxes marked on it.

    Args:
        content: of the file.
        number: of the page, 1-based.
        boxes: left, top, right, bottom in points from the top left corner of the page as a viewer shows it.

    Raises:
        ValueError: the file is no PDF that opens without a password, or has no such page.
    """
    try:
        with pymupdf.open(stream=content, filetype="pdf") as document:
            if document.needs_pass or not 1 <= number <= document.page_count:
                raise ValueError("locked, or no such page")
            page = document[number - 1]
            for box in boxes:
                # Drawing counts from the corner of the page before it is turned.
                place = pymupdf.Rect(box) * page.derotation_matrix
                page.draw_rect(place, color=_EDGE, fill=_MARK, width=0.6, fill_opacity=0.35)
            scale = _PIXELS / max(page.rect.width, page.rect.height)
            return bytes(page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False).tobytes("png"))
    except (RuntimeError, pymupdf.mupdf.FzErrorBase) as error:
        raise ValueError("the file is damaged") from error
