"""What the widget shows of an answer beside its fields: the names that `assistant.render` makes of them."""

from collections.abc import Iterable
from typing import Any

from assistant.records import Answer
from assistant.render import address, badges, cautions, names_of, place, vancouver, web_link
from assistant.render_source import surroundings
from ingest.records import Document, Source, Span

# Sources that are named as searched. Source: as on the chat page.
_NAMED = 12


def shown(answer: Answer, sources: Iterable[Source]) -> dict[str, Any]:
    """Names of the answer's sources and places, as values of JSON.

    Args:
        answer: the answer.
        sources: records of the corpus, to name the sources that were searched.

    Returns:
        `sources` by id: label, badges, those of them that are cautions, link, reference and address;
        `places` in the order of the citations; `searched`: short names of the sources that were
        searched, and `more`, how many are not named.
    """
    named = [*(citation.source for citation in answer.citations), *(near.source for near in answer.nearest)]
    return {
        "sources": {source.id: _source(source) for source in named},
        "places": [place(citation) for citation in answer.citations],
        "searched": list(names_of(answer.sources_searched[:_NAMED], answer, sources)),
        "more": max(0, len(answer.sources_searched) - _NAMED),
    }


def context(document: Document, span: Span) -> dict[str, str]:
    """A quote and the text around it, word for word: before, quote, after.

    Raises:
        ValueError: the span is not inside the document's text.
    """
    start, end = span
    if not 0 <= start < end <= len(document.text):
        raise ValueError(f"The span {start}-{end} is not inside the text (0 to {len(document.text)}).")
    first, last = surroundings(document, span)
    return {
        "before": document.text[first:start],
        "quote": document.text[start:end],
        "after": document.text[end:last],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "label": source.label,
        "badges": list(badges(source)),
        "cautions": list(cautions(source)),
        "link": web_link(source),
        "reference": vancouver(source),
        "address": address(source),
    }
