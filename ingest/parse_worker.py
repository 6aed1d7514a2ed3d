"""The process that reads files of unknown origin: `sandbox.py` starts it, speaks with it and ends it.

Requests come on standard input: a line of JSON, then the file's bytes. Answers go to standard output: eight
bytes that give the length, then JSON.
"""

import json
import os
import resource
import signal
import sys
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import Any, BinaryIO

from ingest.document import make_document
from ingest.errors import IngestError
from ingest.examine import examine
from ingest.formats import tell_format
from ingest.limits import MEGABYTE, Limits
from ingest.parse import parse
from ingest.parsed import Parsed
from ingest.records import Source

# Seconds after the limit in which the process that started this one should have ended it.
_GRACE = 10
# What a parser says of a broken file may be long; a line of it is enough.
_MOST_WORDS = 200
# Events of Python that a reader of files has no use for. Source: the audit events in Python's documentation.
_REFUSED = ("socket.", "ftplib.", "smtplib.", "urllib.", "http.client", "os.remove", "os.rename", "os.system",
            "os.exec", "os.fork", "os.posix_spawn", "shutil.", "tempfile.")  # fmt: skip
# What it may start: the converter of office files, and what tells which way up a page is.
_PROGRAMS = {"pandoc", "tesseract"}


class _Worker:
    """Answers one request after the other; remembers the last file, which is often asked for again."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._last: tuple[bytes, str, Parsed] | None = None

    def answer(self, request: dict[str, Any], content: bytes) -> bytes:
        """The answer to a request, as JSON."""
        name = request["name"]
        try:
            return json.dumps(self._do(request, content, name), ensure_ascii=False).encode("utf-8", "replace")
        except IngestError as error:
            return _error(type(error).__name__, str(error))
        except MemoryError:
            self._last = None
            most = self._limits.memory_bytes // MEGABYTE
            return _error("ParseError", f"{name} takes more than {most} MB of memory to read. Split it.")
        except Exception as error:  # whatever a library makes of a broken file
            said = f"{type(error).__name__}: {error}"[:_MOST_WORDS]
            return _error(
                "ParseError",
                f"{name} cannot be read ({said}). Open it in the program that made it and save it anew.",
            )

    def _do(self, request: dict[str, Any], content: bytes, name: str) -> dict[str, Any]:
        password = request["password"]
        if request["task"] == "examine":
            form = tell_format(content, name)
            return asdict(examine(self._parsed(content, form, name, password), form, content))
        values = request["source"]
        source = Source(**(values | {"authors": tuple(values["authors"])}))
        document = make_document(self._parsed(content, source.format, source.path, password), source)
        return asdict(document)

    def _parsed(self, content: bytes, form: str, path: str, password: str) -> Parsed:
        if self._last and self._last[:2] == (content, form):
            return self._last[2]
        self._last = None
        parsed = parse(content, form, path, password, self._limits)
        self._last = (content, form, parsed)
        return parsed


def _error(kind: str, text: str) -> bytes:
    return json.dumps({"error": kind, "text": " ".join(text.split())}).encode("utf-8")


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuses connections, writing and other programs.

    It stops what Python code does, a library's or a plug-in's. Against code inside a C library that a file
    has taken over it does not help: run the ingest of such files as a user with few rights.
    """
    if event.startswith(_REFUSED):
        raise PermissionError(f"reading a file may not do {event}")
    if event == "subprocess.Popen" and PurePath(os.fsdecode(arguments[0])).name not in _PROGRAMS:
        raise PermissionError("reading a file may not start a program")
    if event == "open":
        path, mode, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and path != os.devnull and not isinstance(path, int):  # a number: a pipe that is open
            raise PermissionError("reading a file may not write files")


def _bound(limits: Limits) -> None:
    """Limits that the system holds, should the process that started this one be gone."""
    for kind, most in (
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def serve(limits: Limits, requests: BinaryIO, answers: int) -> None:
    """Answers requests until there are no more."""
    worker = _Worker(limits)
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["bytes"])
        signal.alarm(int(limits.seconds) + _GRACE)
        answer = worker.answer(request, content)
        signal.alarm(0)
        left = memoryview(len(answer).to_bytes(8, "big") + answer)
        while left:
            left = left[os.write(answers, left) :]


if __name__ == "__main__":
    given = replace(Limits(), **json.loads(sys.argv[1]))
    output = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get between the answers
    _bound(given)
    sys.addaudithook(guard)
    serve(given, sys.stdin.buffer, output)
