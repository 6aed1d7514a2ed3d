"""A quote in its source as HTML: the panel beside the chat.

The text content of the mark is the quote, character by character.
"""

from html import escape

from assistant.records import Answer, Citation
from assistant.render import place
from assistant.render_parts import TAB, badges_html, cite_button, marked_quote, place_html, title_html
from ingest.records import Document, Span

# Characters of the section shown on each side of a quote, at least one block. Source: what fits the panel.
_CONTEXT_CHARACTERS = 1200


def render_source_html(answer: Answer, document: Document, citation: Citation) -> str:
    """A quote in its context: the text of its section around it, and what its source is.

    Args:
        answer: holds the citation; its other quotes are offered as previous and next.
        document: the document that the citation is from.
        citation: the citation.
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
        + _context(document, citation)
        + _neighbours(answer, citation)
        + f'<p class="receipt muted">Receipt: {escape(receipt.source_id)}, characters {receipt.start} to '
        + f"{receipt.end}, file SHA-256 {escape(receipt.file_sha256[:16])}…</p>"
        + "</section>"
    )


def _context(document: Document, citation: Citation) -> str:
    start, end = surroundings(document, (citation.start, citation.end))
    return (
        '<div class="context" dir="auto">'
        + _with_tabs(document.text[start : citation.start])
        + f"<mark>{marked_quote(citation)}</mark>"
        + _with_tabs(document.text[citation.end : end])
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


def _with_tabs(text: str) -> str:
    return TAB.join(escape(part) for part in text.split("\t"))


def _neighbours(answer: Answer, citation: Citation) -> str:
    numbers = [item.n for item in answer.citations]
    here = numbers.index(citation.n)
    buttons = [
        cite_button(answer, n, text)
        for text, n in (
            *(("← Previous quote", n) for n in numbers[:here][-1:]),
            *(("Next quote →", n) for n in numbers[here + 1 :][:1]),
        )
    ]
    return f'<p class="neighbours">{"".join(buttons)}</p>' if buttons else ""


def _place(citation: Citation) -> str:
    return f'<p class="where">{place_html(citation)}</p>' if place(citation) else ""
