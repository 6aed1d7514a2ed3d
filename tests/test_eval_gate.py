import pytest
from fake_assistant import LEAFLET, RATE
from fake_system import ASKED, BOTH, refusal, reply, rows_of

from eval.compare import Flip
from eval.gate import GateError, read_thresholds, verdict
from eval.replies import ReplyError
from eval.rows import EXACT, RECALLS
from eval.summary import CALIBRATION, summary

ROWS = rows_of((ASKED, reply(RATE)), (BOTH, reply(RATE)))
MEASURED = {"development": summary(ROWS)}


def falls(bounds, side="least", rows=ROWS):
    return verdict(rows, MEASURED, {"development": {side: bounds}}, ()).falls


def test_what_is_measured_may_equal_its_threshold():
    assert falls({RECALLS[5]: 0.75, EXACT: 1.0}) == ()
    assert falls({CALIBRATION: MEASURED["development"][CALIBRATION].value}, "most") == ()


def test_a_fall_says_what_was_measured_and_what_is_asked():
    assert falls({RECALLS[5]: 0.76}) == ("development: fact recall@5 is 0.7500, at least 0.76 is asked",)
    (rise,) = falls({CALIBRATION: 0.01}, "most")
    assert "at most 0.01 is asked" in rise


def test_what_could_not_be_measured_is_a_fall():
    (fall,) = falls({"fact recall@5, follow-ups": 0.1})
    assert "could not be measured" in fall


def test_a_split_that_was_not_run_is_a_fall():
    (fall,) = verdict(ROWS, MEASURED, {"test": {"least": {EXACT: 1}}}, ()).falls
    assert fall.startswith("test: quote exactness could not be measured")


def test_a_case_without_a_reply_is_a_fall():
    (fall,) = falls({}, rows=rows_of((ASKED, ReplyError("the server said 500"))))
    assert fall == "direct-1 has no reply: the server said 500"


def test_flipped_cases_are_told_and_are_no_falls_by_themselves():
    before = rows_of((ASKED, reply(LEAFLET)), (BOTH, refusal()))
    outcome = verdict(ROWS, MEASURED, {}, before)
    assert outcome.flips == (Flip("direct-1", "direct", False, True),)
    assert outcome.falls == ()


def test_the_shipped_thresholds_are_read_and_ask_for_exact_quotes_on_both_splits():
    thresholds = read_thresholds()
    assert thresholds.keys() == {"development", "test"}
    assert all(sides["least"][EXACT] == 1.0 for sides in thresholds.values())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("[development.least]\n'fact recal@5' = 0.5", "fact recal@5", id="measure"),
        pytest.param("[dev.least]\n'fact recall@5' = 0.5", "dev.least", id="split"),
        pytest.param("[test.over]\n'fact recall@5' = 0.5", "test.over", id="side"),
        pytest.param("[test.least]\n'fact recall@5' = 'half'", "no number", id="bound"),
        pytest.param("test = 1", "cannot be used", id="no table"),
        pytest.param("[test", "cannot be used", id="no TOML"),
    ],
)
def test_thresholds_that_name_what_is_not_measured_are_refused(tmp_path, content, message):
    path = tmp_path / "gate.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(GateError, match=message):
        read_thresholds(path)


def test_missing_thresholds_are_named(tmp_path):
    with pytest.raises(GateError, match="none.toml"):
        read_thresholds(tmp_path / "none.toml")
