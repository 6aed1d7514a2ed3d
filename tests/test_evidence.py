import hashlib
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.compose import select
from assistant.errors import ModelLoadError
from assistant.evidence import CALIBRATION as CALIBRATION_FILE
from assistant.evidence import (
    QUESTION_FEATURES,
    SENTENCE_FEATURES,
    Calibration,
    band_of,
    confidence,
    load_calibration,
    log_odds,
    question_features,
    sigmoid,
    weigh,
)
from assistant.read import MODEL_FOLDER, Reading
from assistant.records import MAX_QUOTES, Band, Evidence, Hit
from ingest.embed import model_fingerprint
from ingest.index import corpus_digest
from ingest.records import Passage

TEXT = "Cement leaks. Bone heals. Fever falls."
SENTENCES = ((0, 13), (14, 25), (26, 38))
PASSAGE = Passage("p", "s", TEXT, 0, len(TEXT), "", SENTENCES, (None, None, None))
OTHER = replace(PASSAGE, id="o")
CALIBRATION = Calibration(
    sentence_weights=(1.0, 0.0, 2.0, 0.0, 0.0),
    sentence_bias=-1.0,
    question_weights=(1.0,) + (0.0,) * (len(QUESTION_FEATURES) - 1),
    question_bias=0.5,
    answered=0.5,
    quoted=0.5,
    digest="d",
)


def test_evidence_is_sorted_by_the_weighted_sum_of_its_features():
    hit = Hit(0, PASSAGE, 0.0, 1, "fused")
    reading = Reading(0.0, (0.0, 0.0, 0.0), ((0, 6), None, (26, 31)))
    features = np.array([[0.0, 9, 0.1, 9, 9], [3.0, 9, 0.0, 9, 9], [0.0, 9, 0.9, 9, 9]])
    found = weigh([hit], [reading], [features], CALIBRATION)
    assert [item.sentence for item in found] == [SENTENCES[1], SENTENCES[2], SENTENCES[0]]
    assert found[0].support == pytest.approx(sigmoid(3.0 - 1.0))
    assert found[2].highlight == (0, 6)


def test_a_question_is_decided_by_its_best_support_what_passages_answer_and_which_words_are_known():
    rows = [
        np.array([[0, 1.0, 0, 0.7, 0, 0]] * 3),
        np.array([[0, -2.0, 0, words, 0, 0] for words in (0.4, 0.1, 0)]),
    ]
    hits = [Hit(number, passage, 0.0, number + 1, "fused") for number, passage in enumerate((OTHER, PASSAGE))]
    best = Evidence(PASSAGE, SENTENCES[1], None, None, 0.75)
    found = question_features(hits, rows, [best, replace(best, support=0.1)], ("zyx",))
    assert found == pytest.approx([np.log(3), -0.5, 0.1, 1])


def test_no_question_is_surely_answered_by_a_sentence_with_hardly_any_support():
    sure = np.array([0.0] * len(QUESTION_FEATURES))
    weights = replace(CALIBRATION, question_weights=(0.0,) * len(QUESTION_FEATURES), question_bias=4.0)
    of_support = {}
    for support in (0.01, 0.06, 0.11, 0.12, 0.5):
        sure[0] = log_odds(support)
        of_support[support] = confidence(sure, weights)
    assert of_support[0.5] == of_support[0.12] == pytest.approx(sigmoid(4.0))
    assert of_support[0.06] == pytest.approx(sigmoid(4.0) / 16)
    assert of_support[0.01] < of_support[0.06] < of_support[0.11] < of_support[0.12]


def test_confidence_is_the_logistic_of_the_weighted_features():
    features = np.array([2.0] + [7.0] * (len(QUESTION_FEATURES) - 1))
    assert confidence(features, CALIBRATION) == pytest.approx(1 / (1 + np.exp(-2.5)))


@pytest.mark.parametrize(
    ("value", "right"), [(0.5, 1), (0.79, 1), (0.8, 2), (0.99, 2), (1.0, 2), (0.49, None)]
)
def test_an_answer_belongs_to_the_band_of_its_confidence(value, right):
    calibration = replace(CALIBRATION, bands=(Band(0.5, 0.8, 1, 15), Band(0.8, 1.0, 2, 16)))
    found = band_of(value, calibration)
    assert (found and found.right) == right


def test_without_measured_bands_there_is_none():
    assert band_of(0.9, CALIBRATION) is None


def test_the_shipped_bands_cover_every_answer_and_hold_at_least_fifteen_cases():
    calibration = load_calibration()
    bands = calibration.bands
    assert (bands[0].lower, bands[-1].upper) == (calibration.answered, 1.0)
    assert all(one.upper == other.lower for one, other in zip(bands, bands[1:], strict=False))
    assert all(0 <= band.right <= band.cases and band.cases >= 15 for band in bands)


def test_the_shipped_calibration_was_fitted_with_the_shipped_reader_and_corpus(documents):
    provenance = json.loads(CALIBRATION_FILE.read_text("utf-8"))["provenance"]
    reader = hashlib.sha256((MODEL_FOLDER / "evidence_reader.onnx").read_bytes()).hexdigest()
    assert provenance["reader"] == reader
    assert provenance["embedder"] == model_fingerprint()
    assert provenance["corpus"] == corpus_digest(tuple(document.source for document in documents))


def test_log_odds_undoes_sigmoid():
    assert log_odds(sigmoid(1.7)) == pytest.approx(1.7)


@pytest.mark.parametrize("value", [1e9, -1e9])
def test_sigmoid_of_extremes_stays_a_probability(value):
    assert 0.0 <= sigmoid(value) <= 1.0


def test_the_shipped_calibration_has_a_weight_for_every_feature():
    calibration = load_calibration()
    assert len(calibration.sentence_weights) == len(SENTENCE_FEATURES)
    assert len(calibration.question_weights) == len(QUESTION_FEATURES)
    assert 0 < calibration.answered < 1 and 0 < calibration.quoted <= 1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{}", id="no weights"),
        pytest.param("not json", id="not JSON"),
        pytest.param(json.dumps({"sentence": {"weights": {}, "bias": 0}}), id="weights missing"),
    ],
)
def test_a_damaged_calibration_is_refused_with_the_way_out(tmp_path, content):
    path = tmp_path / "calibration.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ModelLoadError, match="python -m eval calibrate"):
        load_calibration(path)


class FakeIndex:
    def __init__(self, texts):
        self.documents = {name: FakeDocument(text) for name, text in texts.items()}


class FakeDocument:
    def __init__(self, text):
        self.text = text
        self.source = SimpleNamespace(peer_reviewed=True)


def evidence(source, span, support, text=TEXT):
    passage = Passage(f"{source}{span}", source, text, 0, len(text), "", (span,), (None,))
    return Evidence(passage, span, None, None, support)


def test_each_source_that_answers_is_quoted_before_any_is_quoted_twice():
    text = " ".join(f"Finding number{i} stands alone{i}." for i in range(9))
    spans = [(i * 34, i * 34 + 33) for i in range(9)]
    items = [evidence("a", span, 0.9 - i / 100, text) for i, span in enumerate(spans[:7])]
    items.append(evidence("b", spans[8], 0.6, text))
    chosen = select(FakeIndex({"a": text, "b": text}), items, 0.5)
    assert len(chosen) == MAX_QUOTES
    assert [item.passage.source_id for item in chosen].count("b") == 1
    assert chosen[0] is items[0]


def test_sentences_with_much_less_support_than_the_best_are_not_quoted():
    items = [evidence("a", SENTENCES[0], 0.8), evidence("a", SENTENCES[1], 0.3)]
    assert select(FakeIndex({"a": TEXT}), items, 0.5) == (items[0],)


def test_near_duplicates_within_a_source_are_merged_but_not_across_sources():
    text = "Cement may leak into the veins. Cement can leak into the veins."
    first, second = (0, 31), (32, 63)
    index = FakeIndex({"a": text, "b": text})
    items = [
        evidence("a", first, 0.9, text),
        evidence("a", second, 0.8, text),
        evidence("b", second, 0.7, text),
    ]
    chosen = select(index, items, 0.5)
    assert [(item.passage.source_id, item.sentence) for item in chosen] == [("a", first), ("b", second)]


def test_nothing_found_gives_no_quotes():
    assert select(FakeIndex({}), [], 0.5) == ()
