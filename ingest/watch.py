"""A watched folder: what is put into it is added to the corpus, what is changed there is replaced."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import watchfiles

from ingest.candidates import Candidate, document_files, read_file
from ingest.errors import CorpusError, IngestError
from ingest.library import ChangeResult, Library
from ingest.progress import Report
from ingest.proposing import Refused
from ingest.records import Source

# Milliseconds without a change after which a file counts as written; and after which what failed is tried
# again. Source: copying over a network pauses for less than two seconds; not measured.
_QUIET = 2_000
_AGAIN = 10_000
# Names of files that are not finished: of browsers, editors and office programs.
_UNFINISHED = (".part", ".crdownload", ".download", ".tmp", ".swp", ".new")


class WatchedFolder:
    """Brings the corpus up to date with a folder. Files that vanish from it stay in the corpus.

    Args:
        folder: what is watched, with its folders.
        library: takes the documents.
        tell: is told of each change of the corpus.
        complain: is given a line on each file that is not added, and on what vanished.

    Raises:
        CorpusError: there is no such folder, or it is part of the corpus.
    """

    def __init__(
        self, folder: Path, library: Library, tell: Callable[[ChangeResult], None], complain: Report
    ) -> None:
        if not folder.is_dir():
            raise CorpusError(f"There is no folder {folder}. Make it, or give another.")
        corpus = library.config.corpus_folder.resolve()
        if folder.resolve().is_relative_to(corpus) or corpus.is_relative_to(folder.resolve()):
            raise CorpusError(f"{folder} and the corpus folder {corpus} hold each other. Watch another.")
        self._library = library
        self._tell = tell
        self._complain = complain
        self._looked_at: dict[Path, str] = {}  # the last hash of each file that was dealt with
        self._held: dict[Path, str] = {}  # the hash of its version in the corpus, whatever came after that
        self._open: set[Path] = set(document_files([folder]))  # files that wait to be dealt with

    def take(self, paths: Iterable[Path]) -> None:
        """Deals with files that are new or changed, and with those that could not be dealt with before."""
        self._open |= set(paths)
        new: dict[Path, str] = {}
        for path in sorted(self._open):
            if _unfinished(path) or path.is_dir():
                self._open.discard(path)
            elif not path.exists():
                self._vanished(path)
            else:
                self._deal_with(path, new)
        if new:
            self._add(new)

    def _deal_with(self, path: Path, new: dict[Path, str]) -> None:
        try:
            digest = hashlib.sha256(read_file(path)).hexdigest()
        except CorpusError as error:
            self._refuse(path, "", str(error))
            return
        sources = {source.sha256: source for source in self._library.sources()}
        old = sources.get(self._held.get(path, ""))
        if digest in sources:
            self._taken(path, digest)
        elif digest == self._looked_at.get(path):
            self._done(path, digest)
        elif old is None:
            new[path] = digest
        else:
            self._replace(old, path, digest)

    def _add(self, new: dict[Path, str]) -> None:
        try:
            found = list(self._library.examine(list(new)))
        except IngestError as error:  # the disk is full: tried again later
            self._complain(str(error))
            return
        for item in found:
            if isinstance(item, Refused):
                self._refuse(item.path, new[item.path], item.reason)
        candidates = [item for item in found if isinstance(item, Candidate)]
        if not candidates:
            return
        try:
            self._tell(self._library.add(candidates))
        except IngestError as error:  # another build runs, or the disk is full: tried again later
            self._complain(str(error))
            return
        for item in candidates:
            self._taken(item.path, new[item.path])

    def _replace(self, old: Source, path: Path, digest: str) -> None:
        try:
            (found,) = self._library.examine([path], instead_of=old)
            if isinstance(found, Refused):
                self._refuse(path, digest, found.reason)
                return
            self._tell(self._library.replace(old, found))
        except IngestError as error:
            self._complain(str(error))
            return
        self._taken(path, digest)

    def _vanished(self, path: Path) -> None:
        self._open.discard(path)
        self._looked_at.pop(path, None)
        digest = self._held.pop(path, None)
        for source in self._library.sources():
            if source.sha256 == digest:
                self._complain(
                    f"{path.name} is no longer in the folder; it stays in the corpus. To remove it run: "
                    f"python -m ingest remove {source.id}"
                )

    def _refuse(self, path: Path, digest: str, reason: str) -> None:
        self._complain(reason)
        self._done(path, digest)

    def _taken(self, path: Path, digest: str) -> None:
        self._held[path] = digest
        self._done(path, digest)

    def _done(self, path: Path, digest: str) -> None:
        self._looked_at[path] = digest
        self._open.discard(path)


def changed_files(folder: Path) -> Iterator[set[Path]]:
    """The files of a folder that are changed, again and again; none at first and after a pause."""
    yield set()
    for changes in watchfiles.watch(
        folder, debounce=_QUIET, step=_QUIET // 4, rust_timeout=_AGAIN, yield_on_timeout=True
    ):
        yield {Path(name) for _, name in changes}


def _unfinished(path: Path) -> bool:
    return path.name.startswith((".", "~")) or path.suffix.lower() in _UNFINISHED
