import pytest
from fake_assistant import COMMON, LEAFLET, RATE
from fake_system import ASKED, BOTH, NOT_THERE, refusal, reply, rows_of

from eval.cases import Case
from eval.compare import Flip, compare, flips
from eval.replies import ReplyError
from eval.rows import DECIDED, PRECISION, RECALLS
from eval.summary import BALANCED
from eval.text import comparison_text

MANY = [Case(f"direct-{i}", "direct", (f"How often, {i}?",), "answered", ASKED.facts) for i in range(12)]
BEFORE = rows_of((ASKED, reply(RATE)), (BOTH, reply(RATE)), (NOT_THERE, reply(COMMON)))
AFTER = rows_of((ASKED, reply(LEAFLET)), (BOTH, reply(RATE, COMMON)), (NOT_THERE, refusal()))


def difference(compared, name):
    return next(one for one in compared.differences if one.measure == name)


def test_differences_are_made_case_by_case():
    found = difference(compare(BEFORE, AFTER), RECALLS[5])
    assert (found.first, found.second) == (0.75, 0.5)
    assert found.change.value == pytest.approx((-1 + 0.5) / 2)
    assert found.change.cases == 2


def test_a_score_that_only_one_has_is_left_out():
    other = rows_of((ASKED, ReplyError("x")), (BOTH, reply(RATE)))
    assert difference(compare(BEFORE, other), PRECISION).change.cases == 1


def test_flipped_cases_are_named_with_the_way_they_flipped():
    assert flips(BEFORE, AFTER) == (
        Flip("direct-1", "direct", True, False),
        Flip("list-1", "list", False, True),
        Flip("unanswerable-1", "unanswerable", False, True),
    )
    assert flips(AFTER, AFTER) == ()


def test_the_balanced_accuracy_of_both_is_compared_on_the_same_choices_of_cases():
    found = difference(compare(BEFORE, AFTER), BALANCED)
    assert (found.first, found.second, found.change.value) == (0.5, 1.0, 0.5)
    assert difference(compare(BEFORE, AFTER), DECIDED).change.value == pytest.approx(1 / 3)


def test_a_change_is_clear_when_its_interval_leaves_out_zero():
    worse = rows_of(*((case, reply(LEAFLET)) for case in MANY))
    good = rows_of(*((case, reply(RATE)) for case in MANY))
    assert difference(compare(good, worse), RECALLS[1]).clear
    assert not difference(compare(good, good), RECALLS[1]).clear


def test_cases_that_only_one_has_are_named_and_not_compared():
    compared = compare(BEFORE, AFTER[:1])
    assert (compared.cases, compared.only_one) == (1, ("list-1", "unanswerable-1"))
    assert [flip.id for flip in compared.flips] == ["direct-1"]


def test_nothing_in_common_compares_nothing():
    assert compare(BEFORE, ()).differences == ()


def test_the_text_lists_changes_and_flips_those_that_got_worse_first():
    lines = comparison_text(compare(BEFORE, AFTER)).splitlines()
    (recall,) = [line for line in lines if line.startswith(RECALLS[5])]
    assert recall.split()[2:5] == ["0.750", "0.500", "-0.250"]
    assert lines[-4:] == [
        "flipped: 1 now fail, 2 now pass",
        "  now fails   direct-1 (direct)",
        "  now passes  list-1 (list)",
        "  now passes  unanswerable-1 (unanswerable)",
    ]
