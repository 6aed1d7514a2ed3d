"""Where two quotes speak on the same point: whether they agree, differ or cannot be compared.

Claims are compared literally: intervals that do not meet, classes that exclude one another. Quotes of
different sources are compared, and quotes of one source if each reports another study. A false alarm is
worse than a miss, so nothing is said of quotes whose claims do not meet in kind and subject.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from assistant.claims import Claim, claims
from assistant.figures import NOT_STATED
from assistant.procedures import procedures, subjects
from assistant.records import Citation, Comparison, Relation
from ingest.lexical import words

# Stems that two calls for action share at least: what is spoken of and what is done. Source: chosen so that
# no two sentences of the corpus on different things share them.
_SHARED_STEMS = 2
# Claims of these kinds that differ in their procedure are not worth a word.
_SAME_PROCEDURE_ONLY = ("duration", "necessity", "way")
# Comparisons shown. Source: what fits a glance; not measured.
_SHOWN = 4
_SHOWN_FIRST = ("differ", "not comparable", "agree")
# Of several claims of two quotes the pair that speaks of the same procedure tells more.
_TELLS_MORE = ("differ", "agree", "not comparable")
_POINTS = {
    "rate": "the rate of {}",
    "route": "where {} most often goes",
    "level": "at which level {} is most often seen",
    "course": "whether {} gives symptoms",
    "duration": "how long {} takes",
    "frequency": "how common {} is",
    "way": "{}",
}


def compare(citations: Sequence[Citation]) -> tuple[Comparison, ...]:
    """Pairs of the citations that speak on the same point; those that differ first.

    Args:
        citations: of one answer, in order.
    """
    claimed = {citation.n: (*claims(citation.quote), *claims(citation.lead_in)) for citation in citations}
    found: list[Comparison] = []
    for one, other in combinations(citations, 2):
        if not _independent(one, other):
            continue
        pairs = [
            _compared(one, first, other, second)
            for first in claimed[one.n]
            for second in claimed[other.n]
            if _same_point(first, second)
        ]
        best = min(filter(None, pairs), key=lambda pair: _TELLS_MORE.index(pair.relation), default=None)
        if best:
            found.append(best)
    return tuple(sorted(found, key=lambda pair: _SHOWN_FIRST.index(pair.relation))[:_SHOWN])


def _independent(one: Citation, other: Citation) -> bool:
    if one.source.id != other.source.id:
        return True
    first, second = (frozenset(entry.number for entry in citation.cited_as) for citation in (one, other))
    return bool(first and second and not first & second)


def _same_point(first: Claim, second: Claim) -> bool:
    if first.kind != second.kind:
        return False
    shared = first.subject & second.subject
    if first.kind == "necessity":
        return len(shared) >= _SHARED_STEMS
    if first.kind == "effect":
        return first.subject == second.subject
    return bool(shared)


def _compared(one: Citation, first: Claim, other: Citation, second: Claim) -> Comparison | None:
    """How two claims on the same point relate; None if it does not matter that they are not the same."""
    agree = _agree(first, second)
    said = f"[{one.n}] {first.words}; [{other.n}] {second.words}."
    obstacle = "" if agree else _obstacle(one, first, other, second)
    if obstacle and first.kind in _SAME_PROCEDURE_ONLY:
        return None
    relation: Relation = "agree" if agree else "not comparable" if obstacle else "differ"
    return Comparison(
        point=_point(first, second),
        citations=(one.n, other.n),
        relation=relation,
        reason=f"{said} {obstacle}".strip(),
    )


def _agree(first: Claim, second: Claim) -> bool:
    if first.interval and second.interval:
        return first.interval[0] <= second.interval[1] and second.interval[0] <= first.interval[1]
    if first.kind == "way":
        return first.value == second.value
    return bool(first.value & second.value)


def _obstacle(one: Citation, first: Claim, other: Citation, second: Claim) -> str:
    """Why two claims that are not the same need not contradict one another; empty if nothing does."""
    here, there = _procedures(one, first), _procedures(other, second)
    if here and there and not here & there:
        return f"They speak of different procedures: {_listed(here)} and {_listed(there)}."
    shares = [
        {figure.share_of for figure in citation.figures if figure.share_of not in ("", NOT_STATED)}
        for citation in (one, other)
    ]
    if first.kind == "rate" and all(shares) and not shares[0] & shares[1]:
        return f"They count different things: {_listed(shares[0])} and {_listed(shares[1])}."
    return ""


def _procedures(citation: Citation, claim: Claim) -> frozenset[str]:
    """What the claim speaks of: as its clause says, else its sentence, else what the source is about.

    How a factor acts is not taken to depend on the source's subject.
    """
    named = claim.procedures or procedures(citation.quote)
    return named if named or claim.kind == "effect" else subjects(citation.source)


def _point(first: Claim, second: Claim) -> str:
    shared = sorted(first.subject & second.subject)
    if first.kind == "necessity":
        meant = [word for word in first.words.split() if set(words([word])[0]) & set(shared)]
        return f"whether {' '.join(meant)} is needed"
    if first.kind == "effect":
        return f"how {' and '.join(shared)} are linked"
    return _POINTS[first.kind].format(shared[0])


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))
