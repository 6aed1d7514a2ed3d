import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import FILES

from ingest.__main__ import main
from ingest.config import IngestConfig, ingest_config
from ingest.index import open_index

ROOT = Path(__file__).parent.parent


@pytest.fixture
def settings(config, monkeypatch):
    """Sets the corpus and index of the configuration in the environment."""
    monkeypatch.setenv("ASSISTANT_CORPUS", str(config.corpus_folder))
    monkeypatch.setenv("ASSISTANT_INDEX", str(config.index_folder))


def test_variables_that_are_empty_or_not_set_give_the_defaults():
    assert ingest_config({}) == IngestConfig()
    assert ingest_config({"ASSISTANT_CORPUS": "", "ASSISTANT_INDEX": ""}) == IngestConfig()


def test_each_variable_sets_one_value():
    names = ("CORPUS", "INDEX", "EMBEDDING_MODEL", "CHROMA_URL")
    config = ingest_config({f"ASSISTANT_{name}": f"/{name}" for name in names})
    assert config == IngestConfig(Path("/CORPUS"), Path("/INDEX"), "/EMBEDDING_MODEL", "/CHROMA_URL")


@pytest.mark.real_model
def test_build_makes_an_index_and_the_next_one_finds_it_up_to_date(settings, config, capsys):
    assert main(["build"]) == 0
    output = capsys.readouterr().out
    index = open_index(config)
    assert f"Index {index.fingerprint[:12]}: 4 sources, {len(index.passages)} passages" in output
    assert main(["build"]) == 0
    assert f"up to date ({index.fingerprint[:12]}" in capsys.readouterr().out


def test_check_counts_what_was_read_and_says_that_the_index_fits(settings, built, capsys):
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == list(FILES)
    assert lines[2].endswith("2 references")
    assert "fits: " in lines[4]


def test_check_after_a_change_says_what_to_run(settings, built, small_corpus, capsys):
    small_corpus.write(**{"003_leaflet": "Walking is allowed now."})
    assert main(["check"]) == 2
    assert capsys.readouterr().err.endswith("Run: python -m ingest build\n")


def test_show_prints_what_is_content_and_why_the_rest_is_not(settings, capsys):
    assert main(["show", "001"]) == 0
    output = capsys.readouterr().out
    assert "§ COURSE\n" in output
    assert "improvement of" in output and "[joined]" in output
    assert "Author contributions: Frost I wrote the report. [left out: article information" in output
    assert output.endswith("2 references\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["show", "9"], "0 sources start with '9'. There are: 000_record, 001_case", id="none"),
        pytest.param(["show", "00"], "4 sources start with '00'", id="several"),
        pytest.param(["check"], "There is no index in", id="no index"),
    ],
)
def test_an_error_is_one_line_on_stderr_and_status_2(settings, capsys, arguments, message):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("command", [["build"], ["check"], ["show", "0"]])
def test_a_corpus_that_is_not_there_is_an_error_of_every_command(monkeypatch, tmp_path, capsys, command):
    monkeypatch.setenv("ASSISTANT_CORPUS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ASSISTANT_INDEX", str(tmp_path / "index"))
    assert main(command) == 2
    assert "There is no manifest at" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["paint"], ["show"]])
def test_a_command_line_that_is_no_command_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m ingest" in capsys.readouterr().err


def test_ctrl_c_ends_without_a_traceback(tmp_path):
    manifest = tmp_path / "manifest.toml"
    os.mkfifo(manifest)  # reading it waits until something is written
    run = subprocess.Popen(
        [sys.executable, "-m", "ingest", "show", "001"],
        cwd=ROOT,
        env={**os.environ, "ASSISTANT_CORPUS": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    with writer(manifest):
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (130, "")


@contextmanager
def writer(fifo):
    """Holds a named pipe open for writing, as soon as somebody reads it."""
    until = time.monotonic() + 60
    while True:
        try:
            end = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError:
            assert time.monotonic() < until, "nobody reads"
            time.sleep(0.05)
    yield
    os.close(end)


def test_as_a_program_it_exits_with_the_status_and_no_traceback(config):
    environment = {**os.environ, "ASSISTANT_CORPUS": str(config.corpus_folder / "none")}
    command = [sys.executable, "-m", "ingest", "show", "001"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode == 2
    assert run.stdout == "" and run.stderr.startswith("There is no manifest")
    assert "Traceback" not in run.stderr


def test_a_reader_that_closes_the_output_early_gets_no_traceback():
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "ingest", "show", "002"]
    run = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(write)
    assert (run.returncode, run.stderr) == (141, "")
