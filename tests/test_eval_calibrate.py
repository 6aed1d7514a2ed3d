"""Fitting weights and thresholds on the development split."""

from dataclasses import replace

import pytest

from assistant.evidence import load_calibration
from assistant.load import load_assistant
from eval.calibrate import UNFITTED, fit, observe, write
from eval.cases import CASES, read_cases
from ingest.config import IngestConfig
from ingest.pipeline import build

# Enough questions of both sorts to fit on; the whole split takes a minute.
SOME = 24


@pytest.fixture(scope="module")
def calibrating(tmp_path_factory):
    """An assistant that knows no weights, and a part of the development split."""
    config = IngestConfig(index_folder=tmp_path_factory.mktemp("calibrating") / "index")
    build(config, lambda line: None)
    assistant = load_assistant(config, calibration=UNFITTED)
    cases = read_cases(CASES, list(assistant.index.documents.values()))
    chosen = [case for case in cases if case.split == "development"]
    with_facts = [case for case in chosen if case.facts and len(case.turns) == 1][: SOME * 2 // 3]
    without = [case for case in chosen if not case.facts and len(case.turns) == 1][: SOME // 3]
    return config, assistant, observe(assistant, with_facts + without)


def test_fitting_needs_no_calibration_and_gives_one_that_loads(calibrating, tmp_path):
    _, assistant, observations = calibrating
    write(tmp_path / "calibration.json", fit(assistant, observations))
    fitted = load_calibration(tmp_path / "calibration.json")
    shipped = load_calibration()
    assert len(fitted.sentence_weights) == len(shipped.sentence_weights)
    # What the reader says of a sentence speaks for it, and the best support speaks for an answer.
    assert fitted.sentence_weights[0] > 0
    assert fitted.question_weights[0] > 0
    assert 0 < fitted.answered < 1


def test_what_is_fitted_does_not_depend_on_the_weights_before(calibrating):
    config, _, observations = calibrating
    with_weights = load_assistant(config)
    again = observe(with_weights, [observation.case for observation in observations[:6]])
    for one, other in zip(observations, again, strict=False):
        assert [hit.number for hit in one.search.hits] == [hit.number for hit in other.search.hits]
        assert all((a == b).all() for a, b in zip(one.search.features, other.search.features, strict=True))
        assert all((a == b).all() for a, b in zip(one.labels, other.labels, strict=True))


def test_questions_that_change_their_labels_change_the_fit(calibrating):
    _, assistant, observations = calibrating
    reversed_labels = [
        replace(o, labels=tuple(~label for label in o.labels)) if o.answerable else o for o in observations
    ]
    fitted, other = fit(assistant, observations), fit(assistant, reversed_labels)
    weight = "reader_evidence"
    assert fitted["sentence"]["weights"][weight] > 0 > other["sentence"]["weights"][weight]


def test_follow_ups_and_bibliographic_questions_are_not_fitted_on(calibrating):
    _, assistant, observations = calibrating
    case = observations[0].case
    others = [
        replace(case, turns=(*case.turns, "And in men?")),
        replace(case, turns=("Who wrote the review?",)),
        replace(case, kind="partial"),
    ]
    assert observe(assistant, others) == []
