"""Evidence to quotes: which sentences are shown, in what order."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.records import MAX_QUOTES, Evidence
from ingest.index import Index
from ingest.lexical import words

# Two sentences that share this much of their words say the same. Source: on the corpus, sentences that are
# repeated with small changes (abstract and text, discussion and conclusion) share more, different findings
# less.
_SAME_WORDS = 0.7


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes of an answer, grouped by source: the source of the best first, best first in each."""

    evidence: tuple[Evidence, ...]


def select(index: Index, evidence: Sequence[Evidence], quoted: float, most: int = MAX_QUOTES) -> Selection:
    """The sentences to quote.

    The best comes first. Others follow if their support is at least `quoted` times the best's and they
    say something else. Each source that answers gets its best sentence in before any gets a second.

    Args:
        index: the open index.
        evidence: sentences, best first.
        quoted: share of the best support, in (0, 1].
        most: how many sentences at most, at least 1.
    """
    if not evidence:
        return Selection(())
    enough = [item for item in evidence if item.support >= quoted * evidence[0].support]
    distinct: list[Evidence] = []
    for item in enough:
        if not any(same(index, item, other) for other in distinct):
            distinct.append(item)
    firsts = list({item.passage.source_id: item for item in reversed(distinct)}.values())
    rest = [item for item in distinct if item not in firsts]
    chosen = sorted(firsts, key=lambda item: -item.support)[:most]
    chosen += rest[: most - len(chosen)]
    chosen.sort(key=distinct.index)
    order = list(dict.fromkeys(item.passage.source_id for item in chosen))
    return Selection(
        tuple(sorted(chosen, key=lambda item: (order.index(item.passage.source_id), distinct.index(item))))
    )


def same(index: Index, one: Evidence, other: Evidence) -> bool:
    """Whether two sentences of one source say the same in nearly the same words.

    Sentences of different sources are never merged: that two sources say it is itself worth showing.
    """
    if one.passage.source_id != other.passage.source_id:
        return False
    text = index.documents[one.passage.source_id].text
    first, second = (
        set(found) for found in words([text[slice(*one.sentence)], text[slice(*other.sentence)]])
    )
    return len(first & second) >= _SAME_WORDS * max(1, min(len(first), len(second)))
