"""How two quotes relate that speak on the same point: they agree, differ or cannot be compared.

Their claims are compared literally: intervals that do not meet, classes that exclude one another. A false
alarm is worse than a miss, so nothing is said of quotes whose claims do not meet in kind and subject.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.claim_words import Claim, table
from assistant.claims import claims
from assistant.figures import NOT_STATED
from assistant.procedures import procedures, subjects
from assistant.records import Citation, Comparison, Relation
from ingest.lexical import words

# Stems that two calls for action share at least: what is spoken of and what is done. Source: chosen so that
# no two sentences of the corpus on different things share them.
SHARED_STEMS = 2
# Claims of these kinds that differ in their procedure are not worth a word.
_SAME_PROCEDURE_ONLY = ("duration", "necessity", "way")
# How a factor acts is not taken to depend on the procedure.
_OF_ANY_PROCEDURE = ("effect", "cause")
# Of several claims of two quotes the pair that speaks of the same procedure tells more.
_TELLS_MORE = ("differ", "agree", "not comparable")
_PROCEDURES = "They speak of different procedures"
_ANOTHER = "another subject"
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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two quotes on the same point.

    Attributes:
        point: what both speak of.
        quotes: the two.
        relation: how they relate.
        said: what each says of it, verbatim; " … " stands for words left out.
        obstacle: why they cannot be compared; empty if they can. "{one}" and "{other}" stand for the numbers.
    """

    point: str
    quotes: tuple[Citation, Citation]
    relation: Relation
    said: tuple[str, str]
    obstacle: str

    def numbered(self, one: int, other: int) -> Comparison:
        """The comparison with the numbers that its quotes have in an answer."""
        obstacle = self.obstacle.replace("{one}", str(one)).replace("{other}", str(other))
        reason = f"[{one}] {self.said[0]}; [{other}] {self.said[1]}. {obstacle}".strip()
        return Comparison(self.point, (one, other), self.relation, reason)


def relation_of(
    one: Citation, first: Sequence[Claim], other: Citation, second: Sequence[Claim], meant: frozenset[str]
) -> Pair | None:
    """How two quotes relate by their claims; of several points on that of which the question speaks.

    Args:
        one: a quote.
        first: what it claims.
        other: another quote.
        second: what that claims.
        meant: stems of the question.
    """
    if not _independent(one, other):
        return None
    pairs = (_compared(one, a, other, b) for a in first for b in second if _same_point(a, b))
    return min(
        filter(None, pairs),
        key=lambda pair: (-spoken_of(pair, meant), _TELLS_MORE.index(pair.relation)),
        default=None,
    )


def claims_of(citation: Citation) -> Iterator[Claim]:
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
        return len(shared) >= SHARED_STEMS
    if first.kind == "effect":
        return first.subject == second.subject
    return bool(shared)


def _compared(one: Citation, first: Claim, other: Citation, second: Claim) -> Pair | None:
    """How two claims on the same point relate; None if it does not matter that they are not the same."""
    literal = _literally(first, second)
    if literal == "silent" or (literal == "agree" and one.source.id == other.source.id):
        return None
    obstacle = _obstacle(one, first, other, second) if literal == "differ" else ""
    if obstacle.startswith(_PROCEDURES) and first.kind in _SAME_PROCEDURE_ONLY:
        return None
    relation: Relation = "agree" if literal == "agree" else "not comparable" if obstacle else "differ"
    return Pair(_point(first, second), (one, other), relation, (first.words, second.words), obstacle)


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
    if first.kind == "safety" and not first.procedures & second.procedures:
        return "silent"
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
    of_one = [name for name, item in (("one", one), ("other", other)) if _of_one_patient(item)]
    if len(of_one) == 1:
        return f"[{{{of_one[0]}}}] speaks of one patient."
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
    if named or claim.kind in _OF_ANY_PROCEDURE:
        return named
    return subjects(citation.source) or frozenset({_ANOTHER})


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


def spoken_of(pair: Pair, meant: frozenset[str]) -> int:
    """How many of the question's words the point holds."""
    return len(meant.intersection(words([pair.point])[0]))
