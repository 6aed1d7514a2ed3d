"""The evidence reader itself, with its real model."""

import shutil

import pytest

from assistant.errors import ModelLoadError
from assistant.read import CUT_OFF, MODEL_FOLDER, OnnxReader
from assistant.training.measure import as_passage
from ingest.records import Passage

QUESTION = "How long did the soreness last?"
ANSWERING = as_passage("Six people took part. Their soreness lasted for eleven days. All went home.")
OTHER = as_passage("The garden has two gates. Both are painted green in spring.")


@pytest.fixture(scope="module")
def reader():
    return OnnxReader()


def test_the_passage_and_the_sentence_that_answer_stand_out_and_the_answer_is_highlighted(reader):
    answering, other = reader.read(QUESTION, [ANSWERING, OTHER])
    assert answering.answerable > other.answerable
    assert max(range(3), key=lambda i: answering.evidence[i]) == 1
    start, end = answering.highlights[1]
    assert "eleven days" in ANSWERING.text[start:end]


def test_each_highlight_lies_in_its_sentence_also_where_the_passage_starts_later(reader):
    moved = Passage(
        "p", "s", ANSWERING.text, 700, 700 + len(ANSWERING.text), "",
        tuple((start + 700, end + 700) for start, end in ANSWERING.sentences), (None,) * 3,
    )  # fmt: skip
    (reading,) = reader.read(QUESTION, [moved])
    for (first, last), (start, end) in zip(moved.sentences, reading.highlights, strict=True):
        assert first <= start < end <= last


def test_a_reading_depends_neither_on_what_else_is_read_nor_on_the_threads(reader):
    passages = [ANSWERING, OTHER] * 4
    together = reader.read(QUESTION, passages)
    alone = OnnxReader(threads=1).read(QUESTION, [ANSWERING])
    assert together[::2] == alone * 4
    assert together[1::2] == reader.read(QUESTION, [OTHER]) * 4
    assert reader.read(QUESTION, []) == ()


def test_what_is_beyond_the_input_length_is_said_to_be_cut_off(reader):
    (reading,) = reader.read(QUESTION, [as_passage("A long walk took them past many houses. " * 60)])
    assert reading.evidence[0] > CUT_OFF
    assert (reading.evidence[-1], reading.highlights[-1]) == (CUT_OFF, None)


def test_a_row_of_a_table_answers_as_a_whole(reader):
    text = "Soreness\televen days"
    (reading,) = reader.read(
        QUESTION, [Passage("p", "s", text, 0, len(text), "", ((0, len(text)),), (None,))]
    )
    assert reading.highlights == (None,)


def test_an_altered_or_missing_model_is_named_and_not_loaded(tmp_path):
    for name in ("evidence_reader.onnx", "evidence_reader_tokenizer.json"):
        shutil.copy(MODEL_FOLDER / name, tmp_path)
    with (tmp_path / "evidence_reader.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelLoadError, match=r"evidence_reader\.onnx was altered.*git checkout"):
        OnnxReader(tmp_path)
    (tmp_path / "evidence_reader.onnx").unlink()
    with pytest.raises(ModelLoadError, match=r"evidence_reader\.onnx cannot be read"):
        OnnxReader(tmp_path)
