"""A case's row of a result: what was expected, what was shown, and the scores. Values of JSON throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from assistant.limits import IDENTIFIER, PATIENT_DECISION, TIME_CRITICAL
from eval.cases import Case, Fact, states
from eval.judge import Judge, exact, stated
from eval.metrics import Claim, citation_precision, citation_recall, fact_recall, quote_precision
from eval.replies import Quote, Reply

RECALL_AT = (1, 3, 5)
CEILING_AT = (1, 5)
# Names of the scores, as they stand in reports; each in [0, 1] but WORDS.
RECALLS = {k: f"fact recall@{k}" for k in RECALL_AT}
CEILINGS = {k: f"ceiling of fact recall@{k}" for k in CEILING_AT}
DECIDED = "decided"
STATUS = "status as expected"
BEST = "best quote right"
PRECISION = "quote precision"
EXACT = "quote exactness"
CITATION_RECALL = "citation recall"
CITATION_PRECISION = "citation precision"
COMPARISON_RECALL = "comparison recall"
COMPARISON_PRECISION = "comparison precision"
LIMIT = "limit as expected"
WORDS = "words shown"

# The line that is expected for each kind of limit.
_LIMITS = {"time-critical": TIME_CRITICAL, "patient decision": PATIENT_DECISION, "identifier": IDENTIFIER}

Scores = dict[str, float | None]


class ExpectedFact(TypedDict):
    """A fact of a case with every quote that states it."""

    fact: str
    quotes: list[str]


class Expected(TypedDict):
    """What a right answer is; `beside` is what it says beside its quotes, a sentence each."""

    status: str
    facts: list[ExpectedFact]
    beside: list[str]


class Shown(TypedDict):
    """A quote that was shown: its place, its words, the facts that it states, and whether it is exact."""

    source: str
    start: int
    end: int
    text: str
    states: list[int]
    exact: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A case as one system replied to it.

    Attributes:
        id: of the case.
        kind: of the case.
        split: development or test.
        sources: ids of the sources that hold a gold quote.
        turns: the questions; the last is scored.
        understood: the last question as the system understood it.
        expected: what a right answer is.
        status: of the reply; empty if there is none.
        confidence: of the reply; None if there is none.
        quotes: what was shown, most direct first.
        nearest: what was shown as near but no answer.
        beside: what was said beside the quotes: opening lines and comparisons.
        scores: by name; None where there is nothing to count.
        seconds: time of one question of the conversation; None if there is no reply.
        error: why there is no reply; empty if there is one.
    """

    id: str
    kind: str
    split: str
    sources: list[str]
    turns: list[str]
    understood: str
    expected: Expected
    status: str
    confidence: float | None
    quotes: list[Shown]
    nearest: list[Shown]
    beside: list[str]
    scores: Scores
    seconds: float | None
    error: str

    @property
    def answer_due(self) -> bool:
        """Whether the sources answer the question."""
        return self.expected["status"] != "not_in_sources"

    @property
    def passed(self) -> bool:
        """Whether all is as expected: the decision, what five quotes state, and what is said beside them.

        Of the facts five quotes need to state only as many as any five can.
        """
        recall, ceiling = self.scores.get(RECALLS[5]), self.scores.get(CEILINGS[5])
        beside = (self.scores.get(LIMIT), self.scores.get(COMPARISON_RECALL))
        return (
            self.scores.get(DECIDED) == 1
            and (recall is None or recall >= (ceiling or 0.0))
            and all(score in (None, 1) for score in beside)
        )


def row_of(case: Case, reply: Reply, seconds: float, texts: Mapping[str, str], judge: Judge) -> Row:
    """The row of a reply.

    Args:
        case: the case.
        reply: to its last turn.
        seconds: time of one question.
        texts: what the offsets of the reply's quotes point into, by source id.
        judge: of the corpus.
    """
    shown = [_shown(quote, case, texts) for quote in reply.quotes]
    nearest = [_shown(quote, case, texts) for quote in reply.nearest]
    of_quotes = [frozenset(quote["states"]) for quote in shown]
    claims = [
        Claim(stated(text, case), tuple(of_quotes[i] for i in numbers)) for text, numbers in reply.statements
    ]
    best = (shown or nearest)[:1]
    scores: Scores = {
        DECIDED: float((reply.status != "not_in_sources") == bool(case.facts)),
        STATUS: float(reply.status == case.expect),
        BEST: float(any(quote["states"] for quote in best)),
        EXACT: sum(quote["exact"] for quote in shown) / len(shown) if shown else None,
        WORDS: float(sum(len(quote["text"].split()) for quote in shown)),
    }
    scores |= _comparisons(case, reply) | _limit(case, reply)
    if case.facts:
        scores |= {RECALLS[k]: fact_recall(of_quotes, len(case.facts), k) for k in RECALL_AT}
        scores |= _ceilings(case, judge)
        scores |= {
            PRECISION: quote_precision(of_quotes),
            CITATION_RECALL: citation_recall(claims),
            CITATION_PRECISION: citation_precision(claims),
        }
    return _row(case, judge, reply, shown, nearest, scores, seconds)


def failed_row(case: Case, reason: str, judge: Judge) -> Row:
    """The row of a case without a reply: it scores 0 and says why."""
    scores: Scores = {DECIDED: 0.0, STATUS: 0.0, BEST: 0.0}
    if case.facts:
        scores |= dict.fromkeys(RECALLS.values(), 0.0) | _ceilings(case, judge)
    if case.comparison:
        scores[COMPARISON_RECALL] = 0.0
    if case.limit is not None:
        scores[LIMIT] = 0.0
    return _row(case, judge, None, [], [], scores, None, error=reason)


def _row(
    case: Case,
    judge: Judge,
    reply: Reply | None,
    shown: list[Shown],
    nearest: list[Shown],
    scores: Scores,
    seconds: float | None,
    error: str = "",
) -> Row:
    facts: list[ExpectedFact] = [{"fact": fact.fact, "quotes": list(fact.quotes)} for fact in case.facts]
    return Row(
        id=case.id,
        kind=case.kind,
        split=case.split,
        sources=judge.sources(case),
        turns=list(case.turns),
        understood=reply.standalone_question if reply else "",
        expected={"status": case.expect, "facts": facts, "beside": _expected_beside(case)},
        status=reply.status if reply else "",
        confidence=reply.confidence if reply else None,
        quotes=shown,
        nearest=nearest,
        beside=_beside(reply) if reply else [],
        scores={name: _rounded(value) for name, value in scores.items()},
        seconds=_rounded(seconds),
        error=error,
    )


def _comparisons(case: Case, reply: Reply) -> Scores:
    """Whether the pair that is expected was set side by side, and the share of the pairs shown that it is."""
    if reply.comparisons is None:
        return {}
    right = [
        _is_expected(case, relation, [reply.quotes[i].text for i in pair])
        for relation, pair in reply.comparisons
    ]
    return {
        COMPARISON_RECALL: float(any(right)) if case.comparison else None,
        COMPARISON_PRECISION: sum(right) / len(right) if right else None,
    }


def _is_expected(case: Case, relation: str, pair: Sequence[str]) -> bool:
    if case.comparison is None or case.comparison.relation != relation or len(pair) != 2:
        return False
    one, other = (Fact("", side) for side in case.comparison.sides)
    return any(states(a, one) and states(b, other) for a, b in (pair, pair[::-1]))


def _limit(case: Case, reply: Reply) -> Scores:
    """Whether the answer opens with the line that is expected, or with none."""
    if case.limit is None or reply.limits is None:
        return {}
    expected = (_LIMITS[case.limit],) if case.limit else ()
    return {LIMIT: float(reply.limits[:1] == expected)}


def _expected_beside(case: Case) -> list[str]:
    lines = [_LIMITS[case.limit]] if case.limit else []
    if case.comparison:
        lines.append(_pair(case.comparison.relation, [" | ".join(side) for side in case.comparison.sides]))
    return lines


def _beside(reply: Reply) -> list[str]:
    pairs = reply.comparisons or ()
    texts = [_pair(relation, [reply.quotes[i].text for i in numbers]) for relation, numbers in pairs]
    return [*(reply.limits or ()), *texts]


def _pair(relation: str, quotes: Sequence[str]) -> str:
    return f"{relation}: {' / '.join(f'“{quote}”' for quote in quotes)}"


def _ceilings(case: Case, judge: Judge) -> Scores:
    return {CEILINGS[k]: judge.ceiling(case, k) for k in CEILING_AT}


def _shown(quote: Quote, case: Case, texts: Mapping[str, str]) -> Shown:
    return {
        "source": quote.source_id,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "states": sorted(stated(quote.text, case)),
        "exact": exact(quote, texts),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
