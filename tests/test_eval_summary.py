import math
from dataclasses import replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE
from fake_system import ASKED, BOTH, FOLLOWING, NOT_THERE, quote, refusal, reply, rows_of

from eval.cases import Case, ExpectedComparison
from eval.replies import ReplyError
from eval.retrieval import NDCG
from eval.rows import DECIDED, PRECISION, RECALLS
from eval.summary import (
    ANSWERED,
    BALANCED,
    BRIER,
    CALIBRATION,
    FOLLOW_UPS,
    MEASURES,
    MEDIAN,
    REFUSAL_PRECISION,
    REFUSED,
    RISK,
    by_kind,
    by_source,
    summary,
)

OFF_TOPIC = Case("off_topic-1", "off_topic", ("Who won?",), "not_in_sources", ())
PAIR = ExpectedComparison("differ", ((ASKED.facts[0].quotes[0],), (COMMON,)))
ROWS = rows_of(
    (replace(ASKED, limit=""), reply(RATE, LEAFLET, confidence=0.9)),
    (
        replace(BOTH, comparison=PAIR),
        reply(LEAFLET, RATE, confidence=0.7, comparisons=(("agree", (0, 1)),)),
    ),
    (FOLLOWING, refusal(RATE, confidence=0.3)),
    (NOT_THERE, reply(COMMON, confidence=0.8)),
    (OFF_TOPIC, refusal(confidence=0.1)),
)


def value(name, rows=ROWS):
    return summary(rows)[name].value


def test_recall_is_the_mean_over_the_cases_that_have_facts():
    assert value(RECALLS[1]) == pytest.approx((1 + 0 + 0) / 3)
    assert value(RECALLS[5]) == pytest.approx((1 + 0.5 + 0) / 3)
    assert summary(ROWS)[RECALLS[5]].cases == 3
    assert (value(FOLLOW_UPS), summary(ROWS)[FOLLOW_UPS].cases) == (0.0, 1)


def test_refusals_are_counted_by_what_was_due():
    assert value(ANSWERED) == pytest.approx(2 / 3)
    assert value(REFUSED) == pytest.approx(1 / 2)
    assert value(REFUSAL_PRECISION) == pytest.approx(1 / 2)
    assert value(BALANCED) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_a_case_without_a_reply_is_a_wrong_decision_whatever_was_due():
    failed = rows_of((ASKED, ReplyError("x")), (NOT_THERE, ReplyError("x")), (OFF_TOPIC, refusal()))
    assert (value(ANSWERED, failed), value(REFUSED, failed)) == (0.0, 0.5)


def test_confidence_is_measured_against_whether_the_sources_answer():
    sure = [(0.9, 1), (0.7, 1), (0.3, 1), (0.8, 0), (0.1, 0)]
    assert value(BRIER) == pytest.approx(sum((p - y) ** 2 for p, y in sure) / 5)
    assert value(CALIBRATION) == pytest.approx(sum(abs(p - y) for p, y in sure) / 5)


def test_risk_counts_a_wrong_first_quote_and_an_answer_that_is_not_there():
    # surest first: right, wrong (nothing to answer), wrong, right (shown as near), wrong
    assert value(RISK) == pytest.approx((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5)


def test_what_cannot_be_measured_is_left_out():
    without = rows_of((NOT_THERE, refusal()))
    found = summary(without)
    assert not {RECALLS[1], BALANCED, ANSWERED, NDCG} & found.keys()
    assert {REFUSED, MEDIAN} <= found.keys()
    assert summary([]) == {}


def test_every_measure_has_a_meaning_and_an_interval_that_holds_it():
    found = summary(ROWS)
    assert list(found) == [name for name in MEASURES if name in found]
    assert len(found) == len(MEASURES)
    for name, interval in found.items():
        assert interval.low <= interval.value + 1e-9, name
        assert interval.high >= interval.value - 1e-9, name
        assert not math.isnan(interval.low)
        assert MEASURES[name].text and MEASURES[name].better in ("more", "less", "")


def test_the_same_rows_give_the_same_intervals():
    assert summary(ROWS) == summary(ROWS)


def test_kinds_and_sources_are_told_apart():
    kinds = by_kind(ROWS)
    assert list(kinds) == ["direct", "list", "follow_up", "unanswerable", "off_topic"]
    assert kinds["list"][RECALLS[5]].value == 0.5
    assert kinds["off_topic"].keys() == {DECIDED}
    sources = by_source(ROWS)
    rate, common = quote(RATE).source_id, quote(COMMON).source_id
    assert sources.keys() == {rate, common}
    assert sources[rate][RECALLS[5]].cases == 3
    assert sources[common][PRECISION].value == 0.5
