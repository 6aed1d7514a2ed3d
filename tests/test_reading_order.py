import pytest

from ingest.reading_order import reading_order

TITLE, LEFT1, LEFT2, RIGHT1, RIGHT2 = (
    (50, 50, 550, 80), (50, 100, 290, 300), (50, 310, 290, 700), (310, 100, 550, 400), (310, 410, 550, 700),
)  # fmt: skip


@pytest.mark.parametrize(
    ("boxes", "order"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([LEFT1], [0], id="one"),
        pytest.param([LEFT2, LEFT1, TITLE], [2, 1, 0], id="one below the other"),
        pytest.param([RIGHT1, LEFT2, TITLE, RIGHT2, LEFT1], [2, 4, 1, 0, 3], id="two columns"),
        pytest.param([LEFT1, RIGHT1, (50, 405, 550, 460), (50, 470, 290, 700), (310, 470, 550, 700)],
                     [0, 1, 2, 3, 4], id="cut by a wide table"),
        pytest.param([(400, 50, 550, 700), (225, 50, 375, 700), (50, 50, 200, 700)], [2, 1, 0], id="three"),
        pytest.param([(50, 50, 200, 60), (210, 50, 400, 60), (50, 70, 400, 80)], [0, 1, 2], id="beside"),
    ],
)  # fmt: skip
def test_columns_are_read_from_left_to_right_each_from_top_to_bottom(boxes, order):
    assert reading_order(boxes) == order


def test_a_page_written_from_right_to_left_begins_with_its_right_column():
    assert reading_order([LEFT1, RIGHT1, TITLE], leftwards=True) == [2, 1, 0]


def test_every_box_is_read_once_however_they_lie():
    boxes = [(x, y, x + 40 + (x * y) % 90, y + 15) for x in range(0, 500, 45) for y in range(0, 700, 35)]
    boxes += [boxes[3]] * 3 + [(10, 10, 10, 10)]
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))
