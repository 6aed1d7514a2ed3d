"""A quote in its source as HTML: the panel beside the chat.

The text content of the mark is the quote, character by character.
"""

from html import escape
from urllib.parse import urlencode

from assistant.records import Citation
from assistant.render import address, place, web_link
from assistant.render_parts import (
    badges_html,
    cite_button,
    document_path,
    linked,
    marked_quote,
    place_html,
    title_html,
    with_tabs,
)
from ingest.records import Document, Span

# Characters of the section shown on each side of a quote, at least one block. Source: what fits the panel.
_CONTEXT_CHARACTERS = 1200
_NOT_EXACT = "This place cannot be shown exactly, so it is not shown. Ask the question again."


def render_source_html(document: Document, citation: Citation, quotes: int) -> str:
    """A quote in its context: the text of its section around it, and what its source is.

    Args:
        document: the document that the citation is from.
        citation: the citation.
        quotes: how many quotes its answer has; those before and after it are offered.
    """
    source = citation.source
    basis = f'<p class="muted">Peer review: {escape(source.peer_review_basis)}</p>'
    receipt = citation.receipt
    return (
        f'<section class="in-source" aria-label="Quote {citation.n} in its source">'
        + '<button type="button" class="close" data-close="">Close</button>'
        + f'<h2 tabindex="-1" dir="auto">[{citation.n}] {escape(source.label)}</h2>'
        + badges_html(source)
        + title_html(source)
        + basis * bool(source.peer_review_basis)
        + _place(citation)
        + _pages(document, citation)
        + _context(document, citation)
        + _neighbours(citation.n, quotes)
        + _links(citation)
        + f'<p class="receipt muted">Receipt: {escape(receipt.source_id)}, characters {receipt.start} to '
        + f"{receipt.end}, file SHA-256 {escape(receipt.file_sha256[:16])}…</p>"
        + "</section>"
    )


def render_no_place_html(message: str = _NOT_EXACT) -> str:
    """What the panel says of a place that cannot be shown exactly."""
    return (
        '<section class="in-source"><button type="button" class="close" data-close="">Close</button>'
        f'<h2 tabindex="-1">Not shown</h2><p class="problem">{escape(message)}</p></section>'
    )


def _pages(document: Document, citation: Citation) -> str:
    """The pages of the original that the quote stands on, as pictures with boxes over its words.

    `data-top` says how far down the page the first box is, in [0, 1]: the picture is scrolled there.
    """
    heights = {page.number: page.height for page in document.pages}
    span = {"source": citation.source.id, "span": f"{citation.start}-{citation.end}"}
    tops: dict[int, float] = {}
    for page, _, top, _, _ in citation.boxes:
        tops[page] = min(tops.get(page, 1.0), top / heights[page])
    return "".join(_page(page, top, urlencode(span | {"page": page})) for page, top in tops.items())


def _page(number: int, top: float, query: str) -> str:
    name = f"Page {number} of the original"
    return (
        '<figure class="page-image">'
        f'<div tabindex="0" role="region" aria-label="{name}" data-top="{top:.3f}">'
        f'<img src="/page/image?{escape(query)}" alt="{name}, the quote marked"></div>'
        f"<figcaption>{name}</figcaption></figure>"
    )


def _context(document: Document, citation: Citation) -> str:
    start, end = surroundings(document, (citation.start, citation.end))
    return (
        '<div class="context" dir="auto">'
        + with_tabs(document.text[start : citation.start])
        + f"<mark>{marked_quote(citation)}</mark>"
        + with_tabs(document.text[citation.end : end])
        + "</div>"
    )


def surroundings(document: Document, span: Span) -> Span:
    """The span with the blocks around it: of its section, and in or out of the content as it is."""
    blocks = document.blocks
    inside = [i for i, block in enumerate(blocks) if block.start < span[1] and block.end > span[0]]
    if not inside:
        return span

    def belongs(i: int) -> bool:
        own, other = blocks[inside[0]], blocks[i]
        return (other.section, other.left_out, other.kind == "heading") == (own.section, own.left_out, False)

    first, last = inside[0], inside[-1]
    while first > 0 and belongs(first - 1) and span[0] - blocks[first].start < _CONTEXT_CHARACTERS:
        first -= 1
    while last + 1 < len(blocks) and belongs(last + 1) and blocks[last].end - span[1] < _CONTEXT_CHARACTERS:
        last += 1
    return min(span[0], blocks[first].start), max(span[1], blocks[last].end)


def _neighbours(n: int, quotes: int) -> str:
    buttons = [
        cite_button(other, text)
        for text, other in (("← Previous quote", n - 1), ("Next quote →", n + 1))
        if 1 <= other <= quotes
    ]
    return f'<p class="neighbours">{"".join(buttons)}</p>' if buttons else ""


def _links(citation: Citation) -> str:
    source = citation.source
    here = document_path(source.id, (citation.start, citation.end))
    original = linked(source, f"Original: {address(source)}") if web_link(source) else ""
    return f'<p class="links"><a href="{escape(here)}">Whole text</a>{original}</p>'


def _place(citation: Citation) -> str:
    return f'<p class="where">{place_html(citation)}</p>' if place(citation) else ""
