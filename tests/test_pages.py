from hypothesis import given
from hypothesis import strategies as st

from ingest.pages import boxes, page_line

LAYER = "one two\nthree"
FIRST = page_line(1, 0, [(10 * i, 10 * i + 9) for i in range(7)], 100, 110, across=True)
SECOND = page_line(2, 8, [(200 + 5 * i, 205 + 5 * i) for i in range(5)], 50, 60, across=False)


def test_a_stretch_of_a_line_has_one_box_without_the_space_at_its_end():
    assert boxes([FIRST, SECOND], LAYER, [(4, 7)]) == ((1, 40.0, 100, 69.0, 110),)
    assert boxes([FIRST, SECOND], LAYER, [(0, 4)]) == ((1, 0.0, 100, 29.0, 110),)


def test_a_stretch_over_two_pages_has_boxes_on_both():
    assert boxes([FIRST, SECOND], LAYER, [(4, 13)]) == ((1, 40.0, 100, 69.0, 110), (2, 50, 200.0, 60, 225.0))


def test_what_stands_on_no_line_has_no_box():
    assert boxes([FIRST, SECOND], LAYER, [(7, 8)]) == ()
    assert boxes([], LAYER, [(0, 5)]) == ()


def test_a_line_written_from_right_to_left_keeps_each_place():
    line = page_line(1, 0, [(60, 70), (40, 60), (20, 40)], 0, 10, across=True)
    assert boxes([line], "abc", [(0, 2)]) == ((1, 40.0, 0, 70.0, 10),)


@given(st.lists(st.tuples(st.floats(-50, 5000), st.floats(0, 40)), min_size=1, max_size=50))
def test_places_come_back_within_a_tenth_of_a_point(found):
    places = [(start, start + width) for start, width in found]
    line = page_line(1, 0, places, 0, 10, across=True)
    assert line.length == len(places)
    for (a, b), (c, d) in zip(places, line.places(), strict=True):
        assert abs(a - c) <= 0.1 and abs(b - d) <= 0.1
