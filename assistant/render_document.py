"""Whole pages beside the chat as HTML: the frame that they share, and a document as it was read.

Everything from a document or a user is escaped.
"""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from assistant.render import vancouver
from assistant.render_parts import badges_html, purpose_html, title_html, with_tabs
from ingest.records import Block, Document, Span


def render_page_html(title: str, content: str, script: str = "") -> str:
    """A page with the links that every page has.

    Args:
        title: of the page; becomes its first heading.
        content: HTML of its main part.
        script: name of a file in static/ that the page runs; empty for none.
    """
    run = f'<script type="module" src="/page/static/{escape(script)}"></script>' if script else ""
    return (
        '<!DOCTYPE html><html lang="en" class="plain"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Kyphoplasty assistant</title>"
        '<link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="/page/static/tokens.css">'
        '<link rel="stylesheet" href="/page/static/dark.css" media="screen and (prefers-color-scheme: dark)">'
        '<link rel="stylesheet" href="/page/static/plain.css">'
        f"{run}</head><body>"
        '<header><nav aria-label="Pages"><a href="/">Chat</a> <a href="/library">Library</a> '
        '<a href="/about">About</a></nav>'
        f"{purpose_html()}</header>"
        f'<main><h1 dir="auto">{escape(title)}</h1>{content}</main></body></html>\n'
    )


def render_document_html(document: Document, span: Span | None = None) -> str:
    """A document block by block, what is left out folded away with the reason.

    Args:
        document: the document.
        span: a quote to mark in it, or None.
    """
    source = document.source
    blocks = "".join(
        _left_out(document, list(run), reason, span) if reason else _content(document, run, span)
        for reason, run in groupby(document.blocks, key=lambda block: block.left_out)
    )
    return render_page_html(
        source.label,
        badges_html(source)
        + title_html(source)
        + f'<p class="muted" dir="auto">{escape(vancouver(source))}</p>'
        + f'<div class="document">{blocks}</div>',
    )


def _left_out(document: Document, blocks: Sequence[Block], reason: str, span: Span | None) -> str:
    marked = span is not None and any(_overlap(block, span) for block in blocks)
    lines = "1 line" if len(blocks) == 1 else f"{len(blocks)} lines"
    return (
        f'<details class="left-out"{" open" * marked}><summary>Left out: {escape(reason)} ({lines})</summary>'
        f"{_content(document, blocks, span)}</details>"
    )


def _content(document: Document, blocks: Iterable[Block], span: Span | None) -> str:
    return "".join(_block(document, block, span) for block in blocks)


def _block(document: Document, block: Block, span: Span | None) -> str:
    tag = "h2" if block.kind == "heading" and not block.left_out else "p"
    return f'<{tag} class="{block.kind}" dir="auto">{_marked(document, block, span)}</{tag}>'


def _overlap(block: Block, span: Span) -> bool:
    return block.start < span[1] and block.end > span[0]


def _marked(document: Document, block: Block, span: Span | None) -> str:
    """The block's text, with the part of it that the span covers marked."""
    if span is None or not _overlap(block, span):
        return with_tabs(document.text[block.start : block.end])
    start, end = max(block.start, span[0]), min(block.end, span[1])
    anchor = ' id="quote"' * (block.start <= span[0])
    return (
        with_tabs(document.text[block.start : start])
        + f"<mark{anchor}>{with_tabs(document.text[start:end])}</mark>"
        + with_tabs(document.text[end : block.end])
    )
