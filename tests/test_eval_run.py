import json
import math
from dataclasses import asdict, replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE
from fake_system import (
    ASKED,
    BOTH,
    FOLLOWING,
    NOT_THERE,
    TEXTS,
    FakeSystem,
    judge,
    quote,
    refusal,
    reply,
    rows_of,
    scripted,
)

from assistant.limits import IDENTIFIER, PATIENT_DECISION, TIME_CRITICAL
from eval.cases import Case, ExpectedComparison
from eval.judge import exact
from eval.replies import Quote, Reply, ReplyError
from eval.retrieval import NDCG, RECALL, RECIPROCAL_RANK
from eval.rows import (
    BEST,
    CEILINGS,
    CITATION_PRECISION,
    CITATION_RECALL,
    COMPARISON_PRECISION,
    COMPARISON_RECALL,
    DECIDED,
    EXACT,
    LIMIT,
    PRECISION,
    RECALLS,
    STATUS,
    WORDS,
)
from eval.run import FOUND, run, within


def row(case, made, **options):
    (only,) = rows_of((case, made), **options)
    return only


def test_a_row_says_what_was_expected_what_was_shown_and_how_it_scores():
    found = row(BOTH, reply(LEAFLET, RATE, COMMON, confidence=0.8))
    assert (found.id, found.kind, found.status, found.confidence) == ("list-1", "list", "answered", 0.8)
    assert [shown["states"] for shown in found.quotes] == [[], [0], [1]]
    assert [fact["fact"] for fact in found.expected["facts"]] == ["rate", "common"]
    assert found.sources == [quote(RATE).source_id, quote(COMMON).source_id]
    assert found.seconds >= 0 and found.error == ""
    scores = found.scores
    assert (scores[RECALLS[1]], scores[RECALLS[3]], scores[RECALLS[5]]) == (0.0, 1.0, 1.0)
    assert (scores[CEILINGS[1]], scores[CEILINGS[5]]) == (0.5, 1.0)
    assert scores[PRECISION] == pytest.approx(2 / 3, abs=1e-4)
    assert scores[CITATION_RECALL] == scores[CITATION_PRECISION] == pytest.approx(2 / 3, abs=1e-4)
    assert (scores[DECIDED], scores[STATUS], scores[BEST], scores[EXACT]) == (1, 1, 0, 1)
    assert scores[WORDS] == sum(len(text.split()) for text in (LEAFLET, RATE, COMMON))


def test_a_row_is_the_same_after_json():
    found = row(BOTH, reply(RATE, near=(COMMON,)))
    assert json.loads(json.dumps(asdict(found))) == asdict(found)


def test_the_last_turn_of_a_conversation_is_scored_and_the_whole_of_it_is_asked():
    system = scripted((FOLLOWING, reply(RATE)))
    (found,) = run(system, [FOLLOWING], judge()).rows
    assert system.asked == [FOLLOWING.turns]
    assert found.scores[RECALLS[1]] == 1.0


def test_a_refusal_is_right_only_when_it_is_due():
    due, wrong = rows_of((NOT_THERE, refusal()), (ASKED, refusal(RATE)))
    assert due.scores[DECIDED] == 1 and due.passed
    assert wrong.scores[DECIDED] == 0 and not wrong.passed
    assert RECALLS[5] not in due.scores and due.scores[EXACT] is None
    assert wrong.scores[RECALLS[5]] == 0 and wrong.scores[PRECISION] is None


def test_what_came_nearest_says_whether_a_refused_answer_would_have_been_right():
    right, wrong = rows_of((ASKED, refusal(RATE)), (BOTH, refusal(LEAFLET, RATE)))
    assert (right.scores[BEST], wrong.scores[BEST]) == (1, 0)


def test_an_answer_to_what_is_not_in_the_sources_is_wrong():
    found = row(NOT_THERE, reply(COMMON))
    assert (found.scores[DECIDED], found.scores[BEST], found.passed) == (0, 0, False)


def test_a_quote_that_is_not_what_stands_there_is_not_exact():
    good = quote(RATE)
    forged = Quote(RATE.replace("80%", "8%"), good.source_id, good.start, good.end)
    shifted = Quote(good.text, good.source_id, good.start + 1, good.end + 1)
    elsewhere = Quote(good.text, "nowhere", good.start, good.end)
    assert exact(good, TEXTS)
    assert not any(exact(other, TEXTS) for other in (forged, shifted, elsewhere, Quote("", "nowhere", 0, 0)))
    found = row(ASKED, Reply("answered", "?", (good, forged), (), (), 1.0))
    assert found.scores[EXACT] == 0.5


def test_a_case_passes_when_five_quotes_state_all_that_five_can():
    late = reply(LEAFLET, LEAFLET, LEAFLET, LEAFLET, LEAFLET, RATE)
    assert row(BOTH, reply(RATE, COMMON)).passed
    assert not row(BOTH, reply(RATE)).passed
    assert not row(ASKED, late).passed


PAIR = Case(
    "differ-1",
    "differ",
    ("Is leakage common?",),
    "answered",
    BOTH.facts,
    ExpectedComparison("differ", ((ASKED.facts[0].quotes[0],), (BOTH.facts[1].quotes[0],))),
)


@pytest.mark.parametrize(
    ("comparisons", "recall", "precision"),
    [
        pytest.param((("differ", (0, 1)),), 1.0, 1.0, id="the pair"),
        pytest.param((("differ", (1, 0)),), 1.0, 1.0, id="the pair turned round"),
        pytest.param((("agree", (0, 1)),), 0.0, 0.0, id="another relation"),
        pytest.param((("differ", (0, 2)), ("differ", (0, 1))), 1.0, 0.5, id="another pair too"),
        pytest.param((), 0.0, None, id="none"),
    ],
)
def test_a_comparison_is_right_if_it_sets_the_expected_quotes_side_by_side(comparisons, recall, precision):
    found = row(PAIR, reply(RATE, COMMON, LEAFLET, comparisons=comparisons))
    assert (found.scores[COMPARISON_RECALL], found.scores[COMPARISON_PRECISION]) == (recall, precision)
    assert found.passed == (recall == 1.0)
    assert len(found.expected["beside"]) == 1 and len(found.beside) == len(comparisons)


def test_a_comparison_where_none_is_expected_is_wrong():
    found = row(BOTH, reply(RATE, COMMON, comparisons=(("agree", (0, 1)),)))
    assert (found.scores[COMPARISON_RECALL], found.scores[COMPARISON_PRECISION]) == (None, 0.0)


@pytest.mark.parametrize(
    ("limit", "lines", "right"),
    [
        ("time-critical", (TIME_CRITICAL, PATIENT_DECISION), True),
        ("time-critical", (PATIENT_DECISION, TIME_CRITICAL), False),
        ("time-critical", (), False),
        ("", (), True),
        ("", (IDENTIFIER,), False),
    ],
)
def test_an_answer_opens_with_the_line_that_is_expected_or_with_none(limit, lines, right):
    case = replace(ASKED, kind="limits", limit=limit)
    found = row(case, reply(RATE, limits=lines))
    assert found.scores[LIMIT] == right and found.passed == right
    assert LIMIT not in row(ASKED, reply(RATE, limits=lines)).scores


def test_a_system_that_says_nothing_beside_its_quotes_is_not_measured_on_it():
    case = replace(PAIR, limit="identifier")
    found = row(case, replace(reply(RATE, COMMON), comparisons=None, limits=None))
    assert not {LIMIT, COMPARISON_RECALL, COMPARISON_PRECISION} & found.scores.keys()
    failed = row(case, ReplyError("x"))
    assert (failed.scores[LIMIT], failed.scores[COMPARISON_RECALL]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        pytest.param(RuntimeError("out of order"), "RuntimeError: out of order", id="crash"),
        pytest.param(ReplyError("not an answer: there is no status"), "there is no status", id="no answer"),
        pytest.param(0.5, "no reply within 0.05 s", id="timeout"),
    ],
)
def test_a_case_without_a_reply_is_a_row_with_the_reason_and_the_run_goes_on(item, reason):
    failed, after = rows_of((ASKED, item), (FOLLOWING, reply(RATE)), limit_seconds=0.05)
    assert reason in failed.error and failed.status == "" and failed.seconds is None
    assert failed.scores[DECIDED] == failed.scores[RECALLS[5]] == failed.scores[BEST] == 0
    assert failed.scores[NDCG] == failed.scores[FOUND] == 0
    assert not failed.passed
    assert after.passed and after.error == ""


def test_a_ranking_that_fails_fails_its_case():
    (found,) = run(scripted((ASKED, reply(RATE)), ranking=ValueError("no index")), [ASKED], judge()).rows
    assert found.error == "ValueError: no index"


def test_the_search_is_scored_by_the_passages_that_state_facts():
    done = run(scripted((BOTH, reply(RATE))), [BOTH], judge())
    scores = done.rows[0].scores
    assert (scores[RECALL], scores[RECIPROCAL_RANK], scores[FOUND]) == (0.5, 0.5, 0.5)
    assert scores[NDCG] == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)), abs=1e-4)
    assert done.judgements == {"list-1": {"u-rate": 1, "u-common": 1}}
    assert done.rankings == {"list-1": ("u-leaflet", "u-rate")}


def test_the_search_is_not_scored_where_it_has_nothing_to_find():
    record = Case("provenance-1", "provenance", ("Who wrote it?",), "answered", ASKED.facts)
    done = run(scripted((NOT_THERE, refusal()), (record, reply(RATE))), [NOT_THERE, record], judge())
    assert done.rankings == {} and all(NDCG not in found.scores for found in done.rows)
    unranked = run(scripted((ASKED, reply(RATE))), [ASKED], judge(), search=False)
    assert NDCG not in unranked.rows[0].scores


def test_a_system_that_shows_no_ranking_is_not_asked_for_one():
    class Silent(FakeSystem):
        units = ()

    system = Silent({ASKED.turns[-1]: reply(RATE)}, ranking=AssertionError("asked"))
    (found,) = run(system, [ASKED], judge()).rows
    assert found.error == "" and NDCG not in found.scores


def test_within_gives_what_the_call_gives_or_raises():
    assert within(1.0, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(1.0, lambda: 1 / 0)
