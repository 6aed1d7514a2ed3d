import hashlib

import pytest
from fake_assistant import COMMON, RATE, FakeAssistant
from fake_system import FakeSystem, refusal, reply
from served import api_of, served

from eval.__main__ import main
from eval.cases import CASES, read_cases
from eval.retrieval import NDCG
from eval.store import RELEASED, WHOLE, read
from eval.systems import NAMES
from ingest.errors import IndexMissingError


class Same(FakeSystem):
    """Gives every case the same reply."""

    def __init__(self, name, item):
        super().__init__({}, name=name)
        self._item = item

    def reply(self, turns):
        self.asked.append(tuple(turns))
        if isinstance(self._item, BaseException):
            raise self._item
        return self._item


class Loading:
    """Stands for `load_systems`: makes a system for each name, and keeps the names."""

    def __init__(self, item=None, error=None):
        self.names = []
        self._item = item or reply(RATE, COMMON)
        self._error = error

    def __call__(self, names, config):
        self.names.append(list(names))
        if self._error:
            raise self._error
        return [Same(name, self._item) for name in names]


@pytest.fixture
def command(tmp_path):
    """Runs a command with fake systems and a folder of results of its own."""

    def run(*words, load=None):
        return main([str(word) for word in words], load=load or Loading(), folder=tmp_path / "results")

    return run


def test_check_counts_the_cases(command, capsys, documents):
    assert command("check") == 0
    assert f"{len(read_cases(CASES, documents))} cases" in capsys.readouterr().out


def test_run_asks_every_system_the_development_cases_and_writes_what_it_found(command, tmp_path, capsys):
    load = Loading()
    assert command("run", "--output", tmp_path / "r.json", load=load) == 0
    assert load.names == [list(NAMES)]
    found = read(tmp_path / "r.json")
    assert [system.name for system in found.systems] == list(NAMES)
    assert all({row.split for row in system.rows} == {"development"} for system in found.systems)
    assert "fact recall@5" in capsys.readouterr().out


def test_run_takes_some_systems_and_another_split(command, tmp_path):
    load = Loading()
    words = ("run", "--systems", "bm25", "assistant", "--split", "test", "--output", tmp_path / "r.json")
    assert command(*words, load=load) == 0
    assert load.names == [["bm25", "assistant"]]
    assert {row.split for row in read(tmp_path / "r.json").systems[1].rows} == {"test"}


def test_run_writes_rankings_in_the_form_of_trec(command, tmp_path):
    assert command("run", "--systems", "bm25", "--trec", tmp_path / "trec") == 0
    assert {path.name for path in (tmp_path / "trec").iterdir()} == {"bm25.run", "bm25.qrels"}


def test_a_system_that_is_not_there_is_refused_by_name(command, capsys):
    with pytest.raises(SystemExit):
        command("run", "--systems", "bm52")
    assert "bm52" in capsys.readouterr().err


def test_a_url_where_nothing_answers_is_an_error_of_one_line(command, capsys):
    load = Loading()
    assert command("run", "--url", "http://127.0.0.1:9", load=load) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert load.names == []  # nothing else is loaded for it


def test_the_key_of_a_running_assistant_comes_from_the_environment(command, tmp_path, monkeypatch, capsys):
    key = "a-key-of-forty-characters-made-for-tests"
    digest = hashlib.sha256(key.encode()).hexdigest()
    with served(api_of(FakeAssistant(), key_digests=(digest,))) as url:
        words = ("show", "direct-a01", "--url", url)
        assert command(*words) == 2
        assert capsys.readouterr().err == (
            f"The assistant at {url} asks for a key. Set ASSISTANT_API_KEY to one of its keys.\n"
        )
        monkeypatch.setenv("ASSISTANT_API_KEY", key)
        assert command(*words) == 0
    shown = capsys.readouterr()
    assert "direct-a01 (direct, " in shown.out
    assert key not in shown.out + shown.err


def test_an_index_that_is_missing_is_an_error_of_one_line(command, capsys):
    assert command("run", load=Loading(error=IndexMissingError("Run: python -m ingest build"))) == 2
    assert capsys.readouterr().err == "Run: python -m ingest build\n"


def test_compare_shows_what_changed_between_two_files_and_between_systems_of_one(command, tmp_path, capsys):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    command("run", "--systems", "assistant", "--output", old, load=Loading(refusal()))
    command("run", "--systems", "bm25", "assistant", "--output", new)
    capsys.readouterr()
    assert command("compare", old, f"{new}:assistant") == 0
    assert "now pass" in capsys.readouterr().out
    assert command("compare", f"{new}:bm25", f"{new}:assistant") == 0
    assert "flipped: 0 now fail, 0 now pass" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["none.json", "new.json:dense"])
def test_compare_names_what_it_cannot_read(command, tmp_path, capsys, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    command("run", "--systems", "assistant", "--output", "new.json")
    capsys.readouterr()
    assert command("compare", "new.json", name) == 2
    assert name.rpartition(":")[2] in capsys.readouterr().err


def test_show_asks_one_case_and_prints_it(command, capsys):
    assert command("show", "direct-a01") == 0
    assert "direct-a01 (direct, " in capsys.readouterr().out
    assert command("show", "direct-a011") == 2
    assert "Near: " in (printed := capsys.readouterr().err) and "direct-a01" in printed


def test_publish_writes_the_whole_and_what_is_released_and_a_page_can_be_made(command, tmp_path, capsys):
    assert command("publish") == 0
    whole, slim = (read(tmp_path / "results" / name) for name in (WHOLE, RELEASED))
    assert {row.split for row in slim.systems[0].rows} == {"development", "test"}
    assert [len(system.rows) for system in slim.systems[1:]] == [0, 0, 0, 0]
    assert whole.systems[0].rows[0].turns and not slim.systems[0].rows[0].turns
    assert command("report", tmp_path / "results" / WHOLE, tmp_path / "r.html") == 0
    assert (tmp_path / "r.html").stat().st_size > 10_000
    capsys.readouterr()
    assert command("report", tmp_path / "results" / RELEASED, tmp_path / "s.html") == 2
    assert "--output FILE" in capsys.readouterr().err


def test_the_gate_fails_an_assistant_that_fell_and_names_the_flipped_cases(command, tmp_path, capsys):
    command("run", "--systems", "assistant", "--split", "both", "--output", tmp_path / "results" / RELEASED)
    capsys.readouterr()
    assert command("gate", load=Loading(refusal())) == 1
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == "FAILED"
    assert "fact recall@5 is 0.0000" in printed and "now fails" in printed and "now passes" in printed


def test_the_gate_asks_the_assistant_alone_and_does_not_measure_its_search(command, capsys):
    load = Loading()
    command("gate", load=load)
    assert load.names == [["assistant"]]
    assert NDCG not in capsys.readouterr().out


def test_a_crash_in_every_case_is_a_result_and_no_traceback(command, tmp_path, capsys):
    load = Loading(RuntimeError("broken"))
    assert command("run", "--systems", "assistant", "--output", tmp_path / "r.json", load=load) == 0
    rows = read(tmp_path / "r.json").systems[0].rows
    assert {row.error for row in rows} == {"RuntimeError: broken"}
    assert "Traceback" not in capsys.readouterr().err
