import json
import re
from dataclasses import replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE
from fake_system import ASKED, BOTH, NOT_THERE, judge, refusal, reply, scripted

from eval.replies import ReplyError
from eval.run import run
from eval.store import ResultsError, read, released, results, system_results, write
from eval.summary import summary


def made():
    """Results of two systems on the same cases, of both splits."""
    cases = [ASKED, BOTH, NOT_THERE]
    assert {case.split for case in cases} == {"development", "test"}
    systems = []
    for name, quotes in (("assistant", (RATE, COMMON)), ("bm25", (LEAFLET,))):
        pairs = [(ASKED, reply(*quotes)), (BOTH, reply(*quotes)), (NOT_THERE, refusal(COMMON))]
        system = scripted(*pairs, name=name)
        systems.append(system_results(system, run(system, cases, judge()).rows))
    return results("c" * 64, systems)


def counted(scores):
    """The scores that are numbers: a file leaves out what could not be counted."""
    return {name: value for name, value in scores.items() if value is not None}


def test_results_come_back_from_their_file_as_they_were_but_for_the_last_digits(tmp_path):
    whole = made()
    write(tmp_path / "folder" / "r.json", whole)
    found = read(tmp_path / "folder" / "r.json")
    assert [system.rows for system in found.systems] == [
        tuple(replace(row, scores=counted(row.scores)) for row in system.rows) for system in whole.systems
    ]
    assert (found.commit, found.corpus, found.cases) == (whole.commit, whole.corpus, whole.cases)
    assert found.systems[0].configuration == {"made": "up"}
    for split, measured in whole.systems[0].measured.items():
        for name, interval in measured.items():
            assert found.systems[0].measured[split][name].value == pytest.approx(interval.value, abs=1e-4)


def test_a_file_has_one_row_a_line(tmp_path):
    write(tmp_path / "r.json", made())
    lines = (tmp_path / "r.json").read_text("utf-8").splitlines()
    rows = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"id"')]
    assert [row["id"] for row in rows] == ["direct-1", "list-1", "unanswerable-1"] * 2


def test_a_case_that_failed_comes_back_with_its_reason(tmp_path):
    system = scripted((ASKED, ReplyError("the server said 500")))
    rows = run(system, [ASKED], judge()).rows
    write(tmp_path / "r.json", results("c" * 64, [system_results(system, rows)]))
    assert read(tmp_path / "r.json").systems[0].rows == rows


def test_each_split_is_measured_apart():
    (first, _) = made().systems
    for split, measured in first.measured.items():
        assert measured == summary([row for row in first.rows if row.split == split])
    assert first.measured.keys() == {"development", "test"}


def test_what_is_released_has_all_measures_and_the_first_systems_rows_without_words(tmp_path):
    whole = made()
    write(tmp_path / "r.json", released(whole))
    text = (tmp_path / "r.json").read_text("utf-8")
    for words in (RATE, COMMON, ASKED.turns[0], ASKED.facts[0].quotes[0]):
        assert words not in text
    found = read(tmp_path / "r.json")
    assert [len(system.rows) for system in found.systems] == [3, 0]
    assert [row.scores for row in found.systems[0].rows] == [
        counted(row.scores) for row in whole.systems[0].rows
    ]
    assert [row.passed for row in found.systems[0].rows] == [row.passed for row in whole.systems[0].rows]
    assert found.systems[1].measured.keys() == whole.systems[1].measured.keys()


def test_results_name_the_commit_they_were_made_of():
    assert re.fullmatch(r"[0-9a-f]{12}(-changed)?|unknown", made().commit)


def test_a_system_is_found_by_its_name_and_the_first_is_the_default():
    whole = made()
    assert whole.system().name == "assistant" and whole.system("bm25").name == "bm25"
    with pytest.raises(ResultsError, match="there are: assistant, bm25"):
        whole.system("dense")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"form": 0}', '{"form": 1, "commit": "a", "corpus": "b", "cases": "c", "cores": 2}'],
)
def test_what_is_no_file_of_results_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "r.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ResultsError, match="python -m eval run --output"):
        read(path)


def test_a_row_of_another_form_is_refused(tmp_path):
    write(tmp_path / "r.json", made())
    text = (tmp_path / "r.json").read_text("utf-8").replace('"seconds"', '"minutes"')
    (tmp_path / "r.json").write_text(text, "utf-8")
    with pytest.raises(ResultsError, match="minutes"):
        read(tmp_path / "r.json")
