"""Sources to documents, each read once: in processes, side by side, and kept until a build holds them.

A document is taken from the last build if the same code read the same file under the same entry of the
manifest. What is read anew is kept in the index folder (`read/`) until a build is finished, so that reading
that was ended goes on where it stopped.
"""

import hashlib
import json
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from ingest.builds import write_whole
from ingest.errors import IndexBuildError, IndexDamagedError, PasswordError
from ingest.index import Index, code_digest
from ingest.manifest import read_source
from ingest.progress import Progress, Report, Step
from ingest.records import Document, Source
from ingest.sandbox import ParsingProcess
from ingest.serialise import document_line, document_of_line

Item = TypeVar("Item")
Result = TypeVar("Result")
Password = Callable[[Source], str]


class DocumentStore:
    """The documents of a corpus, as lines of JSON on disk.

    Args:
        folder: where documents are kept until a build holds them.
        last: the last build; None if nothing is taken from it.
    """

    def __init__(self, folder: Path, last: Index | None) -> None:
        self._folder = folder
        self._last = last
        self._code = code_digest()
        self._numbers = {source: i for i, source in enumerate(last.sources)} if last else {}

    def has(self, source: Source) -> bool:
        """Whether the document need not be read."""
        return self.number_in_last(source) is not None or self._path(source).is_file()

    def number_in_last(self, source: Source) -> int | None:
        """Number of the same document in the last build; None if that does not hold it."""
        same_code = self._last is not None and self._last.code == self._code
        return self._numbers.get(source) if same_code else None

    def keep(self, document: Document) -> None:
        """Keeps a document that was read.

        Raises:
            IndexBuildError: it cannot be written.
        """
        path, line = self._path(document.source), document_line(document)
        try:
            try:
                self._write(path, line)
            except FileNotFoundError:  # another change has ended meanwhile and cleared the folder
                self._write(path, line)
        except OSError as error:
            raise IndexBuildError(
                f"What was read could not be written to {self._folder}: {error.strerror or error}. Free "
                "space or name another folder in ASSISTANT_INDEX, and run the command again. Nothing was "
                "changed."
            ) from error

    def _write(self, path: Path, line: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{path.stem}-{secrets.token_hex(4)}")  # another add may keep the same document
        write_whole(own, line)
        own.replace(path)

    def line(self, source: Source) -> bytes:
        """The document of a source that the store has, as a line of JSON."""
        number = self.number_in_last(source)
        if number is not None and self._last is not None:
            return self._last.document_lines.line(number)
        return self._path(source).read_bytes()

    def document(self, source: Source) -> Document:
        """The document of a source that the store has."""
        return document_of_line(self.line(source))

    def as_read_before(self, source: Source) -> Document | None:
        """The document as other code read the same file under the same entry; None if there is none."""
        number = self._numbers.get(source)
        if self._last is None or number is None:
            return None
        with suppress(IndexDamagedError):  # the records may have had other fields then
            return self._last.document_lines[number]
        return None

    def clear(self) -> None:
        """Removes what a build now holds."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, source: Source) -> Path:
        key = json.dumps([asdict(source), self._code], sort_keys=True)
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def no_password(source: Source) -> str:
    """Knows no password."""
    return ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sources of a corpus are read.

    Attributes:
        store: takes the documents.
        folder: of the corpus.
        password: gives the password of an encrypted source, or an empty string; it is kept nowhere.
        progress: is told of each document.
        report: is given a line on a document that could not be read anew.
    """

    store: DocumentStore
    folder: Path
    password: Password
    progress: Progress
    report: Report

    def read_missing(self, sources: Sequence[Source]) -> None:
        """Reads the sources that the store does not have, in one process for each core of the machine.

        Raises:
            CorpusError: a source file is missing or altered.
            ParseError: a source file cannot be read.
        """
        missing = [source for source in sources if not self.store.has(source)]
        if not missing:
            return
        sizes = {source.id: (self.folder / source.path).stat().st_size for source in missing}
        whole, read = sum(sizes.values()) or 1, 0

        def read_one(source: Source, process: ParsingProcess) -> int:
            self.store.keep(self._document(process, source))
            return sizes[source.id]

        for done, size in enumerate(side_by_side(missing, read_one), 1):
            read += size
            self.progress(Step("Reading", done, len(missing), "documents", read / whole))

    def _document(self, process: ParsingProcess, source: Source) -> Document:
        content = read_source(self.folder, source)
        try:
            return process.document(content, source)
        except PasswordError:
            before = self.store.as_read_before(source)
            if before is not None:
                self.report(f"{source.id} is encrypted and stays as it was read before.")
                return before
            password = self.password(source)
            if not password:
                raise
            return process.document(content, source, password)


def side_by_side(items: Sequence[Item], work: Callable[[Item, ParsingProcess], Result]) -> Iterator[Result]:
    """The results of work on each item, in their order, done in one process for each core of the machine.

    The first error of the work ends it all.
    """
    processes: list[ParsingProcess] = []
    local = threading.local()

    def start() -> None:
        local.process = ParsingProcess()
        processes.append(local.process)

    pool = ThreadPoolExecutor(max(1, min(cores(), len(items))), initializer=start)
    try:
        yield from pool.map(lambda item: work(item, local.process), items)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.close()
        pool.shutdown()


def cores() -> int:
    """How many cores of the machine this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
