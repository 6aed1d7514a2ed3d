import gzip
import json

import pytest

from assistant.errors import ModelLoadError
from assistant.read import MODEL_FOLDER
from assistant.training.data import TrainingDataError
from assistant.training.measure import Measured
from eval.__main__ import main
from eval.reader import measure_readers, readers_text

PASSAGE = "Cement leaked in 14% of the treated levels. Most leaks were silent."
EXAMPLES = [
    {"q": "In how many levels did cement leak?", "p": PASSAGE, "ans": 1, "span": [17, 20], "ev": [[0, 43]]},
    {"q": "Were most leaks silent?", "p": PASSAGE, "ans": 1, "span": [60, 66], "ev": [[44, 67]]},
    {"q": "What does the balloon cost in euros?", "p": PASSAGE, "ans": 0, "span": None, "ev": []},
]


@pytest.fixture
def examples(tmp_path):
    path = tmp_path / "few.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(example | {"src": "synth", "w": 1.0}) + "\n" for example in EXAMPLES)
    return path


@pytest.mark.real_model
def test_readers_are_measured_on_the_same_examples(examples):
    ours = MODEL_FOLDER / "evidence_reader.onnx"
    (own,) = measure_readers([], [examples]).values()
    assert measure_readers([ours], [examples]) == {(str(ours), "few.jsonl.gz"): own}
    assert (own.examples, own.with_evidence, own.with_span) == (3, 2, 2)
    assert own.answerable_auc == 1.0 and own.best_in_evidence == 1.0
    (less,) = measure_readers([], [examples], limit=2).values()
    assert (less.examples, less.answerable_auc) == (2, None)


def test_the_text_has_a_line_for_each_reader_and_file_and_a_dash_for_what_could_not_be_counted():
    measured = Measured(4, 0, 0.625, 2, 0.5, 0, None, None, 0.5, 0.25)
    lines = readers_text({("a.onnx", "x.gz"): measured, ("b.onnx", "x.gz"): measured}).splitlines()
    assert lines[1].split() == [
        "a.onnx",
        "on",
        "x.gz",
        "4",
        "0",
        "0.6250",
        "2",
        "0.5000",
        "0",
        "-",
        "-",
        "0.5000",
        "0.2500",
    ]
    assert lines[2].startswith("b.onnx on x.gz")


def test_a_model_or_a_file_that_is_not_there_is_named(tmp_path, examples, capsys):
    with pytest.raises(ModelLoadError, match="none.onnx"):
        measure_readers([tmp_path / "none.onnx"], [examples])
    with pytest.raises(TrainingDataError, match="none.gz"):
        measure_readers([], [tmp_path / "none.gz"])
    assert main(["reader", str(tmp_path / "none.gz")]) == 2
    assert "Traceback" not in capsys.readouterr().err
