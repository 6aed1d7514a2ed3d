"""A report as a whole HTML page that stands alone. Everything from a document or a user is escaped."""

from functools import lru_cache
from html import escape
from pathlib import Path

from assistant.records import Answer, Citation
from assistant.render import web_link
from assistant.report import Report
from assistant.report_text import about_quote, after_quotes, before_quotes

TITLE = "Kyphoplasty assistant"


def render_report_html(report: Report) -> str:
    """The report as a page without scripts that needs no other file."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{report_style()}</style></head>"
        f"<body>{render_report_body_html(report)}</body></html>\n"
    )


@lru_cache(maxsize=1)
def report_style() -> str:
    """The style sheet of a report."""
    return (Path(__file__).parent / "static" / "report.css").read_text("utf-8")


def render_report_body_html(report: Report) -> str:
    """The content of the report's page."""
    return (
        f"<h1>{TITLE}</h1>"
        + f'<p class="about">{escape(report.provenance)}</p>'
        + "".join(_answer(report, answer) for answer in report.answers)
        + _references(report)
    )


def _answer(report: Report, answer: Answer) -> str:
    return (
        f'<h2 dir="auto">{escape(answer.question)}</h2>'
        + _paragraphs(before_quotes(answer))
        + "".join(_quote(report, citation) for citation in answer.citations)
        + _paragraphs(after_quotes(answer))
    )


def _paragraphs(lines: list[str]) -> str:
    return "".join(f'<p dir="auto">{escape(line)}</p>' for line in lines)


def _quote(report: Report, citation: Citation) -> str:
    lead_in = f'<p class="about" dir="auto">{escape(citation.lead_in)}</p>' if citation.lead_in else ""
    first, *others = about_quote(citation)
    about = [f"[{report.number(citation.source)}] {first}", *others]
    return f'{lead_in}<blockquote dir="auto">{escape(citation.quote)}</blockquote>' + "".join(
        f'<p class="about" dir="auto">{escape(line)}</p>' for line in about
    )


def _references(report: Report) -> str:
    items = []
    for source, entry in zip(report.sources, report.references(), strict=True):
        link = web_link(source)
        shown = f'<a href="{escape(link)}">{escape(entry)}</a>' if link else escape(entry)
        items.append(f'<li dir="auto">{shown}</li>')
    return f"<h2>References</h2><ol>{''.join(items)}</ol>" if items else ""
