"""What a terminal is shown: bars with the time that is left, one question at a time, nothing that steers."""

import io
import os
import pty
import threading
import time
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

import pytest

from ingest.progress import Step
from ingest.terminal import harmless, shown


@contextmanager
def terminal():
    """Standard error is a terminal; gives what reads the bytes that were written to it."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, redirect_stderr(stream):
        yield lambda: _read(ours)
    os.close(ours)


def _read(file):
    parts = []
    try:
        while part := os.read(file, 1 << 16):
            parts.append(part)
    except BlockingIOError:
        pass
    return b"".join(parts)


def test_a_terminal_is_shown_a_bar_with_what_is_done_and_the_time_that_is_left(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    with terminal() as written:
        with shown(print) as (_, progress, _):
            progress(Step("Embedding", 3, 12, "texts", 0.25))
        said = written().decode()
    assert "Embedding" in said and "3 of 12 texts" in said and "left" in said


def test_elsewhere_progress_is_lines():
    said = []
    with shown(said.append) as (report, progress, _):
        report("Begun.")
        progress(Step("Embedding", 3, 12, "texts", 0.25))
        progress(Step("Reading", 9, 9, "documents", 1.0))  # few: no line
    assert said == ["Begun.", "Embedded 3 of 12 texts."]


@pytest.mark.parametrize("on_terminal", [True, False])
def test_one_password_is_asked_at_a_time(on_terminal):
    open_questions, most = [], []

    def ask(path):
        open_questions.append(path)
        most.append(len(open_questions))
        time.sleep(0.02)
        open_questions.remove(path)
        return f"of {path.name}"

    where = terminal() if on_terminal else redirect_stderr(io.StringIO())
    with where, shown(print) as (_, progress, asking):
        progress(Step("Reading", 1, 20, "files", 0.05))
        asked, answers = asking(ask), []
        threads = [
            threading.Thread(target=lambda n=n: answers.append(asked(Path(f"{n}.pdf")))) for n in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [f"of {n}.pdf" for n in range(6)]
    assert set(most) == {1}


def test_what_would_steer_a_terminal_is_shown_as_unknown_signs():
    assert harmless("Leaks \x1b[31mred\x9b2J \u202egnp.exe ñ 日本\n\tx") == (
        "Leaks \ufffd[31mred\ufffd2J \ufffdgnp.exe ñ 日本\n\tx"
    )
