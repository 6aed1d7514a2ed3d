"""The pieces that every HTML view is made of. Everything from a document or a user is escaped.

Buttons carry data attributes that the scripts of the page act on.
"""

from collections.abc import Iterable, Iterator
from html import escape

from assistant.records import Citation
from assistant.render import PURPOSE, badges, place, web_link
from ingest.records import Source

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


def cite_button(n: int, text: str = "") -> str:
    """A button that shows a citation of the answer it stands in; by default it reads as the number."""
    label = "" if text else f' aria-label="[{n}] Show quote {n} in its source"'
    return f'<button type="button" class="cite" data-citation="{n}"{label}>{text or f"[{n}]"}</button>'


def listed(name: str, heading: str, items: Iterable[str]) -> str:
    """A heading and a list of texts; empty without items."""
    rows = "".join(f'<li dir="auto">{escape(item)}</li>' for item in items)
    return f'<div class="{name}"><p>{heading}</p><ul>{rows}</ul></div>' if rows else ""


def badges_html(source: Source) -> str:
    """What a reader must know to judge the source, as a list."""
    items = "".join(f"<li>{escape(badge)}</li>" for badge in badges(source))
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


def place_html(citation: Citation) -> str:
    """Where in its source the quote stands."""
    return f'<span class="section-path" dir="auto">{escape(place(citation))}</span>'


def marked_quote(citation: Citation) -> str:
    """The quote with its answering words emphasised and its tabs visible."""
    return "".join(
        TAB if text == "\t" else f"<strong>{escape(text)}</strong>" if strong else escape(text)
        for text, strong in _runs(citation)
    )


def _runs(citation: Citation) -> Iterator[tuple[str, bool]]:
    """Stretches of the quote, each tab one of its own, and whether each is emphasised."""
    start, end = citation.highlight or (citation.start, citation.start)
    first, last = max(0, start - citation.start), max(0, end - citation.start)
    for text, strong in (
        (citation.quote[:first], False),
        (citation.quote[first:last], True),
        (citation.quote[last:], False),
    ):
        for number, part in enumerate(text.split("\t")):
            if number:
                yield "\t", False
            if part:
                yield part, strong
