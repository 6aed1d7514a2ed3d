"""Words to scores: BM25 over a list of texts, by bm25s with English stemming.

Source: Robertson and Zaragoza 2009, doi:10.1561/1500000019; bm25s' default parameters (k1 1.5, b 0.75).
"""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from ingest.errors import IndexDamagedError

_STEMMER = Stemmer.Stemmer("english")
# Words and numbers, single letters and digits too: "type C", "L4" and "7" tell questions apart.
_TOKEN = r"(?u)\b\w+\b"
_STOPWORDS = "english"


def words(texts: Sequence[str]) -> list[list[str]]:
    """The stemmed words of each text, stop words left out."""
    stems: list[list[str]] = bm25s.tokenize(
        list(texts),
        token_pattern=_TOKEN,
        stopwords=_STOPWORDS,
        stemmer=_STEMMER,
        return_ids=False,
        show_progress=False,
    )
    return stems


class LexicalIndex:
    """BM25 scores of a fixed list of texts for any question."""

    def __init__(self, bm25: bm25s.BM25, size: int) -> None:
        self._bm25 = bm25
        self._size = size

    @classmethod
    def of(cls, texts: Sequence[str]) -> "LexicalIndex":
        """The index of the texts, in their order."""
        return cls.of_words(words(texts))

    @classmethod
    def of_words(cls, texts: Sequence[Sequence[str]]) -> "LexicalIndex":
        """The index of texts whose words are given, as `words` gives them."""
        bm25 = bm25s.BM25()
        bm25.index(texts, show_progress=False)
        return cls(bm25, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> "LexicalIndex":
        """The index that was saved in the folder for `size` texts; its scores are mapped, not read.

        Raises:
            IndexDamagedError: its files are missing or do not fit together.
        """
        try:
            return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), size)
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamagedError(
                f"The lexical index in {folder} cannot be read: {error}. Run: python -m ingest build"
            ) from error

    def save(self, folder: Path) -> None:
        """Writes the index into the folder."""
        self._bm25.save(folder, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 score of each text, 0 or more, shape (size,). No known word gives zeros."""
        tokens = words([question])[0]
        known = [token for token in tokens if token in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)
