"""Searches to what is shown: an answer's quotes, those that they are compared with, and the nearest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.cite import citation
from assistant.compare import comparable, compare
from assistant.compose import asks_for_patients, select
from assistant.evidence import Calibration
from assistant.premise import contradiction
from assistant.question import searched_text
from assistant.records import MAX_QUOTES, Citation, Comparison, Evidence, Hit, Nearest, Options
from assistant.search import Search
from ingest.index import Index

# Passages shown with a refusal. Source: what fits a glance; not measured.
_NEAREST = 3

# Reads passages that were found and not read yet: their sentences, weighed for the search's question.
ReadMore = Callable[[Search, Sequence[Hit]], Sequence[Evidence]]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What may be set beside a quote: a sentence, or a list's lead-in, of a passage that was found.

    Attributes:
        evidence: the sentence; its support is 0 until its passage is read.
        unread: where it was found, if its passage was not read.
    """

    evidence: Evidence
    unread: tuple[Search, Hit] | None


def quotes(
    index: Index,
    searches: Sequence[Search],
    calibration: Calibration,
    options: Options,
    read_more: ReadMore,
) -> tuple[tuple[Citation, ...], tuple[Comparison, ...]]:
    """The quotes of an answer, numbered, by source, and which of them agree or differ.

    A quote is set beside another passage that speaks on the same point, though that one would not be quoted
    for itself; it is then quoted too, and so is what contradicts a question that speaks of every case.

    Args:
        index: the open index.
        searches: for each part of the question that is answered.
        calibration: says how much support a quote needs.
        options: what the asker narrows; who asks for fewer quotes gets none for a comparison.
        read_more: reads a passage that is quoted after all.
    """
    chosen = list[Evidence]()
    for search in searches:
        best = select(
            index,
            search.evidence,
            calibration.quoted,
            most=options.quotes,
            for_patients=asks_for_patients(search.question),
        )
        chosen += [item for item in best if _place(item) not in map(_place, chosen)]
    shown = _citations(index, chosen)
    asked = " ".join(searched_text(search.question, search.added) for search in searches)
    compared = options.quotes >= MAX_QUOTES and comparable(shown, asked)
    beside = _beside(index, searches, chosen) if compared else []
    others = _citations(index, [item.evidence for item in beside], len(chosen))
    pairs = compare(shown, others, asked)
    beyond = {item.n for pair in pairs for item in pair.quotes}
    if not any(contradiction(asked, item) for item in shown):
        beyond |= {item.n for item in [one for one in others if contradiction(asked, one)][:1]}
    needed = sorted(n - 1 - len(chosen) for n in beyond if n > len(chosen))
    added = [_weighed(beside[place], read_more) for place in needed]
    order = [*range(len(chosen)), *(len(chosen) + place for place in needed)]
    evidence = [*chosen, *added]
    sources = list(dict.fromkeys(item.passage.source_id for item in evidence))
    by_source = sorted(range(len(evidence)), key=lambda i: sources.index(evidence[i].passage.source_id))
    number = {order[i] + 1: n for n, i in enumerate(by_source, 1)}
    return (
        _citations(index, [evidence[i] for i in by_source]),
        tuple(pair.numbered(*(number[item.n] for item in pair.quotes)) for pair in pairs),
    )


def nearest(index: Index, searches: Sequence[Search]) -> tuple[Nearest, ...]:
    """The sentences that come nearest, from different passages; not an answer."""
    found: dict[str, Evidence] = {}
    for search in searches:
        for item in search.evidence:
            found.setdefault(item.passage.id, item)
    result = []
    for item in sorted(found.values(), key=lambda item: -item.support)[:_NEAREST]:
        start, end = item.sentence
        document = index.documents[item.passage.source_id]
        result.append(Nearest(document.source, item.passage.section, document.text[start:end], start, end))
    return tuple(result)


def _beside(index: Index, searches: Sequence[Search], chosen: Sequence[Evidence]) -> list[_Beside]:
    """All sentences that were found and are not quoted, and the lead-ins of lists, which claim things too."""
    found: dict[tuple[str, int, int], _Beside] = {}
    for search in searches:
        for item in _found(search):
            for one in (item, *_lead_in(index, item)):
                found.setdefault(_place(one.evidence), one)
    known = {_place(item) for item in chosen}
    return [item for place, item in found.items() if place not in known]


def _found(search: Search) -> Iterator[_Beside]:
    for item in search.evidence:
        yield _Beside(item, None)
    for hit in search.unread:
        for sentence, lead_in in zip(hit.passage.sentences, hit.passage.lead_ins, strict=True):
            yield _Beside(Evidence(hit.passage, sentence, lead_in, None, 0.0), (search, hit))


def _lead_in(index: Index, item: _Beside) -> Iterable[_Beside]:
    lead_in = item.evidence.lead_in
    text = index.documents[item.evidence.passage.source_id].text
    if lead_in is not None and text[slice(*lead_in)].rstrip().endswith(":"):
        yield replace(item, evidence=replace(item.evidence, sentence=lead_in, lead_in=None, highlight=None))


def _weighed(item: _Beside, read_more: ReadMore) -> Evidence:
    """The sentence with its support; a lead-in has that of the best item that it introduces."""
    if item.unread is None:
        return item.evidence
    read = read_more(item.unread[0], [item.unread[1]])
    support = max(one.support for one in read if item.evidence.sentence in (one.sentence, one.lead_in))
    return replace(item.evidence, support=support)


def _place(item: Evidence) -> tuple[str, int, int]:
    return (item.passage.source_id, *item.sentence)


def _citations(index: Index, evidence: Sequence[Evidence], before: int = 0) -> tuple[Citation, ...]:
    return tuple(
        citation(
            n,
            index.documents[item.passage.source_id],
            item.sentence,
            lead_in=item.lead_in,
            highlight=item.highlight,
            support=round(item.support, 4),
        )
        for n, item in enumerate(evidence, before + 1)
    )
