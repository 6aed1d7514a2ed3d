import dataclasses
import json
from dataclasses import replace

import pytest
from fake_assistant import ROW, answer_of, refusal

from assistant.records import Answer, Citation, Comparison
from assistant.serialise import answer_json, json_line
from ingest.records import Source


def names(record):
    return [field.name for field in dataclasses.fields(record)]


def test_the_keys_are_the_names_of_the_records_in_their_order():
    content = answer_json(answer_of())
    assert list(content) == names(Answer)
    assert list(content["citations"][0]) == names(Citation)
    assert list(content["citations"][0]["source"]) == names(Source)


def test_the_values_are_those_that_json_gives_back():
    answer = answer_of(comparison=(Comparison("leakage", (1, 3), "agree", "both speak of leakage"),))
    content = answer_json(answer)
    assert json.loads(json_line(content)) == content
    assert content["comparison"][0]["citations"] == [1, 3]


def test_what_a_receipt_needs_is_kept():
    answer = answer_of()
    citation = answer_json(answer)["citations"][1]
    assert citation["quote"] == ROW
    assert citation["receipt"]["file_sha256"] == answer.citations[1].source.sha256
    assert citation["receipt"]["file_spans"] == [list(s) for s in answer.citations[1].receipt.file_spans]
    assert citation["highlight"] == list(answer.citations[1].highlight)


def test_absent_values_are_null_and_a_refusal_has_its_nearest_passages():
    content = answer_json(refusal())
    assert content["status"] == "not_in_sources" and content["citations"] == []
    assert content["nearest"][0]["text"].startswith("Leakage of cement")
    assert answer_json(answer_of())["citations"][0]["page"] is None


def test_letters_stand_as_they_are_on_one_compact_line():
    line = json_line(answer_json(answer_of(notices=("größer\n≥ 80 %",))))
    assert "größer\\n≥ 80 %" in line and '"id":"a1","status":"answered"' in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\u2028b\u2029c", id="line separators"),
        pytest.param("a\x85b", id="next line"),
        pytest.param("a\x9b31mb\x1b[31m", id="terminal controls"),
        pytest.param("a\ud800b", id="half a pair"),
    ],
)
def test_characters_that_break_a_line_or_its_encoding_are_escaped_and_come_back(text):
    line = json_line({"text": text})
    assert len(line.splitlines()) == 1 and line.isprintable()
    assert json.loads(line.encode("utf-8")) == {"text": text}


def test_the_same_answer_gives_the_same_bytes():
    assert json_line(answer_json(answer_of())) == json_line(answer_json(replace(answer_of())))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_hold_is_refused(number):
    with pytest.raises(ValueError):
        json_line(answer_json(answer_of(confidence=number)))
