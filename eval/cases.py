"""The evaluation cases: questions, what is expected, and the quotes that state each fact.

Half of the cases are the development split, on which weights and thresholds are fitted and methods chosen;
the other half, the test split, only reports. The split is fixed by a hash of the case's id.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.records import Status
from ingest.mapped_text import plain
from ingest.records import Document

Split = Literal["development", "test"]
Relation = Literal["agree", "differ", "not comparable"]
Limit = Literal["", "time-critical", "patient decision", "identifier"]
CASES = Path(__file__).parent / "cases.jsonl"
KINDS = (
    "direct", "numbers", "lay", "keyword", "list", "comparison", "differ", "agree", "not_comparable",
    "detail", "provenance", "follow_up", "false_premise", "partial", "unanswerable", "off_topic", "limits",
    "expansion",
)  # fmt: skip

# Files in the form of TREC part their columns by white space.
_ID = re.compile(r"[A-Za-z0-9._-]+")


class CaseError(Exception):
    """A case file cannot be used; says which file, line and why."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something an answer should say, and every quote in the sources that says it."""

    fact: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedComparison:
    """Two sides on one point, from different sources or studies, and how they relate.

    Attributes:
        relation: how they relate.
        sides: of each side every quote that says it; any one counts.
        of_studies: whether one source reports both sides, each of another study.
    """

    relation: Relation
    sides: tuple[tuple[str, ...], ...]
    of_studies: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what is expected of the answer.

    Attributes:
        id: unique; its hash decides the split.
        kind: one of KINDS.
        turns: the questions of a conversation; the last is the one that is scored.
        expect: the status of a right answer.
        facts: what a right answer quotes; empty if the sources do not answer.
        comparison: the pair that an answer should set side by side; None if none is expected.
        limit: what the answer's opening line should be about; empty if it should have none, None if that
            is not measured.
    """

    id: str
    kind: str
    turns: tuple[str, ...]
    expect: Status
    facts: tuple[Fact, ...]
    comparison: ExpectedComparison | None = None
    limit: Limit | None = None

    @property
    def split(self) -> Split:
        """The split that the case belongs to, by the parity of its id's SHA-256."""
        even = int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 2 == 0
        return "development" if even else "test"


def read_cases(path: Path, documents: Sequence[Document]) -> tuple[Case, ...]:
    """The cases of a JSON lines file, checked against the corpus.

    Raises:
        CaseError: the file cannot be read, a line is not a case, an id occurs twice, a quote is not in the
            corpus, or the quotes of a comparison are from one source.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}.") from error
    texts = [plain(document.text) for document in documents]
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        case = _case(line, place)
        if case.id in cases:
            raise CaseError(f"{place}: the id {case.id} stands in another line too.")
        for quote in _quotes(case):
            if not any(plain(quote) in text for text in texts):
                raise CaseError(f"{place}: {case.id} quotes what is not in the corpus: {quote!r}.")
        if case.comparison and not case.comparison.of_studies and _in_one(case.comparison, texts):
            raise CaseError(f"{place}: {case.id} compares quotes of one source.")
        cases[case.id] = case
    return tuple(cases.values())


def states(quote: str, fact: Fact) -> bool:
    """Whether a quote that was shown states a fact.

    It does if it holds one of the fact's quotes, or is held by one and long enough to be a clause of its own
    (25 characters).
    """
    shown = _plain(quote)
    gold = [_plain(other) for other in fact.quotes]
    return any(other in shown or (len(shown) >= 25 and shown in other) for other in gold)


@cache
def _plain(text: str) -> str:
    """`plain`, remembered: the same quotes are compared with those of every case."""
    return plain(text)


def _case(line: str, place: str) -> Case:
    try:
        content: dict[str, Any] = json.loads(line)
        case = Case(
            id=content["id"],
            kind=content["kind"],
            turns=tuple(content["turns"]),
            expect=content["expect"],
            facts=tuple(Fact(fact["fact"], tuple(fact["quotes"])) for fact in content["facts"]),
            comparison=_comparison(content.get("comparison")),
            limit=content.get("limit"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CaseError(f"{place} is not a case ({type(error).__name__}: {error}).") from error
    problems = list(_problems(case))
    if problems:
        raise CaseError(f"{place}: {case.id}: {'; '.join(problems)}.")
    return case


def _comparison(content: dict[str, Any] | None) -> ExpectedComparison | None:
    if content is None:
        return None
    sides = ((side,) if isinstance(side, str) else tuple(side) for side in content["quotes"])
    return ExpectedComparison(content["relation"], tuple(sides), bool(content.get("of_studies")))


def _in_one(comparison: ExpectedComparison, texts: Sequence[str]) -> bool:
    """Whether one text holds every quote of both sides."""
    quotes = [plain(quote) for side in comparison.sides for quote in side]
    return any(all(quote in text for quote in quotes) for text in texts)


def _quotes(case: Case) -> Iterable[str]:
    for fact in case.facts:
        yield from fact.quotes
    if case.comparison:
        for side in case.comparison.sides:
            yield from side


def _problems(case: Case) -> Iterable[str]:
    if not isinstance(case.id, str) or not _ID.fullmatch(case.id):
        yield "the id must be letters, digits, points, hyphens and underscores"
    if case.kind not in KINDS:
        yield f"unknown kind {case.kind!r}, known are {', '.join(KINDS)}"
    if case.expect not in get_args(Status):
        yield f"unknown status {case.expect!r}, known are {', '.join(get_args(Status))}"
    if not case.turns or not all(isinstance(turn, str) and turn.strip() for turn in case.turns):
        yield "turns must be questions"
    if (case.expect == "not_in_sources") != (not case.facts):
        yield "facts must be empty when, and only when, the sources do not answer"
    if any(not fact.quotes for fact in case.facts):
        yield "a fact has no quote"
    yield from _problems_beside_quotes(case)


def _problems_beside_quotes(case: Case) -> Iterable[str]:
    """What is wrong with what an answer is expected to say beside its quotes."""
    if case.comparison and case.comparison.relation not in get_args(Relation):
        yield f"unknown relation {case.comparison.relation!r}, known are {', '.join(get_args(Relation))}"
    if case.comparison and (len(case.comparison.sides) != 2 or not all(case.comparison.sides)):
        yield "a comparison has two quotes"
    if case.limit is not None and case.limit not in get_args(Limit):
        yield f"unknown limit {case.limit!r}, known are {', '.join(map(repr, get_args(Limit)))}"
    if case.kind == "limits" and case.limit is None:
        yield "a case of limits says which limit, or that there is none"
