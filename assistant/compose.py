"""Evidence to quotes: which sentences are shown, in what order."""

import re
from collections.abc import Sequence

from assistant.records import MAX_QUOTES, Evidence
from ingest.index import Index
from ingest.lexical import words

# Two sentences that share this much of their words say the same. Source: on the corpus, sentences that are
# repeated with small changes (abstract and text, discussion and conclusion) share more, different findings
# less.
_SAME_WORDS = 0.7
# A source that was not peer-reviewed comes before one that was only if its support is greater by this factor.
# Source: eval/LOG.md.
REVIEWED_FIRST = 0.6
# How much more of the best support a second sentence of a source needs than its first. Source: eval/LOG.md.
_AGAIN = 1.6
_FOR_PATIENTS = re.compile(
    r"\b(?:patient (?:information|leaflet|hand-?out|page)|leaflet|hand-?out"
    r"|(?:told|tell|explain|inform)(?: it)?(?: to)? (?:the |my |a )?patients?"
    r"|in plain (?:words|language)|for (?:a )?lay(?:man|person|people)?)\b",
    re.IGNORECASE,
)


def select(
    index: Index,
    evidence: Sequence[Evidence],
    quoted: float,
    *,
    most: int = MAX_QUOTES,
    for_patients: bool = False,
) -> tuple[Evidence, ...]:
    """The sentences to quote, grouped by source, best first in each.

    The best of each source that answers, with a support of at least `quoted` times the best's, comes in
    before any source gets a second. Others follow if they have clearly more and say something else. Sources
    stand in the order of their best sentences; a peer-reviewed one comes before one that is not, unless
    that has clearly more support.

    Args:
        index: the open index.
        evidence: sentences, best first.
        quoted: share of the best support, in (0, 1].
        most: how many sentences at most, at least 1.
        for_patients: whether information for patients is asked for, which peer review says nothing of.
    """
    if not evidence:
        return ()
    enough = [item for item in evidence if item.support >= quoted * evidence[0].support]
    distinct: list[Evidence] = []
    for item in enough:
        if not any(same(index, item, other) for other in distinct):
            distinct.append(item)
    firsts = list({item.passage.source_id: item for item in reversed(distinct)}.values())
    again = min(1.0, _AGAIN * quoted) * evidence[0].support
    rest = [item for item in distinct if item not in firsts and item.support >= again]
    chosen = sorted(firsts, key=lambda item: -item.support)[:most]
    chosen += rest[: most - len(chosen)]
    lead = {item.passage.source_id: _lead(index, item, for_patients) for item in firsts}
    return tuple(sorted(chosen, key=lambda item: (-lead[item.passage.source_id], distinct.index(item))))


def asks_for_patients(question: str) -> bool:
    """Whether the question asks for what patients are told."""
    return bool(_FOR_PATIENTS.search(question))


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


def _lead(index: Index, best: Evidence, for_patients: bool) -> float:
    """What a source's best sentence counts when the sources are put in order."""
    reviewed = index.documents[best.passage.source_id].source.peer_reviewed
    return best.support if reviewed or for_patients else best.support * REVIEWED_FIRST
