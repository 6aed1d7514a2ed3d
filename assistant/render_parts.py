"""The pieces that every HTML view is made of. Everything from a document or a user is escaped.

Buttons carry data attributes that the scripts of the page act on.
"""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote, urlencode

from assistant.records import Citation
from assistant.render import PURPOSE, badges, cautions, place, web_link
from ingest.records import Source, Span

# A tab between the cells of a table row: the character itself, drawn as a line.
TAB = '<span class="tab">\t</span>'


def purpose_html() -> str:
    """The line that stays in sight on every page."""
    what, *mind = PURPOSE.split(". ")
    return f'<p class="purpose">{what}. <strong>{". ".join(mind)}</strong></p>'


def source_html(source: Source) -> str:
    """A source's short name, badges and title with its link: how every list of sources shows it."""
    label = f'<p class="label" dir="auto">{escape(source.label)}</p>'
    return label + badges_html(source) + title_html(source)


def question_button(question: str) -> str:
    """A button that asks the question."""
    text = escape(question, quote=True)
    return f'<button type="button" class="ask" dir="auto" data-question="{text}">{text}</button>'


def edit_button(question: str, text: str) -> str:
    """A button that offers the question to be changed and asked again."""
    data = escape(question, quote=True)
    return f'<button type="button" class="tool" data-action="edit" data-standalone="{data}">{text}</button>'


def cite_button(n: int, text: str = "") -> str:
    """A button that shows a citation of the answer it stands in; by default it reads as the number."""
    label = "" if text else f' aria-label="[{n}] Show quote {n} in its source"'
    return f'<button type="button" class="cite" data-citation="{n}"{label}>{text or f"[{n}]"}</button>'


def listed(name: str, heading: str, items: Iterable[str]) -> str:
    """A heading and a list of texts; empty without items."""
    rows = "".join(f'<li dir="auto">{escape(item)}</li>' for item in items)
    return f'<div class="{name}"><p>{heading}</p><ul>{rows}</ul></div>' if rows else ""


def badges_html(source: Source) -> str:
    """What a reader must know to judge the source, as a list; what it counts less for stands out."""
    weak, weak_class = cautions(source), ' class="weak"'
    items = "".join(f"<li{weak_class * (badge in weak)}>{escape(badge)}</li>" for badge in badges(source))
    return f'<ul class="badges" aria-label="About this source">{items}</ul>'


def title_html(source: Source) -> str:
    """The source's title, linked to the original if that has one; empty where its short name says as much."""
    if source.title in source.label and not web_link(source):
        return ""
    return f'<p class="title" dir="auto">{linked(source, source.title)}</p>'


def linked(source: Source, text: str) -> str:
    """The text, linked to the original if that has a web address."""
    link = web_link(source)
    if not link:
        return escape(text)
    href = escape(link, quote=True)
    return f'<a href="{href}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def document_path(source_id: str, span: Span | None = None) -> str:
    """The address of a document's page on this server, at a span if one is given."""
    path = f"/library/{quote(source_id, safe='')}"
    return path if span is None else f"{path}?{urlencode({'start': span[0], 'end': span[1]})}#quote"


def place_html(citation: Citation) -> str:
    """Where in its source the quote stands."""
    return f'<span class="section-path" dir="auto">{escape(place(citation))}</span>'


def marked_quote(citation: Citation, part: Span | None = None) -> str:
    """The quote, or a part of it, with its answering words emphasised and its tabs visible."""
    text, shift = citation.quote, citation.start
    first, last = part or (shift, shift + len(text))
    start, end = (min(max(edge, first), last) for edge in citation.highlight or (first, first))
    strong = text[start - shift : end - shift].split("\t")
    return (
        with_tabs(text[first - shift : start - shift])
        + TAB.join(f"<strong>{escape(cell)}</strong>" if cell else "" for cell in strong)
        + with_tabs(text[end - shift : last - shift])
    )


def with_tabs(text: str) -> str:
    """The text, escaped, with its tabs visible."""
    return TAB.join(escape(part) for part in text.split("\t"))
