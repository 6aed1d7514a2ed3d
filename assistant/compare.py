"""Which quotes of an answer are set side by side, and what is quoted only to stand beside another.

Quotes of different sources are compared, and quotes of one source if each reports another study
(`assistant.relations`).
"""

from collections.abc import Sequence
from itertools import combinations, product

from assistant.claim_words import Claim, named, position, table
from assistant.records import Citation
from assistant.relations import SHARED_STEMS, Pair, claims_of, relation_of, spoken_of
from ingest.lexical import words

# Shares of the best support. From the first, a quote is not shown without the one that differs from it; from
# the second, two quotes are compared on whatever they speak of, else on what the question asks for.
# Source: eval/LOG.md.
_CONTESTED = 0.7
_BOTH = 0.5
# Kinds of claims that a question asks for in words that ask for nothing else.
_LITERAL = ("route", "level", "duration", "way", "necessity")
# Comparisons shown. Source: what fits a glance; not measured.
_SHOWN = 4
_SHOWN_FIRST = ("differ", "not comparable", "agree")


def compare(shown: Sequence[Citation], others: Sequence[Citation] = (), asked: str = "") -> tuple[Pair, ...]:
    """Pairs of quotes that speak on the same point; those that differ first.

    At least one of a pair is shown, unless both answer literally what is asked. Of pairs on the same point
    and of the same two sources only that with the most support is given.

    Args:
        shown: the quotes of an answer.
        others: what may be set beside them.
        asked: the question; of several points that of which it speaks is told.
    """
    meant = frozenset(words([asked])[0])
    most = max((citation.support for citation in shown), default=0.0)
    told = [(citation, tuple(claims_of(citation))) for citation in (*shown, *others)]
    best: dict[tuple[str, ...], Pair] = {}
    by_shown, by_others = told[: len(shown)], told[len(shown) :]
    answers = [(citation, _answers(made, asked)) for citation, made in by_others]
    for (one, first), (other, second) in (
        *combinations(by_shown, 2),
        *product(by_shown, by_others),
        *combinations([(citation, made) for citation, made in answers if made], 2),
    ):
        pair = relation_of(one, first, other, second, meant)
        worth_it = other in shown or one not in shown
        if pair is None or not (worth_it or _worth_it(pair, first, second, most, asked)):
            continue
        key = (pair.point, pair.relation, *sorted((one.source.id, other.source.id)))
        if key not in best or _support(pair) > _support(best[key]):
            best[key] = pair
    ranked = sorted(
        best.values(),
        key=lambda pair: (_SHOWN_FIRST.index(pair.relation), -spoken_of(pair, meant), -_support(pair)),
    )
    return tuple(ranked[:_SHOWN])


def comparable(citations: Sequence[Citation], asked: str) -> bool:
    """Whether any of the quotes says something that could be compared, or the question asks for such."""
    if any(True for citation in citations for _ in claims_of(citation)):
        return True
    subjects = named(asked, table()["events"] | table()["timed"])
    where_or_when = (position(asked, table()["asks"][kind]) for kind in ("route", "level", "duration"))
    return bool(subjects) and any(where_or_when)


def _worth_it(pair: Pair, first: Sequence[Claim], second: Sequence[Claim], most: float, asked: str) -> bool:
    """Whether a quote is worth showing only because it is compared with one that is shown."""
    one, other = pair.quotes
    if pair.relation == "differ" and one.support >= _CONTESTED * most:
        return True
    if min(one.support, other.support) >= _BOTH * most:
        return True
    return bool(_asked_for(first, asked) and _asked_for(second, asked))


def _support(pair: Pair) -> float:
    return min(quote.support for quote in pair.quotes)


def _asked_for(claims_made: Sequence[Claim], asked: str) -> list[Claim]:
    """The claims whose subject the question names and whose kind it asks for."""
    return [
        claim
        for claim in claims_made
        if position(asked, table()["asks"][claim.kind]) and _subject_named(claim, asked)
    ]


def _answers(claims_made: Sequence[Claim], asked: str) -> tuple[Claim, ...]:
    """The claims that answer the question literally: where most, how long, in which way."""
    return tuple(claim for claim in _asked_for(claims_made, asked) if claim.kind in _LITERAL)


def _subject_named(claim: Claim, asked: str) -> bool:
    if claim.kind == "necessity":
        return len(claim.subject.intersection(words([asked])[0])) >= SHARED_STEMS
    if claim.kind == "safety":
        return True
    if claim.kind == "way":
        (thing,) = claim.subject
        return all(position(asked, starts) for starts in table()["ways"][thing]["about"])
    if claim.kind == "cause" and not named(asked, table()["causes"]) & (claim.value | claim.denied):
        return bool(claim.subject & named(asked, table()["events"]))
    classes = table()["events"] | table()["factors"] | table()["timed"] | table()["causes"]
    found = named(asked, classes)
    return (
        claim.subject <= found
        if claim.kind == "effect"
        else any(name in found or name.split()[-1] in found for name in claim.subject | claim.value)
    )
