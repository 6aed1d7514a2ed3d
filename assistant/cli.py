"""Questions on the command line: `python -m assistant ask "How common is cement leakage?"`.

Prints the answer as text, or with --json as one JSON object. With --batch it reads JSON lines of
`{"id": …, "turns": ["question", "follow-up", …]}` and prints one JSON line for each, in their order: the
answer to the last turn, with the id as `case_id`.

`python -m assistant widget-sri` prints the hash by which a page can insist on this version of the widget.

Exit status: 0 if the sources answer, in part or whole; 3 if they do not; 2 if the question cannot be taken
or nothing can be answered at all. A batch ends with 0, or with 2 if one of its lines could not be answered.
Ctrl-C ends with 130, a reader that closes the output with 141.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import AssistantError, QuestionError
from assistant.load import load_assistant
from assistant.pipeline import Assistant
from assistant.question import checked_question
from assistant.records import Answer, Turn
from assistant.render_text import render_text
from assistant.serialise import answer_json, json_line
from assistant.widget.files import integrity
from ingest.config import IngestConfig, ingest_config
from ingest.errors import IngestError

OK, BAD_INPUT, NOT_IN_SOURCES = 0, 2, 3
# Source: what shells report for a command that was ended by SIGINT and by SIGPIPE.
INTERRUPTED, OUTPUT_CLOSED = 130, 141

Load = Callable[[IngestConfig], Assistant]


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation of a batch.

    Attributes:
        id: as it was given; None if it was not.
        turns: questions, oldest first, at least one.
        problem: why it cannot be asked; empty if it can.
    """

    id: str | int | None
    turns: tuple[str, ...] = ()
    problem: str = ""


def main(argv: Sequence[str] | None = None, load: Load = load_assistant) -> int:
    """Runs a command and returns its exit status; errors are one sentence on stderr.

    Args:
        argv: arguments; None for those of the process.
        load: makes the assistant that is asked.
    """
    arguments = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        if arguments.command == "widget-sri":
            return _widget_sri()
        if arguments.batch is not None:
            return _batch(arguments.batch, load)
        return _one(arguments.question, load, as_json=arguments.json)
    except (IngestError, AssistantError) as error:
        return _stopped(str(error), BAD_INPUT)
    except BrokenPipeError:
        return _stopped("Stopped: the output was closed.", OUTPUT_CLOSED)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _stopped(f"{place}{error.strerror or error}.", BAD_INPUT)
    except KeyboardInterrupt:
        return _stopped("Stopped.", INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant",
        description="Answers from the sources.",
        epilog="`python -m assistant mcp` offers the same to programs, over the Model Context Protocol.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser(
        "ask",
        help="ask one question, or those of a file",
        epilog="Exit status: 0 answered, at least in part; 3 not in the sources; 2 error.",
    )
    asked = ask.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", help="the question, in quotation marks")
    asked.add_argument(
        "--batch",
        metavar="FILE",
        help='JSON lines of {"id", "turns"}, or - for standard input; prints one JSON line for each',
    )
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    commands.add_parser("widget-sri", help="print the Subresource Integrity value of the widget's file")
    return parser


def _widget_sri() -> int:
    _write(integrity())
    return OK


def _one(question: str, load: Load, *, as_json: bool) -> int:
    checked_question(question)  # before the models are loaded, which takes a second
    assistant = load(ingest_config(os.environ))
    answer = assistant.ask(question)
    if as_json:
        _write(json_line(answer_json(answer)))
    else:
        _write(render_text(answer, assistant.index.sources))
    return NOT_IN_SOURCES if answer.status == "not_in_sources" else OK


def _batch(name: str, load: Load) -> int:
    failed = 0
    with _opened(name) as file:
        assistant = load(ingest_config(os.environ))
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            case = _case(number, line)
            result = _result(case, assistant)
            failed += "error" in result
            _write(json_line({"case_id": case.id, **result}))
    if failed:
        return _stopped(f'{failed} of the lines could not be answered: see their "error".', BAD_INPUT)
    return OK


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def _result(case: Case, assistant: Assistant) -> dict[str, Any]:
    """The fields of the answer to the last turn, or `error`."""
    if case.problem:
        return {"error": case.problem}
    try:
        return answer_json(_last_answer(case.turns, assistant))
    except AssistantError as error:
        return {"error": str(error)}


def _last_answer(turns: Sequence[str], assistant: Assistant) -> Answer:
    history: list[Turn] = []
    for question in turns[:-1]:
        history.append(assistant.ask(question, history).turn())
    return assistant.ask(turns[-1], history)


def _case(number: int, line: bytes) -> Case:
    """The case of a line, which is numbered from 1; `problem` says what is wrong with it."""
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Case(None, problem=f"Line {number} is not UTF-8. Save the file as UTF-8.")
    except (ValueError, RecursionError):
        return Case(None, problem=f"Line {number} is not JSON.")
    if not isinstance(content, dict):
        return Case(None, problem=f'Line {number} is not a JSON object of "id" and "turns".')
    case_id = content.get("id")
    if case_id is not None and not isinstance(case_id, (str, int)):
        return Case(None, problem=f'Line {number}: "id" is neither a text nor a whole number.')
    turns = content.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return Case(case_id, problem=f'Line {number}: "turns" is not a list of one or more questions.')
    for place, turn in enumerate(turns, 1):
        try:
            checked_question(turn)
        except QuestionError as error:
            return Case(case_id, problem=f"Line {number}, turn {place}: {error}")
    return Case(case_id, tuple(turns))


def _write(text: str) -> None:
    """Writes a line at once.

    Raises:
        OSError: it cannot be written; what is left then goes nowhere, so that Python does not fail a second
            time when it ends (the note on SIGPIPE in the documentation of the module `signal`).
    """
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _stopped(message: str, status: int) -> int:
    sys.stderr.write(message + "\n")
    return status
