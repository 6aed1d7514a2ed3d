"""The evidence reader itself, with its real model."""

import shutil

import numpy as np
import pytest

from assistant.errors import ModelLoadError
from assistant.question import MAX_CHARACTERS
from assistant.read import CUT_OFF, MODEL_FOLDER, OnnxReader, PassageReader
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


def sees_its_input(taken):
    """A model that keeps what it is given and finds nothing."""

    def model(inputs):
        taken.append(inputs)
        nothing = np.zeros(inputs["input_ids"].shape, dtype=np.float32)
        return np.zeros(1, dtype=np.float32), nothing, nothing, nothing

    return model


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("ab " * (MAX_CHARACTERS // 3), id="words"),
        pytest.param("a b " * (MAX_CHARACTERS // 4), id="letters"),
        pytest.param("骨" * MAX_CHARACTERS, id="Chinese"),
        pytest.param("a" * MAX_CHARACTERS, id="one word"),
    ],
)
def test_the_longest_question_leaves_half_of_the_input_for_the_passage(question):
    taken = []
    text = "A long walk took them past many houses. " * 60
    (reading,) = PassageReader(sees_its_input(taken)).read(question, [as_passage(text)])
    assert taken[0]["input_ids"].shape[1] == 320
    assert taken[0]["token_type_ids"].sum() >= 150
    assert reading.evidence[0] > CUT_OFF


def test_a_question_and_a_passage_that_fit_are_read_whole():
    taken = []
    PassageReader(sees_its_input(taken)).read(QUESTION, [ANSWERING])
    # [CLS] how long did the sore ##ness last ? [SEP], and 17 word pieces of the passage with its [SEP]
    assert taken[0]["token_type_ids"].tolist() == [[0] * 10 + [1] * 18]


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
