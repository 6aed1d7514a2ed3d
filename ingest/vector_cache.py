"""The vector of every text that was embedded, by the hash of the text, kept next to the index.

What is embedded is written batch by batch, each batch whole or not at all, so that work which was ended goes
on where it stopped, and a text that stands in the corpus again is not embedded again. Texts that wait are
kept in the file too: memory does not grow with their number.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from ingest.embed import Embedder, Vectors
from ingest.errors import IndexBuildError

# Texts embedded in one step. Source: a step should take seconds, because what it did is lost if it is ended.
BATCH = 64
# Keys in one query. Source: SQLite takes 32,766 parameters; longer queries are not faster.
_ASKED = 1_000
# The cache is cleared of what the index does not use when that is more than this share of it.
_UNUSED = 0.5
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS waiting (key BLOB PRIMARY KEY, text TEXT NOT NULL, size INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS waiting_by_size ON waiting (size);
DELETE FROM waiting;
"""


def key_of(text: str) -> bytes:
    """The first 16 bytes of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]


def cache_path(folder: Path, model: str) -> Path:
    """The file of a model's vectors in the index folder."""
    return folder / f"vectors-{hashlib.sha256(model.encode()).hexdigest()[:16]}.sqlite3"


class VectorCache:
    """Unit vectors of texts, and the texts that wait for theirs. For one process at a time.

    A file that SQLite cannot open is made anew: it holds nothing that cannot be embedded again.

    Args:
        path: of the file.

    Raises:
        IndexBuildError: the file cannot be written, or is damaged. Every method may raise it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._database = self._opened()
        except sqlite3.OperationalError as error:
            raise self._not_written(error) from error
        except sqlite3.DatabaseError:
            path.unlink()
            self._database = self._opened()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def queue(self, texts: Iterable[str]) -> None:
        """Lets those of the texts wait whose vector is not known."""
        rows = [(key_of(text), text, len(text)) for text in texts]
        with self._writing():
            self._database.executemany(
                "INSERT OR IGNORE INTO waiting SELECT ?1, ?2, ?3 "
                "WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE key = ?1)",
                rows,
            )

    def waiting(self) -> tuple[int, int]:
        """How many texts wait, and how many characters they have together."""
        with self._writing():
            count, size = self._database.execute("SELECT count(*), sum(size) FROM waiting").fetchone()
        return count, size or 0

    def embed(self, embedder: Embedder) -> Iterator[tuple[int, int]]:
        """Embeds what waits, the longest first, so that texts of one step are of one length.

        Yields:
            After each step how many texts it took, and how many characters they have together.
        """
        while True:
            with self._writing():
                rows = self._database.execute(
                    "SELECT key, text FROM waiting ORDER BY size DESC, key LIMIT ?", (BATCH,)
                ).fetchall()
            if not rows:
                return
            vectors = embedder.encode([text for _, text in rows])
            with self._writing():
                self._database.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, vector.tobytes()) for (key, _), vector in zip(rows, vectors, strict=True)],
                )
                self._database.executemany("DELETE FROM waiting WHERE key = ?", [(key,) for key, _ in rows])
            yield len(rows), sum(len(text) for _, text in rows)

    def vectors(self, keys: Sequence[bytes]) -> Vectors:
        """The vectors of the keys, shape (len(keys), d); no keys give shape (0, 0).

        Raises:
            IndexBuildError: one is not there.
        """
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _ASKED):
            asked = list(set(keys[start : start + _ASKED]))
            marks = ", ".join("?" * len(asked))
            with self._writing():
                rows = self._database.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})", asked
                )
                found.update((key, np.frombuffer(vector, dtype=np.float32)) for key, vector in rows)
        try:
            return np.array([found[key] for key in keys], dtype=np.float32).reshape(len(keys), -1)
        except (KeyError, ValueError) as error:
            raise self._damaged("a vector is missing or has another length") from error

    def clear(self, used: Iterable[bytes]) -> None:
        """Removes the vectors that are not used, if they are more than those that are."""
        with self._writing():
            self._database.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY)")
            self._database.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((key,) for key in used))
            (kept,) = self._database.execute("SELECT count(*) FROM used").fetchone()
            (held,) = self._database.execute("SELECT count(*) FROM vectors").fetchone()
            clears = held - kept > _UNUSED * held
            if clears:
                self._database.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM used)")
            self._database.execute("DROP TABLE used")
        if clears:
            with self._writing():
                self._database.execute("VACUUM")

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        try:
            with closing(database.executescript(_SCHEMA)):
                return database
        except sqlite3.DatabaseError:
            database.close()
            raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, and errors that say what to do."""
        try:
            with self._database:
                yield
        except sqlite3.OperationalError as error:  # the disk is full, the folder may not be written
            raise self._not_written(error) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def _not_written(self, error: sqlite3.OperationalError) -> IndexBuildError:
        return IndexBuildError(
            f"The cache of vectors {self._path} could not be written: {error}. Free space or name another "
            "folder in ASSISTANT_INDEX, then run: python -m ingest build. An index that was there before "
            "still answers."
        )

    def _damaged(self, reason: str) -> IndexBuildError:
        return IndexBuildError(
            f"The cache of vectors {self._path} is damaged: {reason}. Run: python -m ingest build --force"
        )
