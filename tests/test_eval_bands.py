import numpy as np

from eval.bands import fit_bands


def bands(confidence, right, answered=0.6):
    return fit_bands(np.array(confidence), np.array(right, dtype=bool), answered)


def test_each_band_holds_at_least_fifteen_cases_and_none_is_counted_twice():
    draw = np.random.default_rng(0)
    confidence = draw.uniform(0, 1, 300)
    right = draw.uniform(0, 1, 300) < confidence
    found = bands(confidence, right)
    given = confidence >= 0.6
    assert all(band.cases >= 15 for band in found)
    assert sum(band.cases for band in found) == given.sum()
    assert sum(band.right for band in found) == (right & given).sum()


def test_the_bands_leave_no_gap_between_the_threshold_and_one():
    found = bands(np.linspace(0, 1, 400), np.ones(400))
    assert (found[0].lower, found[-1].upper) == (0.6, 1.0)
    assert all(one.upper == other.lower for one, other in zip(found, found[1:], strict=False))


def test_bands_count_what_lies_in_them():
    found = bands([0.62] * 15 + [0.97] * 20 + [0.3] * 9, [1] * 5 + [0] * 10 + [1] * 19 + [0] + [1] * 9)
    assert [(band.right, band.cases) for band in found] == [(5, 15), (19, 20)]
    assert found[0].upper == found[1].lower == 0.65


def test_a_last_band_that_is_too_small_joins_the_one_before():
    (only,) = bands([0.61] * 20 + [0.99] * 3, [1] * 23)
    assert (only.lower, only.upper, only.right, only.cases) == (0.6, 1.0, 23, 23)


def test_full_confidence_belongs_to_the_last_band():
    assert bands([1.0] * 15, [1] * 15)[-1].cases == 15


def test_few_answers_are_one_band_and_none_give_none():
    (only,) = bands([0.7, 0.9], [1, 0])
    assert (only.right, only.cases) == (1, 2)
    assert bands([0.1, 0.2], [1, 1]) == ()
