"""A report as a PDF file, laid out from its HTML by PyMuPDF."""

from typing import Any

import pymupdf

from assistant.render_report import TITLE, render_report_body_html, report_style
from assistant.report import Report

_PAPER = "a4"
_MARGIN_POINTS = 54


def report_pdf(report: Report) -> bytes:
    """The report as a PDF file of A4 pages with numbered feet and working links.

    The same report gives the same pages; the file holds no time and no name of the machine.
    """
    # A laid-out page has no tabs: the cells of a table row are parted as they are on the chat page.
    content = render_report_body_html(report).replace("\t", " │ ")
    story = pymupdf.Story(html=content, user_css=report_style())
    page = pymupdf.paper_rect(_PAPER)
    inside = page + (_MARGIN_POINTS, _MARGIN_POINTS, -_MARGIN_POINTS, -_MARGIN_POINTS)

    def next_page(number: int, filled: Any) -> tuple[Any, Any, None]:
        return page, inside, None

    document = story.write_with_links(next_page)
    for number, sheet in enumerate(document, 1):
        foot = pymupdf.Point(_MARGIN_POINTS, page.height - _MARGIN_POINTS / 2)
        sheet.insert_text(foot, f"{TITLE} · {number} / {document.page_count}", fontsize=8)
    document.set_metadata({"title": TITLE})
    document.subset_fonts()
    return bytes(document.tobytes(garbage=3, deflate=True, no_new_id=True))
