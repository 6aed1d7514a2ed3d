"""Reads files in a process of their own, which has limits and is ended when it goes beyond them.

A file may be broken, or made to break its parser: whatever it does, the caller gets a document or one
`ParseError`. The process is handed the file's bytes and gives back JSON, which is checked like any input; it
opens no connection, writes no file and starts no program but the converter of office files.
"""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from ingest.errors import IngestError, ParseError, PasswordError
from ingest.limits import MEGABYTE, Limits
from ingest.parsed import Examination
from ingest.records import Document, Source
from ingest.serialise import document_from_json, examination_from_json

_ROOT = Path(__file__).resolve().parent.parent
_PIPE = 1 << 16
_LENGTH = 8
_ERRORS: dict[str, type[IngestError]] = {"ParseError": ParseError, "PasswordError": PasswordError}
# One thread of each library: several of these processes may run side by side.
_THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
_KEPT = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT")


class ParsingProcess:
    """A process that reads files, one after the other; started when the first is asked for.

    Args:
        limits: what one file may take. A process that went beyond them is ended, and the next file gets a
            new one.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ParsingProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def document(self, content: bytes, source: Source, password: str = "") -> Document:
        """The document of a source file.

        Args:
            content: of the file.
            source: its entry in the manifest.
            password: opens an encrypted file; it is handed on and kept nowhere.

        Raises:
            ParseError: the file does not have the source's format, holds no content or is beyond the limits.
            PasswordError: the file is encrypted, and the password is missing or wrong.
        """
        request: dict[str, object] = {"task": "document", "source": asdict(source)}
        return document_from_json(self._ask(request, content, source.path, password))

    def examine(self, content: bytes, name: str, password: str = "") -> Examination:
        """What a file is and says of itself, before it has an entry in the manifest.

        Args:
            content: of the file.
            name: of the file; its ending helps to tell the format.
            password: opens an encrypted file; it is handed on and kept nowhere.

        Raises:
            ParseError: the format is not known, or as `document`.
            PasswordError: the file is encrypted, and the password is missing or wrong.
        """
        return examination_from_json(self._ask({"task": "examine"}, content, name, password))

    @property
    def pid(self) -> int | None:
        """Number of the process; None where none is running."""
        return self._process.pid if self._process else None

    @property
    def peak_megabytes(self) -> int:
        """Most memory that the process has held so far, on Linux; 0 where that is not told."""
        try:
            status = Path(f"/proc/{self.pid or 0}/status").read_text("ascii")
        except OSError:
            return 0
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(peak[1]) // 1000 if peak else 0

    def close(self) -> None:
        """Ends the process."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with the converter that it may have started
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()

    def _ask(self, request: dict[str, object], content: bytes, path: str, password: str) -> bytes:
        """The process's answer, as JSON.

        Raises:
            ParseError: it gave an error, or none in time.
        """
        name = Path(path).name
        if len(content) > self._limits.file_bytes:
            raise ParseError(
                f"{name} has {len(content) // MEGABYTE} MB, more than the "
                f"{self._limits.file_bytes // MEGABYTE} MB that are read. Split it, or shrink its images."
            )
        process = self._running()
        request |= {"name": name, "password": password, "bytes": len(content)}
        deadline = time.monotonic() + self._limits.seconds
        try:
            _write(process, json.dumps(request).encode("utf-8") + b"\n", deadline)
            _write(process, content, deadline)
            answer = self._answer(process, name, deadline)
        except TimeoutError as error:
            self.close()
            raise ParseError(
                f"{name} was not read within {self._limits.seconds:g} seconds and was given up. Split it, or "
                "print it to a new, simpler PDF."
            ) from error
        except (EOFError, BrokenPipeError) as error:
            code = process.wait()
            self.close()
            raise ParseError(
                f"{name} broke the program that reads it ({_ending(code)}). Open it in the program that made "
                "it and save it anew, or print it to a new PDF."
            ) from error
        except BaseException:
            self.close()
            raise
        self._raise_error(answer)
        return answer

    def _answer(self, process: subprocess.Popen[bytes], name: str, deadline: float) -> bytes:
        size = int.from_bytes(_read(process, _LENGTH, deadline), "big")
        if size > self._limits.answer_bytes:
            raise ParseError(
                f"{name} holds more text than is read ({size // MEGABYTE} MB with its places). Split it."
            )
        return _read(process, size, deadline)

    @staticmethod
    def _raise_error(answer: bytes) -> None:
        if answer.startswith(b'{"error"'):
            error = json.loads(answer)
            raise _ERRORS.get(error["error"], ParseError)(str(error["text"]))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ingest.parse_worker", json.dumps(asdict(self._limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libraries complain there of what is broken in a file
                env=environment | _THREADS | {"PYTHONPATH": str(_ROOT)},
                start_new_session=True,
                bufsize=0,
            )
            assert self._process.stdin and self._process.stdout
            os.set_blocking(self._process.stdin.fileno(), False)
        return self._process


def _write(process: subprocess.Popen[bytes], content: bytes, deadline: float) -> None:
    assert process.stdin
    left = memoryview(content)
    while left:
        _wait(process.stdin.fileno(), deadline, writing=True)
        left = left[os.write(process.stdin.fileno(), left[:_PIPE]) :]


def _read(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert process.stdout
    parts = []
    while size:
        _wait(process.stdout.fileno(), deadline, writing=False)
        part = os.read(process.stdout.fileno(), min(size, _PIPE))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wait(file: int, deadline: float, *, writing: bool) -> None:
    left = max(0.0, deadline - time.monotonic())
    poll = select.poll()  # select() fails where a process has more than 1,024 files open
    poll.register(file, select.POLLOUT if writing else select.POLLIN)
    if not poll.poll(left * 1000):
        raise TimeoutError


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
