"""Asks the assistant every case and scores its public answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.pipeline import Assistant
from assistant.records import Answer, Turn
from eval.cases import Case, states


@dataclass(frozen=True, slots=True)
class Result:
    """A case's scores; a case that crashed has an error and scores 0.

    Attributes:
        case: the case.
        answer: what was answered to its last turn; None if it crashed.
        error: why it crashed; empty if it did not.
        recall: share of the case's facts stated by the first k quotes, for k in RECALL_AT; empty if it has
            none.
        precision: share of the quotes shown that state a fact of the case; None if none is shown or due.
        decided: whether the status shows an answer exactly when one is due.
    """

    case: Case
    answer: Answer | None
    error: str
    recall: dict[int, float]
    precision: float | None
    decided: bool


RECALL_AT = (1, 3, 5)


def run(assistant: Assistant, cases: Iterable[Case]) -> list[Result]:
    """One result a case, in order."""
    return [_score(case, *_ask(assistant, case)) for case in cases]


def summary(results: Sequence[Result]) -> dict[str, float]:
    """The measurements over all cases, by name, rounded to four places."""
    due = [r for r in results if r.case.facts]
    answered = _mean(r.decided for r in due)
    refused = _mean(r.decided for r in results if not r.case.facts)
    follow_ups = [r for r in due if r.case.kind == "follow_up"]
    measured = {
        "cases": float(len(results)),
        "fact recall at 1 quote": _mean(r.recall[1] for r in due),
        "fact recall at 3 quotes": _mean(r.recall[3] for r in due),
        "fact recall at 5 quotes": _mean(r.recall[5] for r in due),
        "fact recall at 5 quotes, follow-ups": _mean(r.recall[5] for r in follow_ups),
        "quote precision": _mean(r.precision for r in results if r.precision is not None),
        "answered when an answer is due": answered,
        "refused when a refusal is due": refused,
        "balanced accuracy of refusal": (answered + refused) / 2,
    }
    return {name: round(value, 4) for name, value in measured.items()}


def report(results: Sequence[Result], *, failed: bool = False) -> str:
    """The means by kind and over all, as lines of text."""
    by_kind: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_kind[result.case.kind].append(result)
    head = f"{'kind':<14}{'n':>4}" + "".join(f"{f'recall@{k}':>10}" for k in RECALL_AT)
    lines = [head + f"{'precision':>10}{'decided':>9}{'seconds':>9}"]
    lines += [_line(kind, group) for kind, group in by_kind.items()]
    lines.append(_line("all", results))
    due = [r for r in results if r.case.facts]
    not_due = [r for r in results if not r.case.facts]
    if due and not_due:
        answered, refused = _mean(r.decided for r in due), _mean(r.decided for r in not_due)
        lines.append(
            f"answered when due {answered:.3f}, refused when due {refused:.3f}, "
            f"balanced accuracy {(answered + refused) / 2:.3f}"
        )
    if failed:
        lines += [_failure(r) for r in results if not r.decided or (r.recall and r.recall[5] < 1)]
    return "\n".join(lines)


def _ask(assistant: Assistant, case: Case) -> tuple[Answer | None, str]:
    history: list[Turn] = []
    answer = None
    try:
        for turn in case.turns:
            answer = assistant.ask(turn, history)
            history.append(answer.turn())
    except AssistantError as error:
        return None, f"{type(error).__name__}: {error}"
    return answer, ""


def _score(case: Case, answer: Answer | None, error: str) -> Result:
    if answer is None:
        return Result(case, None, error, dict.fromkeys(RECALL_AT, 0.0), 0.0, False)
    ranked = sorted(answer.citations, key=lambda citation: -citation.support)
    if ranked:  # the first quote shown is the most direct, whatever the order of the others
        ranked = [answer.citations[0], *(c for c in ranked if c.n != 1)]
    recall = {}
    if case.facts:
        for k in RECALL_AT:
            shown = [citation.quote for citation in ranked[:k]]
            stated = [any(states(quote, fact) for quote in shown) for fact in case.facts]
            recall[k] = sum(stated) / len(stated)
    right = [any(states(c.quote, fact) for fact in case.facts) for c in ranked]
    precision = sum(right) / len(right) if right and case.facts else None
    decided = (answer.status != "not_in_sources") == bool(case.facts)
    return Result(case, answer, "", recall, precision, decided)


def _line(name: str, results: Sequence[Result]) -> str:
    recalls = "".join(f"{_mean(r.recall[k] for r in results if r.recall):>10.3f}" for k in RECALL_AT)
    precision = _mean(r.precision for r in results if r.precision is not None)
    decided = _mean(r.decided for r in results)
    seconds = _mean(r.answer.seconds for r in results if r.answer)
    return f"{name:<14}{len(results):>4}{recalls}{precision:>10.3f}{decided:>9.3f}{seconds:>9.3f}"


def _failure(result: Result) -> str:
    case, answer = result.case, result.answer
    lines = [f"\n{case.id}: {' / '.join(case.turns)}", f"  expected {case.expect}"]
    lines += [f"    {fact.fact}: {fact.quotes[0]!r}" for fact in case.facts]
    if answer is None:
        return "\n".join([*lines, f"  crashed: {result.error}"])
    lines.append(f"  shown {answer.status} ({answer.confidence:.2f}): {answer.standalone_question}")
    for shown in answer.citations:
        right = any(states(shown.quote, fact) for fact in case.facts)
        lines.append(f"    {'+' if right else '-'} {shown.support:.2f} {shown.quote[:150]!r}")
    return "\n".join(lines)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else float("nan")
