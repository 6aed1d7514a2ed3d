"""The folders of builds: a new one, the one that answers, and those that are no longer needed.

A build is made in a folder of its own. It is whole once its index.json is written, and answers once the file
CURRENT names it. Whatever is ended in between leaves the build that was there before.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.config import IngestConfig
from ingest.errors import IndexBuildError, IndexBusyError, IngestError
from ingest.index import current_folder, passage_vectors
from ingest.progress import Report


@contextmanager
def only_build(config: IngestConfig) -> Iterator[None]:
    """Keeps other builds of the index out for as long as the `with` block runs.

    Raises:
        IndexBusyError: another build runs.
        IndexBuildError: the index folder cannot be written.
    """
    lock = FileLock(config.index_folder / "LOCK", timeout=0)
    try:
        config.index_folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(
            f"Another build of {config.index_folder} is running. Wait until it ends, then try again."
        ) from error
    except OSError as error:
        raise not_written(config, error) from error
    try:
        yield
    finally:
        lock.release()


def not_written(config: IngestConfig, error: BaseException) -> IndexBuildError:
    """What to say of an error of the disk."""
    reason = getattr(error, "strerror", None) or error
    return IndexBuildError(
        f"The index could not be written to {config.index_folder}: {reason}. Free space or name another "
        "folder in ASSISTANT_INDEX, then run: python -m ingest build. An index that was there before still "
        "answers."
    )


def new_folder(config: IngestConfig, fingerprint: str) -> Path:
    """An empty folder for a build."""
    # never a name that was used before: Chroma keeps what it had open under a path for as long as it runs
    folder = config.index_folder / "builds" / f"{fingerprint[:16]}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    return folder


def remove_unfinished(config: IngestConfig) -> None:
    """Removes what is left of builds that were ended."""
    for folder in (config.index_folder / "builds").glob("*"):
        if not (folder / "index.json").is_file():
            discard(config, folder)


def swap_in(config: IngestConfig, folder: Path, report: Report) -> None:
    """Makes the build the one that answers, in one step that cannot be half done.

    Builds older than the one that answered until now are removed; a running assistant may still read that.
    One that cannot be removed is reported, and left to the next build.

    Raises:
        IndexBuildError: the disk is full, or the folder cannot be written.
    """
    previous = current_folder(config)
    try:
        write_whole(config.index_folder / "CURRENT", folder.name.encode("utf-8"))
    except OSError as error:
        raise IndexBuildError(
            f"The new index is whole, but {config.index_folder / 'CURRENT'} could not be written: "
            f"{error.strerror or error}. Free space, then run: python -m ingest build. Until then a running "
            "assistant answers from the old one."
        ) from error
    for other in (config.index_folder / "builds").iterdir():
        if other not in (folder, previous):
            with tidying(report, f"The old build {other}"):
                discard(config, other)


@contextmanager
def tidying(report: Report, what: str) -> Iterator[None]:
    """Reports what keeps the `with` block from removing something: what was to be done is done without it."""
    try:
        yield
    except (IngestError, OSError) as error:
        report(f"{what} could not be removed and stays for now. ({error})")


def discard(config: IngestConfig, folder: Path) -> None:
    """Removes a build, its collection on a Chroma server too."""
    if config.chroma_url:
        passage_vectors(folder, config).remove()
    shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file in one step that cannot be half done: it has the old content or all of the new.

    Once it returns, a power cut does not undo it.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        with suppress(OSError):  # half a file would keep a full disk full
            new.unlink(missing_ok=True)
        raise
    _keep_names(path.parent)


def keep(folder: Path) -> None:
    """Sees to it that a power cut takes nothing of a folder, with its folders, and nothing of its place."""
    for path in folder.rglob("*"):
        if path.is_dir():
            _keep_names(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _keep_names(folder)
    _keep_names(folder.parent)


def _keep_names(folder: Path) -> None:
    """Has the names of a folder's files written to the disk."""
    with suppress(OSError):  # of network folders, some cannot; the files themselves are written
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
