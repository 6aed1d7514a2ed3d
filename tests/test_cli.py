import io
import json
import logging
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from fake_assistant import RATE, answer_of, refusal
from fakes import Loader, QueuedAssistant

from assistant.cli import main
from assistant.errors import ModelLoadError, QuestionError, VerificationError
from assistant.question import MAX_CHARACTERS
from assistant.serialise import answer_json
from ingest.errors import IndexMissingError

ROOT = Path(__file__).parent.parent
QUESTION = "How often does cement leak?"
# A process whose assistant is a fake, for what only a process shows: pipes, exit status, standard error.
PROGRAM = """
import sys
sys.path[:0] = ["tests"]
from fake_assistant import answer_of
from fakes import Loader, QueuedAssistant
from assistant.cli import main
sys.exit(main(sys.argv[1:], Loader(QueuedAssistant(*[answer_of()] * 1000))))
"""


def run(argv, *queue):
    assistant = QueuedAssistant(*queue)
    return main(argv, Loader(assistant)), assistant


def batch(tmp_path, *lines):
    """A batch file; a line is bytes, text, or a value that is written as JSON."""
    path = tmp_path / "cases.jsonl"
    with path.open("wb") as file:
        for line in lines:
            text = line if isinstance(line, (bytes, str)) else json.dumps(line, ensure_ascii=False)
            file.write((text if isinstance(text, bytes) else text.encode("utf-8")) + b"\n")
    return str(path)


def written(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_answer_is_printed_as_text_with_its_quotes(capsys):
    status, assistant = run(["ask", QUESTION], answer_of())
    out, err = capsys.readouterr()
    assert status == 0 and err == ""
    assert RATE in out and "[1]" in out and QUESTION in out
    assert assistant.asked == [(QUESTION, ())]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(answer_of(), 0, id="answered"),
        pytest.param(answer_of(status="partial", missing=("the cost",)), 0, id="partial"),
        pytest.param(refusal(), 3, id="not in the sources"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_the_exit_status_tells_whether_the_sources_answer(capsys, answer, expected, options):
    assert run(["ask", QUESTION, *options], answer)[0] == expected
    assert capsys.readouterr().out.endswith("\n")


def test_a_refusal_names_the_sources_that_were_searched(capsys):
    run(["ask", QUESTION], refusal())
    assert "Mao et al. 2024" in capsys.readouterr().out


def test_json_is_the_answer_and_nothing_else(capsys):
    run(["ask", QUESTION, "--json"], answer_of(id="abc"))
    out = capsys.readouterr().out
    expected = answer_json(answer_of(id="abc", question=QUESTION, standalone_question=QUESTION))
    assert json.loads(out) == expected
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("", "The question is empty", id="empty"),
        pytest.param("…?!", "holds no words", id="no words"),
        pytest.param("x" * (MAX_CHARACTERS + 1), f"at most {MAX_CHARACTERS}", id="too long"),
    ],
)
def test_what_is_no_question_is_refused_before_anything_is_loaded(capsys, question, sentence):
    load = Loader(QueuedAssistant())
    assert main(["ask", question], load) == 2
    out, err = capsys.readouterr()
    assert out == "" and sentence in err and err.count("\n") == 1
    assert load.configs == []


@pytest.mark.parametrize(
    "error",
    [
        IndexMissingError("There is no index. Run: python -m ingest build"),
        ModelLoadError("The reader is missing."),
        PermissionError(13, "Permission denied", "data/index"),
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_stops_the_loading_is_said_in_one_line(capsys, error):
    status = main(["ask", QUESTION], Loader(error))
    out, err = capsys.readouterr()
    assert status == (130 if isinstance(error, KeyboardInterrupt) else 2)
    assert out == "" and err.count("\n") == 1 and str(error.args[-1] if error.args else "Stopped") in err


def test_a_quote_that_fails_its_check_is_not_shown(capsys):
    assert run(["ask", QUESTION], VerificationError("Citation 1 is not what stands there."))[0] == 2
    assert capsys.readouterr() == ("", "Citation 1 is not what stands there.\n")


def test_the_environment_chooses_the_corpus_and_the_index(monkeypatch, tmp_path):
    monkeypatch.setenv("ASSISTANT_INDEX", str(tmp_path))
    load = Loader(QueuedAssistant(answer_of()))
    main(["ask", QUESTION], load)
    assert [config.index_folder for config in load.configs] == [tmp_path]


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param([], id="no command"),
        pytest.param(["ask"], id="no question"),
        pytest.param(["ask", QUESTION, "--batch", "x"], id="question and batch"),
        pytest.param(["ask", QUESTION, "--jsn"], id="unknown option"),
    ],
)
def test_wrong_arguments_end_with_2_and_the_usage(capsys, argv):
    with pytest.raises(SystemExit) as caught:
        main(argv, Loader(QueuedAssistant()))
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_batch_answers_the_last_turn_of_each_line_in_order(tmp_path, capsys):
    path = batch(
        tmp_path,
        {"id": "b", "turns": ["What is kyphoplasty?", "And vertebroplasty?"]},
        {"id": "a", "turns": ["What does it cost?"]},
    )
    status, assistant = run(["ask", "--batch", path], answer_of(id="1"), answer_of(id="2"), refusal(id="3"))
    lines = written(capsys)
    assert status == 0
    assert [(line["case_id"], line["id"], line["question"]) for line in lines] == [
        ("b", "2", "And vertebroplasty?"),
        ("a", "3", "What does it cost?"),
    ]
    first, follow_up, other = assistant.asked
    assert first == ("What is kyphoplasty?", ())
    assert [turn.question for turn in follow_up[1]] == ["What is kyphoplasty?"]
    assert follow_up[1][0].best_quote is not None
    assert other == ("What does it cost?", ())


def test_a_line_of_a_batch_holds_the_fields_of_the_answer_beside_the_case_id(tmp_path, capsys):
    run(["ask", "--batch", batch(tmp_path, {"id": 7, "turns": [QUESTION]})], answer_of())
    expected = answer_json(answer_of(question=QUESTION, standalone_question=QUESTION))
    assert written(capsys) == [{"case_id": 7, **expected}]


@pytest.mark.parametrize(
    ("line", "case_id", "reason"),
    [
        pytest.param("{oops", None, "not JSON", id="not JSON"),
        pytest.param("[" * 100_000, None, "not JSON", id="nested too deep"),
        pytest.param(b'{"id": "x", "turns": ["caf\xe9 ole"]}', None, "not UTF-8", id="Latin-1"),
        pytest.param("[1]", None, "object", id="list"),
        pytest.param({"id": {}, "turns": [QUESTION]}, None, "id", id="id is an object"),
        pytest.param({"id": "x"}, "x", "turns", id="no turns"),
        pytest.param({"id": "x", "turns": []}, "x", "turns", id="empty turns"),
        pytest.param({"id": "x", "turns": QUESTION}, "x", "turns", id="turns is a text"),
        pytest.param({"id": "x", "turns": [3]}, "x", "turns", id="turn is a number"),
        pytest.param({"id": "x", "turns": [QUESTION, " "]}, "x", "turn 2: The question is empty", id="empty"),
        pytest.param({"id": "x", "turns": ["y" * 5000]}, "x", "5000 characters", id="too long"),
    ],
)
def test_a_bad_line_gets_an_error_and_the_others_are_answered(tmp_path, capsys, line, case_id, reason):
    path = batch(tmp_path, {"id": "first", "turns": [QUESTION]}, line, {"id": "last", "turns": [QUESTION]})
    status, assistant = run(["ask", "--batch", path], answer_of(), answer_of())
    out, err = capsys.readouterr()
    first, bad, last = [json.loads(text) for text in out.splitlines()]
    assert status == 2 and err.count("\n") == 1
    assert (first["case_id"], last["case_id"]) == ("first", "last") and "quote" in first["citations"][0]
    assert set(bad) == {"case_id", "error"} and bad["case_id"] == case_id
    assert "Line 2" in bad["error"] and reason in bad["error"]
    assert len(assistant.asked) == 2


@pytest.mark.parametrize("error", [QuestionError("Not taken."), VerificationError("Not there.")])
def test_a_line_that_the_assistant_cannot_answer_gets_its_error(tmp_path, capsys, error):
    path = batch(tmp_path, {"id": "x", "turns": [QUESTION]}, {"id": "y", "turns": [QUESTION]})
    status, _ = run(["ask", "--batch", path], error, answer_of())
    first, second = written(capsys)
    assert status == 2
    assert first == {"case_id": "x", "error": str(error)}
    assert second["case_id"] == "y" and "error" not in second


def test_empty_lines_and_a_byte_order_mark_are_passed_over(tmp_path, capsys):
    path = batch(tmp_path, b'\xef\xbb\xbf{"id": "x", "turns": ["What leaks?"]}', "", "  ")
    assert run(["ask", "--batch", path], answer_of())[0] == 0
    assert [line["case_id"] for line in written(capsys)] == ["x"]


def test_a_batch_is_read_from_standard_input(monkeypatch, capsys):
    content = json.dumps({"id": "ü", "turns": ["Wie viel? μ"]}, ensure_ascii=False).encode("utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
    assert run(["ask", "--batch", "-"], answer_of())[0] == 0
    (line,) = written(capsys)
    assert (line["case_id"], line["question"]) == ("ü", "Wie viel? μ")


@pytest.mark.parametrize("name", ["none.jsonl", "."])
def test_a_batch_file_that_cannot_be_read_is_named_before_anything_is_loaded(tmp_path, capsys, name):
    load = Loader(QueuedAssistant())
    assert main(["ask", "--batch", str(tmp_path / name)], load) == 2
    out, err = capsys.readouterr()
    assert out == "" and str(tmp_path / name) in err and err.count("\n") == 1
    assert load.configs == []


def test_ctrl_c_ends_a_batch_with_what_was_answered(tmp_path, capsys):
    path = batch(tmp_path, {"id": "x", "turns": [QUESTION]}, {"id": "y", "turns": [QUESTION]})
    status, _ = run(["ask", "--batch", path], answer_of(), KeyboardInterrupt())
    out, err = capsys.readouterr()
    assert status == 130 and err == "Stopped.\n"
    assert [json.loads(line)["case_id"] for line in out.splitlines()] == ["x"]


def test_neither_question_nor_answer_is_logged(capsys, caplog):
    with caplog.at_level(logging.INFO):
        run(["ask", QUESTION], answer_of())
    assert QUESTION not in caplog.text and RATE not in caplog.text


# Without PYTHONUNBUFFERED, under which nothing waits to be flushed.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def process(*argv, program=None, **options):
    start = [sys.executable, "-W", "error", "-c", program] if program else [sys.executable, "-m", "assistant"]
    defaults = {"cwd": ROOT, "env": ENVIRONMENT, "timeout": 300, "encoding": "utf-8"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run([*start, *argv], check=False, **(defaults | pipes | options))


def running_batch(name, **options):
    """A process that answers a batch; its standard output and errors are pipes."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM, "ask", "--batch", name]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, **pipes, **options)


def test_the_command_refuses_an_empty_question_in_one_sentence():
    result = process("ask", "")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == "The question is empty. Type a question about the sources.\n"


def test_output_is_utf_8_whatever_the_terminal_is_set_to():
    settings = ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    result = process("ask", "Wie groß? μ", program=PROGRAM, env=settings)
    assert result.returncode == 0 and result.stderr == ""
    assert "Wie groß? μ" in result.stdout


def test_each_answer_of_a_batch_is_written_before_the_next_line_is_read():
    with running_batch("-", stdin=subprocess.PIPE) as running:
        for case_id in range(2):
            running.stdin.write(json.dumps({"id": case_id, "turns": [QUESTION]}).encode() + b"\n")
            running.stdin.flush()
            assert select.select([running.stdout], [], [], 60)[0], "no answer came within 60 seconds"
            assert json.loads(running.stdout.readline())["case_id"] == case_id
        running.stdin.close()
        assert running.wait(60) == 0


def test_a_reader_that_closes_the_output_ends_a_batch_quietly(tmp_path):
    path = batch(tmp_path, *[{"id": i, "turns": [QUESTION]} for i in range(1000)])
    with running_batch(path) as running:
        assert json.loads(running.stdout.readline())["case_id"] == 0
        running.stdout.close()
        errors = running.stderr.read().decode("utf-8")
    assert errors == "Stopped: the output was closed.\n"
    assert running.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_output_that_cannot_be_written_is_said_in_one_line():
    with Path("/dev/full").open("wb") as full:
        result = process("ask", QUESTION, program=PROGRAM, stdout=full)
    assert result.returncode == 2
    assert result.stderr == "No space left on device.\n"
