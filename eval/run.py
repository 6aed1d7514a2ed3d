"""Asks a system every case and scores its replies. What goes wrong with a case is its row, not the end."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from eval.cases import Case
from eval.judge import Judge, relevant
from eval.metrics import Stated, fact_recall
from eval.replies import Reply, ReplyError, System
from eval.retrieval import DEPTH, Judgements, Rankings, retrieval_scores
from eval.rows import Row, Scores, failed_row, row_of

# Longest time for one case. Source: 100 times a warm answer's median (README, times and sizes).
LIMIT_SECONDS = 30.0
FOUND = f"facts in {DEPTH} passages"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Run:
    """What a system did with the cases.

    Attributes:
        rows: one a case, in order.
        rankings: passage ids of the cases whose search is measured, best first.
        judgements: of those cases the number of facts that each relevant passage states.
    """

    rows: tuple[Row, ...]
    rankings: Rankings
    judgements: Judgements


def run(
    system: System,
    cases: Sequence[Case],
    judge: Judge,
    *,
    search: bool = True,
    limit_seconds: float = LIMIT_SECONDS,
) -> Run:
    """Asks a system the cases and scores its replies.

    Args:
        system: what is asked.
        cases: in order.
        judge: of the corpus.
        search: whether to measure what it finds too, which takes about as long again.
        limit_seconds: longest time for one case; after that it has failed.
    """
    rows: list[Row] = []
    rankings: dict[str, Sequence[str]] = {}
    for case in cases:
        searched = search and bool(system.units) and _is_searched(case)
        row, ranking = _ask(system, case, judge, searched, limit_seconds)
        rows.append(row)
        if searched:
            rankings[case.id] = ranking
    found = {case.id: relevant(system.units, case) for case in cases if case.id in rankings}
    judgements = {name: {unit: len(facts) for unit, facts in of.items()} for name, of in found.items()}
    scores = _search_scores(cases, rankings, found, judgements)
    scored = (replace(row, scores=row.scores | scores.get(row.id, {})) for row in rows)
    return Run(tuple(scored), rankings, judgements)


def within(seconds: float, call: Callable[[], Value]) -> Value:
    """What the call gives, or raises, if it ends in time.

    A call that does not goes on in a thread of its own that the end of the program does not wait for.

    Raises:
        TimeoutError: it did not end in time.
    """
    outcome = _Outcome[Value]()
    thread = threading.Thread(target=outcome.take, args=(call,), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"no reply within {seconds:g} s")
    if outcome.error is not None:
        raise outcome.error
    return outcome.values[0]


class _Outcome(Generic[Value]):
    """What a call in another thread came to."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.error: Exception | None = None

    def take(self, call: Callable[[], Value]) -> None:
        try:
            self.values.append(call())
        except Exception as error:  # whatever it is, it is told where the call was made
            self.error = error


def _ask(
    system: System, case: Case, judge: Judge, search: bool, limit_seconds: float
) -> tuple[Row, Sequence[str]]:
    """The case's row, and the system's ranking if it is asked for; empty for a case that failed."""

    def ask() -> tuple[Reply, float, Sequence[str]]:
        start = time.perf_counter()
        reply = system.reply(case.turns)
        seconds = (time.perf_counter() - start) / len(case.turns)
        return reply, seconds, system.ranking(reply.standalone_question) if search else ()

    try:
        reply, seconds, ranking = within(limit_seconds, ask)
        return row_of(case, reply, seconds, system.texts, judge), ranking
    except (ReplyError, TimeoutError) as error:
        return failed_row(case, str(error), judge), ()
    except Exception as error:  # a system may raise anything; the other cases go on
        return failed_row(case, f"{type(error).__name__}: {error}", judge), ()


def _search_scores(
    cases: Sequence[Case],
    rankings: Rankings,
    found: Mapping[str, Mapping[str, Stated]],
    judgements: Judgements,
) -> dict[str, Scores]:
    """For each case that was searched its scores of the search, rounded to four places."""
    scores: dict[str, Scores] = {}
    measured = retrieval_scores(rankings, judgements)
    for case in cases:
        if case.id in rankings:
            states = [found[case.id].get(unit, frozenset()) for unit in rankings[case.id]]
            facts = fact_recall(states, len(case.facts), DEPTH)
            scores[case.id] = {
                n: round(value, 4) for n, value in (*measured[case.id].items(), (FOUND, facts))
            }
    return scores


def _is_searched(case: Case) -> bool:
    """Whether passages should state what the case asks; the documents' own records stand in none."""
    return bool(case.facts) and case.kind != "provenance"
