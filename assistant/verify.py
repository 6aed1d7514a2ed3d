"""Is a quote in the sources, character by character, and if not, what exactly differs?

A similar place is looked for only to say what differs there. It never makes a quote exact.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from ingest.records import Document, Span

# What is compared: words, single signs and stretches of white space.
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
# Similarity, in [0, 100], from which a place is shown as the one that the quote may be taken from. Source:
# measured on the corpus; its sentences reach 74 at most in the other documents (median 53), and 87 in their
# own (median) when a fifth of their words is replaced.
_SIMILAR = 75.0
# A long quote is located by pieces of this many characters: the search takes time with the square of them.
_PIECE = 256
# The ends of a located place may be moved by as many tokens as this to where least differs.
_MOVED = 8
# Places that a short quote stands at are listed up to this many.
_MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a source's text: 0-based character offsets, end exclusive."""

    source_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of a quote and what its source says instead.

    Attributes:
        offset: where in the quote the words begin, from 0.
        quoted: the words of the quote; empty if it leaves some out.
        source: the words of the source there; empty if the quote adds some.
        start: where the source's words begin in its text.
    """

    offset: int
    quoted: str
    source: str
    start: int


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What was found of a quote.

    Attributes:
        exact: whether it stands in the source word for word, at the place that was named if one was.
        reason: what was found, in a sentence.
        quote: as it was given.
        place: where it stands, or the most similar place; None if there is none.
        file_sha256: hash of the source's file; empty without a place.
        elsewhere: other places where it stands word for word, at most 20 in each source.
        differences: from the words at the place, in order; none if it is exact.
    """

    exact: bool
    reason: str
    quote: str
    place: Place | None
    file_sha256: str
    elsewhere: tuple[Place, ...]
    differences: tuple[Difference, ...]


def check_quote(
    quote: str,
    documents: Mapping[str, Document],
    source_id: str | None = None,
    span: Span | None = None,
) -> QuoteCheck:
    """Whether a quote is exact, and if not, what differs.

    Args:
        quote: the words; at least one is no white space.
        documents: the corpus by source id.
        source_id: the source it is said to be from; None for any.
        span: where in that source it is said to stand; None for anywhere.
    """
    if source_id is not None and source_id not in documents:
        return _not_found(
            quote, f"There is no source {source_id!r}. The sources are: {', '.join(documents)}."
        )
    named = documents if source_id is None else {source_id: documents[source_id]}
    places = [place for document in named.values() for place in _places(quote, document)]
    if source_id is not None and span is not None:
        return _check_place(quote, documents[source_id], span, places)
    if places:
        first, rest = places[0], tuple(places[1:])
        reason = "The quote stands in the source, word for word."
        return QuoteCheck(True, reason, quote, first, _hash(documents, first), rest, ())
    located = _located(quote, named.values())
    if located is None:
        return _not_found(quote, "The quote is not in the sources, nor is anything similar.")
    reason = "The quote is not in the sources. The most similar place says something else."
    return _differing(quote, documents[located.source_id], located, reason, ())


def _check_place(quote: str, document: Document, span: Span, places: Sequence[Place]) -> QuoteCheck:
    """The check of a quote that is said to stand at one place, given where it stands in its source."""
    named = Place(document.source.id, *span)
    elsewhere = tuple(place for place in places if place != named)
    if not 0 <= span[0] < span[1] <= len(document.text):
        reason = f"There is no such place: the source's text ends at {len(document.text)}."
        return QuoteCheck(False, reason, quote, None, "", elsewhere, ())
    if document.text[slice(*span)] == quote:
        reason = "The quote is what stands there, word for word."
        return QuoteCheck(True, reason, quote, named, document.source.sha256, elsewhere, ())
    reason = (
        "The quote stands in this source, but not there." if elsewhere else "Something else stands there."
    )
    return _differing(quote, document, named, reason, elsewhere)


def _places(quote: str, document: Document) -> list[Place]:
    """Where the document says exactly the words, up to a number of places."""
    found: list[Place] = []
    start = document.text.find(quote)
    while start >= 0 and len(found) < _MOST_PLACES:
        found.append(Place(document.source.id, start, start + len(quote)))
        start = document.text.find(quote, start + 1)
    return found


def _not_found(quote: str, reason: str) -> QuoteCheck:
    return QuoteCheck(False, reason, quote, None, "", (), ())


def _hash(documents: Mapping[str, Document], place: Place) -> str:
    return documents[place.source_id].source.sha256


def _differing(
    quote: str, document: Document, place: Place, reason: str, elsewhere: tuple[Place, ...]
) -> QuoteCheck:
    found = differences(quote, document.text[place.start : place.end], place.start)
    return QuoteCheck(False, reason, quote, place, document.source.sha256, elsewhere, found)


def differences(quote: str, source: str, start: int) -> tuple[Difference, ...]:
    """What a quote says otherwise than its source, in whole words, in order.

    Args:
        quote: the quote.
        source: the words of the source that it is compared with.
        start: where they begin in the source's text.
    """
    said, there = _tokens(quote), _tokens(source)
    runs: list[
        list[int]
    ] = []  # of differing tokens: first and last in the quote, first and last in the source
    for step in Levenshtein.opcodes([token for token, _ in said], [token for token, _ in there]):
        if step.tag == "equal":
            continue
        between = quote[slice(*_stretch(said, runs[-1][1], step.src_start, len(quote)))] if runs else "-"
        if between.strip():
            runs.append([step.src_start, step.src_end, step.dest_start, step.dest_end])
        else:  # only white space stands between two differences: they are one
            runs[-1][1], runs[-1][3] = step.src_end, step.dest_end
    found = []
    for said_from, said_to, there_from, there_to in runs:
        offset, end = _stretch(said, said_from, said_to, len(quote))
        first, last = _stretch(there, there_from, there_to, len(source))
        found.append(Difference(offset, quote[offset:end], source[first:last], start + first))
    return tuple(found)


def _tokens(text: str) -> list[tuple[str, int]]:
    """The tokens of a text, each with its offset."""
    return [(match.group(), match.start()) for match in _TOKEN.finditer(text)]


def _stretch(tokens: Sequence[tuple[str, int]], first: int, last: int, length: int) -> Span:
    """The characters of tokens `first` to `last` (exclusive) of a text of `length` characters."""
    starts = [*(offset for _, offset in tokens), length]
    return starts[first], starts[last]


def _located(quote: str, documents: Collection[Document]) -> Place | None:
    """The place that is most similar to the quote; None if none is similar."""
    best: tuple[float, Document, int] | None = None
    middle, last = max(0, (len(quote) - _PIECE) // 2), max(0, len(quote) - _PIECE)
    for offset in dict.fromkeys((0, middle, last)):
        for document in documents:
            found = fuzz.partial_ratio_alignment(
                quote[offset : offset + _PIECE], document.text, score_cutoff=_SIMILAR
            )
            if found is not None and (best is None or found.score > best[0]):
                best = (found.score, document, found.dest_start - offset)
    if best is None:
        return None
    _, document, start = best
    return _fitted(quote, document, max(0, start), min(len(document.text), start + len(quote)))


def _fitted(quote: str, document: Document, start: int, end: int) -> Place:
    """A rough place with both ends moved, by a few tokens, to where least differs from the quote."""
    tokens = _tokens(document.text)
    starts = [offset for _, offset in tokens]
    words = [token for token, _ in tokens]
    said = [token for token, _ in _tokens(quote)]
    first = sum(offset < start for offset in starts)
    last = sum(offset < end for offset in starts)
    choices = [
        (Levenshtein.distance(said, words[a:b]), a, b)
        for a in range(max(0, first - _MOVED), min(len(words), first + _MOVED + 1))
        for b in range(max(a + 1, last - _MOVED), min(len(words), last + _MOVED) + 1)
    ]
    _, a, b = min(choices)
    return Place(document.source.id, *_stretch(tokens, a, b, len(document.text)))
