"""Records on disk, one JSON line each, of which any can be read without the others.

`NAME.jsonl` holds the lines and `NAME.npy` where each begins and the last ends (bytes, shape (records + 1,)).
The files are mapped into memory, so that an index of many documents takes no more of it than what is read.
"""

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

import numpy as np

from ingest.errors import IndexDamagedError

Record = TypeVar("Record")


class LinesWriter:
    """Writes the lines of a file, and on leaving its `with` block where each begins.

    Args:
        path: of the file, ending in `.jsonl`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._ends = [0]

    def __enter__(self) -> "LinesWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None:
            np.save(self._path.with_suffix(".npy"), np.array(self._ends, dtype=np.int64))

    def write(self, line: bytes) -> None:
        """Adds a line, which holds no line end (JSON needs none)."""
        self._file.write(line + b"\n")
        self._ends.append(self._ends[-1] + len(line) + 1)


class Lines(Generic[Record]):
    """The records of a file that `LinesWriter` wrote, numbered from 0. Safe to read from threads.

    Args:
        path: of the file.
        read: makes a record of its line.

    Raises:
        IndexDamagedError: a file is missing, or the two do not fit together.
    """

    def __init__(self, path: Path, read: Callable[[bytes], Record]) -> None:
        self._read = read
        try:
            self._ends = np.load(path.with_suffix(".npy"), mmap_mode="r")
            with path.open("rb") as file:
                self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if len(self._ends) == 0 or self._ends[-1] != len(self._lines):
                raise ValueError("the lines end elsewhere")
        except (OSError, ValueError) as error:
            raise IndexDamagedError(f"{path} is missing or damaged. Run: python -m ingest build") from error

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> Record:
        return self._read(self.line(number))

    def __iter__(self) -> Iterator[Record]:
        return (self[number] for number in range(len(self)))

    def line(self, number: int) -> bytes:
        """The line of a record as it was written.

        Raises:
            IndexError: there is no such record.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"there is no record {number} of {len(self)}")
        return self._lines[self._ends[number] : self._ends[number + 1] - 1]
