"""Where two quotes speak on the same point: whether they agree, differ or cannot be compared.

Claims are compared literally: intervals that do not meet, classes that exclude one another. Quotes of
different sources are compared, and quotes of one source if each reports another study. A false alarm is
worse than a miss, so nothing is said of quotes whose claims do not meet in kind and subject.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Literal

from assistant.claim_words import Claim, table
from assistant.claims import claims
from assistant.figures import NOT_STATED
from assistant.procedures import procedures, subjects
from assistant.records import Citation, Comparison, Relation
from ingest.lexical import words

# Stems that two calls for action share at least: what is spoken of and what is done. Source: chosen so that
# no two sentences of the corpus on different things share them.
_SHARED_STEMS = 2
# Claims of these kinds that differ in their procedure are not worth a word.
_SAME_PROCEDURE_ONLY = ("duration", "necessity", "way")
# How a factor acts is not taken to depend on the procedure.
_OF_ANY_PROCEDURE = ("effect", "cause")
# Comparisons shown. Source: what fits a glance; not measured.
_SHOWN = 4
_SHOWN_FIRST = ("differ", "not comparable", "agree")
# Of several claims of two quotes the pair that speaks of the same procedure tells more.
_TELLS_MORE = ("differ", "agree", "not comparable")
_PROCEDURES = "They speak of different procedures"
_THE_PATIENT = re.compile(r"\b(?:the|our|his|her) (?:patient|case)|\b(?:he|she)\b", re.IGNORECASE)
_POINTS = {
    "rate": "the rate of {}",
    "route": "where {} most often goes",
    "level": "at which level {} is most often seen",
    "course": "whether {} gives symptoms",
    "duration": "how long {} takes",
    "frequency": "how common {} is",
    "way": "{}",
    "safety": "whether the procedure is safe",
    "cause": "what leads to {}",
    "comparator": "{}, less or more than with what",
}


def compare(citations: Sequence[Citation]) -> tuple[Comparison, ...]:
    """Pairs of the citations that speak on the same point; those that differ first.

    Of pairs on the same point and of the same two sources only that with the most support is shown.

    Args:
        citations: of one answer, in order.
    """
    return tuple(comparison for comparison, _, _ in _shown(citations))


def counterparts(shown: Sequence[Citation], others: Sequence[Citation]) -> tuple[Citation, ...]:
    """Those of the others that have to be shown for the comparisons to be seen.

    Args:
        shown: the quotes of an answer.
        others: what has support and is not shown; numbered on from those shown.
    """
    needed = {item.n for _, one, other in _shown((*shown, *others)) for item in (one, other)}
    return tuple(item for item in others if item.n in needed)


def _shown(citations: Sequence[Citation]) -> list[tuple[Comparison, Citation, Citation]]:
    best: dict[tuple[str, ...], tuple[Comparison, Citation, Citation]] = {}
    for one, other in combinations(citations, 2):
        found = _of_pair(one, other)
        if found is None:
            continue
        key = (found.point, found.relation, *sorted((one.source.id, other.source.id)))
        if key not in best or _support(one, other) > _support(*best[key][1:]):
            best[key] = (found, one, other)
    ranked = sorted(
        best.values(), key=lambda item: (_SHOWN_FIRST.index(item[0].relation), -_support(item[1], item[2]))
    )
    return ranked[:_SHOWN]


def _support(one: Citation, other: Citation) -> float:
    return min(one.support, other.support)


def _of_pair(one: Citation, other: Citation) -> Comparison | None:
    if not _independent(one, other):
        return None
    pairs = (
        _compared(one, first, other, second)
        for first in _claims_of(one)
        for second in _claims_of(other)
        if _same_point(first, second)
    )
    return min(filter(None, pairs), key=lambda pair: _TELLS_MORE.index(pair.relation), default=None)


def _claims_of(citation: Citation) -> Iterator[Claim]:
    """The claims of a quote; of a list's item those that it makes together with the list's lead-in."""
    lead_in = citation.lead_in.strip()
    if not lead_in.endswith(":"):
        yield from claims(citation.quote)
        return
    before = [(claim.kind, claim.value, claim.interval) for claim in claims(lead_in)]
    for claim in claims(f"{lead_in[:-1]} {citation.quote}"):
        if (claim.kind, claim.value, claim.interval) not in before:
            yield claim


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
    literal = _literally(first, second)
    if literal == "silent" or (literal == "agree" and one.source.id == other.source.id):
        return None
    obstacle = _obstacle(one, first, other, second) if literal == "differ" else ""
    if obstacle.startswith(_PROCEDURES) and first.kind in _SAME_PROCEDURE_ONLY:
        return None
    relation: Relation = "agree" if literal == "agree" else "not comparable" if obstacle else "differ"
    said = f"[{one.n}] {first.words}; [{other.n}] {second.words}."
    return Comparison(
        point=_point(first, second),
        citations=(one.n, other.n),
        relation=relation,
        reason=f"{said} {obstacle}".strip(),
    )


def _literally(first: Claim, second: Claim) -> Literal["agree", "differ", "silent"]:
    """How the values of two claims of one kind relate; silent if neither supports or excludes the other."""
    common = bool(first.value & second.value)
    if first.interval and second.interval:
        meet = first.interval[0] <= second.interval[1] and second.interval[0] <= first.interval[1]
        return "agree" if meet else "differ"
    if first.kind == "way":
        (thing,) = first.subject & second.subject
        if table()["ways"][thing]["other"] == "differ":
            return "agree" if first.value == second.value else "differ"
        return "agree" if common else "silent"
    if first.kind == "cause":
        if first.value & second.denied or first.denied & second.value:
            return "differ"
        return "agree" if common else "silent"
    if first.kind == "comparator" and first.procedures != second.procedures:
        return "differ" if not procedures(" ".join(first.procedures & second.procedures)) else "silent"
    return "agree" if common else "differ"


def _obstacle(one: Citation, first: Claim, other: Citation, second: Claim) -> str:
    """Why two claims that are not the same need not contradict one another; empty if nothing does."""
    here, there = _procedures(one, first), _procedures(other, second)
    if first.kind == "comparator" and here != there:
        return f"They compare with different things: {_listed(here)} and {_listed(there)}."
    if here and there and not here & there:
        return f"{_PROCEDURES}: {_listed(here)} and {_listed(there)}."
    of_one = [item.n for item in (one, other) if _of_one_patient(item)]
    if len(of_one) == 1:
        return f"[{of_one[0]}] speaks of one patient."
    shares = [
        {figure.share_of for figure in citation.figures if figure.share_of not in ("", NOT_STATED)}
        for citation in (one, other)
    ]
    if first.kind == "rate" and all(shares) and not shares[0] & shares[1]:
        return f"They count different things: {_listed(shares[0])} and {_listed(shares[1])}."
    return ""


def _of_one_patient(citation: Citation) -> bool:
    """Whether a case report tells what happened to its patient, not what others found."""
    told = citation.source.kind == "case report" and not citation.cited_as
    return told and bool(_THE_PATIENT.search(citation.quote))


def _procedures(citation: Citation, claim: Claim) -> frozenset[str]:
    """What the claim speaks of: as its clause says, else its sentence, else what the source is about."""
    if claim.kind == "cause":
        return frozenset()
    named = claim.procedures or procedures(citation.quote)
    return named if named or claim.kind in _OF_ANY_PROCEDURE else subjects(citation.source)


def _point(first: Claim, second: Claim) -> str:
    shared = sorted(first.subject & second.subject)
    if first.kind == "necessity":
        meant = dict.fromkeys(w for w in first.words.split() if set(words([w])[0]) & set(shared))
        return f"whether {' '.join(meant)} is needed"
    if first.kind == "effect":
        return f"how {' and '.join(shared)} are linked"
    return _POINTS[first.kind].format(shared[0])


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))
