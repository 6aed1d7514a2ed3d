"""A report as a PDF file."""

from assistant.pdf import laid_out
from assistant.render_report import TITLE, render_report_body_html, report_style
from assistant.report import Report


def report_pdf(report: Report) -> bytes:
    """The report as a PDF file; the same report gives the same file."""
    # A laid-out page has no tabs: the cells of a table row are parted as they are on the chat page.
    content = render_report_body_html(report).replace("\t", " │ ")
    return laid_out(content, report_style(), TITLE)
