import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as public
from sklearn.calibration import calibration_curve

from eval.metrics import (
    Abstention,
    Claim,
    abstention,
    area_under_risk_coverage,
    brier_score,
    citation_precision,
    citation_recall,
    expected_calibration_error,
    fact_recall,
    interval,
    mean_interval,
    percentile,
    quote_precision,
    recall_ceiling,
    reliability,
    risk_coverage,
)

NONE = frozenset()
CHANCES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40)


def facts(*numbers):
    return frozenset(numbers)


@pytest.mark.parametrize(("k", "recall"), [(1, 0.25), (2, 0.25), (3, 0.75), (5, 0.75)])
def test_fact_recall_counts_each_fact_once_among_the_first_quotes(k, recall):
    assert fact_recall([facts(0), facts(0), facts(1, 2)], 4, k) == recall


def test_fact_recall_of_nothing_shown_is_zero():
    assert fact_recall([], 2, 5) == 0


@pytest.mark.parametrize(("k", "most"), [(1, 2 / 4), (2, 3 / 4), (3, 1.0), (9, 1.0)])
def test_the_ceiling_is_the_best_choice_of_quotes(k, most):
    units = [facts(0, 1), facts(0), facts(1, 2), facts(3), NONE]
    assert recall_ceiling(units, 4, k) == most


def test_the_ceiling_is_found_where_the_largest_quote_is_not_part_of_the_best_choice():
    units = [facts(0, 1, 2, 3), facts(0, 1, 4), facts(2, 3, 5)]
    assert recall_ceiling(units, 6, 2) == 1.0


def test_a_fact_that_nothing_states_lowers_the_ceiling():
    assert recall_ceiling([facts(0)], 2, 5) == 0.5


@settings(deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 4)), max_size=8), st.integers(1, 5))
def test_no_answer_exceeds_its_ceiling(shown, k):
    assert fact_recall(shown, 5, k) <= recall_ceiling(shown, 5, k)


def test_quote_precision_is_the_share_of_quotes_that_state_something_asked_for():
    assert quote_precision([facts(0), NONE, facts(0, 1), NONE]) == 0.5
    assert quote_precision([]) is None


def test_a_statement_is_supported_if_its_citations_state_all_that_it_states():
    claims = [
        Claim(facts(0), (facts(0, 1),)),
        Claim(facts(0, 1), (facts(0), facts(1))),
        Claim(facts(0), (facts(1),)),  # cites the wrong place
        Claim(facts(0), ()),
    ]
    assert citation_recall(claims) == 0.5
    assert citation_recall([]) is None


def test_a_statement_in_other_words_is_supported_by_any_fact_and_not_by_none():
    assert citation_recall([Claim(NONE, (facts(1),)), Claim(NONE, (NONE, NONE))]) == 0.5


def test_a_citation_that_its_statement_does_not_need_lowers_precision():
    assert citation_precision([Claim(facts(0), (facts(0), NONE))]) == 0.5
    assert citation_precision([Claim(facts(0, 1), (facts(0), facts(1)))]) == 1.0
    assert citation_precision([Claim(facts(0), (facts(0), facts(0)))]) == 1.0
    assert citation_precision([Claim(facts(0), (facts(1), NONE))]) == 0.0
    assert citation_precision([Claim(facts(0), ())]) is None


def test_abstention_has_hand_worked_values():
    refused = [True, True, False, False, False]
    due = [True, False, True, False, False]
    assert abstention(refused, due) == Abstention(1 / 2, 1 / 2, 2 / 3, pytest.approx(7 / 12))


def test_abstention_says_nothing_of_what_it_cannot_count():
    assert abstention([False, False], [False, False]) == Abstention(None, None, 1.0, None)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_abstention_agrees_with_scikit_learn(pairs):
    refused, due = zip(*pairs, strict=True)
    found = abstention(refused, due)
    if found.precision is not None:
        assert found.precision == pytest.approx(public.precision_score(due, refused))
    if found.recall is not None:
        assert found.recall == pytest.approx(public.recall_score(due, refused))
    if found.balanced_accuracy is not None:
        assert found.balanced_accuracy == pytest.approx(public.balanced_accuracy_score(due, refused))


def test_risk_at_each_coverage_has_hand_worked_values():
    coverage, risk = risk_coverage([0.9, 0.2, 0.6, 0.4], [False, True, True, False])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    area = area_under_risk_coverage([0.9, 0.2, 0.6, 0.4], [False, True, True, False])
    assert area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_cases_of_the_same_confidence_count_as_their_mean_in_any_order():
    first = area_under_risk_coverage([0.5, 0.5, 0.1], [True, False, False])
    assert first == area_under_risk_coverage([0.5, 0.5, 0.1], [False, True, False])
    assert first == pytest.approx((1 / 2 + 1 / 2 + 1 / 3) / 3)


def test_the_area_is_least_when_the_wrong_ones_come_last():
    best = area_under_risk_coverage([4, 3, 2, 1], [0, 0, 1, 1])
    assert best < area_under_risk_coverage([1, 2, 3, 4], [0, 0, 1, 1])
    assert np.isnan(area_under_risk_coverage([], []))


def test_calibration_error_has_a_hand_worked_value():
    # two bins of two: 0.15 sure and right half the time, 0.95 sure and always right
    error = expected_calibration_error([0.1, 0.2, 0.9, 1.0], [0, 1, 1, 1], bins=2)
    assert error == pytest.approx((abs(0.15 - 0.5) * 2 + abs(0.95 - 1.0) * 2) / 4)
    assert np.isnan(expected_calibration_error([], []))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 999), st.booleans()), min_size=2, max_size=40))
def test_calibration_error_agrees_with_scikit_learns_curve(cases):
    # never on an edge of a bin, which scikit-learn counts to the bin below and this to the one above
    sure = np.array([(value + 0.5) / 1000 for value, _ in cases])
    happened = np.array([came for _, came in cases])
    true, mean = calibration_curve(happened, sure, n_bins=10)
    counts = np.histogram(sure, bins=np.linspace(0, 1, 11))[0]
    expected = float((np.abs(true - mean) * counts[counts > 0]).sum() / len(sure))
    assert expected_calibration_error(sure, happened) == pytest.approx(expected, abs=1e-9)


def test_full_confidence_belongs_to_the_last_bin():
    (only,) = reliability([1.0, 0.95], [1, 0])
    assert (only.confidence, only.happened, only.cases) == (pytest.approx(0.975), 0.5, 2)


@settings(deadline=None)
@given(CHANCES)
def test_brier_score_agrees_with_scikit_learn(cases):
    sure, happened = zip(*cases, strict=True)
    expected = public.brier_score_loss(np.array(happened, dtype=int), sure, pos_label=1)
    assert brier_score(sure, happened) == pytest.approx(expected)


def test_brier_score_has_a_hand_worked_value():
    assert brier_score([0.8, 0.3], [1, 0]) == pytest.approx((0.04 + 0.09) / 2)
    assert np.isnan(brier_score([], []))


def test_percentiles_lie_between_the_values():
    assert percentile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5
    assert percentile([1.0, 2.0, 3.0], 0.95) == pytest.approx(2.9)
    assert np.isnan(percentile([], 0.5))


def test_the_interval_of_a_mean_holds_it_and_is_the_same_each_time():
    values = [0, 1, 1, 0, 1, 1, 1, 0, 1, 1]
    found = mean_interval(values)
    assert found.value == 0.7
    assert 0.3 <= found.low < 0.7 < found.high <= 1.0
    assert found == mean_interval(values)
    assert mean_interval([]) is None


def test_the_interval_of_a_mean_is_about_two_standard_errors_either_way():
    values = np.random.default_rng(0).normal(5.0, 2.0, 400)
    found = mean_interval(values)
    error = values.std() / 20
    assert found.low == pytest.approx(found.value - 1.96 * error, abs=0.3 * error)
    assert found.high == pytest.approx(found.value + 1.96 * error, abs=0.3 * error)


def test_the_interval_of_equal_values_is_a_point():
    found = mean_interval([0.4, 0.4, 0.4])
    assert (found.low, found.high) == (pytest.approx(0.4), pytest.approx(0.4))


def test_a_statistic_that_some_choices_do_not_allow_leaves_them_out():
    due = np.array([True, False, False, False, False])

    def balanced(chosen):
        return abstention(due[chosen], due[chosen]).balanced_accuracy

    found = interval(balanced, 5)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert interval(lambda chosen: None, 5) is None
    assert interval(balanced, 0) is None
