"""Question and passages to evidence, by the trained reader in `models/`.

For each passage the reader says how likely it is to answer the question, for each sentence how likely it
is to be evidence, and where the shortest answer is. See models/CARD.md for how it was made and measured.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from assistant.errors import ModelLoadError
from ingest.records import Passage, Span

MODEL_FOLDER = Path(__file__).parent / "models"
_MODEL, _TOKENIZER = "evidence_reader.onnx", "evidence_reader_tokenizer.json"
_SHA256 = {
    _MODEL: "b67b9b690cbcbece9dd1e1360f17949a1013599f5f19e876141c680ebc6c88d7",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
# Input length in word pieces; the reader was trained at up to 280 and takes 320 (CARD.md).
_MAX_PIECES = 320
# Of a question at most this many are read, so that as many at least are left for the passage. Source: half
# of the input; the questions that the reader was trained on are far shorter.
_QUESTION_PIECES = _MAX_PIECES // 2
# A highlight has at most this many word pieces. Source: longer spans are hardly ever the shortest
# answer in the reader's training data.
_MAX_HIGHLIGHT = 24

Floats = NDArray[np.float32]

# The model's outputs; models/CARD.md says what each is.
OUTPUTS = ("answerable", "start", "end", "evidence")
# Inputs by name, each of shape (batch, length), to the outputs in their order.
Model = Callable[[dict[str, NDArray[np.int64]]], Sequence[Floats]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one passage. All values are log-odds, not calibrated.

    Attributes:
        answerable: that the passage answers the question.
        evidence: for each sentence that it is evidence, mean over its word pieces; sentences cut off
            by the input length have `CUT_OFF`.
        highlights: for each sentence the span of the shortest answer in it, in document offsets; None
            if the sentence was cut off, or is a table row, which answers as a whole.
    """

    answerable: float
    evidence: tuple[float, ...]
    highlights: tuple[Span | None, ...]


CUT_OFF = -20.0


class Reader(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        """One reading for each passage, in their order."""
        ...


class PassageReader:
    """Reads passages by a model that takes word pieces and gives OUTPUTS.

    Args:
        model: the model.
        folder: of its tokenizer.
        threads: passages that are read at the same time; 0 for as many as there are cores.

    Raises:
        ModelLoadError: the tokenizer is missing or altered.
    """

    def __init__(self, model: Model, folder: Path = MODEL_FOLDER, threads: int = 0) -> None:
        _verify(folder / _TOKENIZER)
        self._model = model
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        self._tokenizer.no_truncation()  # of question and passage, each has a length of its own
        self._tokenizer.no_padding()
        self._threads = ThreadPoolExecutor(threads or os.cpu_count(), thread_name_prefix="reader")

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Reading, ...]:
        """One reading for each passage, in their order; no passages give none.

        Of a question of more than 160 word pieces the first 160 are read.

        Each core reads one passage at a time. Two cores take half the time of a padded batch for it, and
        two thirds of what they take on one passage together; and a reading does not depend on what else is
        read (models/CARD.md).
        """
        return tuple(self._threads.map(lambda passage: self._read(question, passage), passages))

    def _read(self, question: str, passage: Passage) -> Reading:
        encoding = self._encoded(question, passage.text)
        answerable, start, end, evidence = self._model(
            {
                "input_ids": np.array([encoding.ids], dtype=np.int64),
                "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
                "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
            }
        )
        return _reading(passage, encoding, float(answerable[0]), start[0], end[0], evidence[0])

    def _encoded(self, question: str, text: str) -> Encoding:
        """The pair as the model takes it, both cut so that it is no longer than the model reads."""
        asked = self._tokenizer.encode(question, add_special_tokens=False)
        asked.truncate(_QUESTION_PIECES)
        read = self._tokenizer.encode(text, add_special_tokens=False)
        read.truncate(_MAX_PIECES - len(asked) - self._tokenizer.num_special_tokens_to_add(is_pair=True))
        return self._tokenizer.post_process(asked, read)


class OnnxReader(PassageReader):
    """The evidence reader with 8-bit weights on ONNX Runtime.

    Args:
        folder: of the model and its tokenizer.
        threads: as of `PassageReader`.

    Raises:
        ModelLoadError: a file is missing or altered.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int = 0) -> None:
        _verify(folder / _MODEL)
        super().__init__(onnx_model(folder / _MODEL), folder, threads)


def onnx_model(file: Path) -> Model:
    """An ONNX file that computes a passage on one core; several threads may run it at the same time."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return partial(session.run, list(OUTPUTS))


def english_words(folder: Path = MODEL_FOLDER) -> frozenset[str]:
    """The whole words among the reader's word pieces, in lower case: about 23,000 common ones."""
    content = json.loads((folder / _TOKENIZER).read_text("utf-8"))
    return frozenset(piece for piece in content["model"]["vocab"] if piece.isalpha())


def _reading(
    passage: Passage,
    encoding: Encoding,
    answerable: float,
    start: Floats,
    end: Floats,
    evidence: Floats,
) -> Reading:
    of_passage = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    offsets = np.array(encoding.offsets) + passage.start
    scores: list[float] = []
    highlights: list[Span | None] = []
    for first, last in passage.sentences:
        row = "\t" in passage.text[first - passage.start : last - passage.start]
        inside = of_passage & (offsets[:, 0] >= first) & (offsets[:, 1] <= last)
        pieces = np.flatnonzero(inside)
        scores.append(float(evidence[pieces].mean()) if len(pieces) else CUT_OFF)
        highlights.append(_highlight(pieces, offsets, start, end) if len(pieces) and not row else None)
    return Reading(answerable, tuple(scores), tuple(highlights))


def _highlight(pieces: NDArray[np.intp], offsets: NDArray[np.int64], start: Floats, end: Floats) -> Span:
    """The span of at most `_MAX_HIGHLIGHT` pieces with the largest sum of start and end log-odds."""
    sums = start[pieces][:, None] + end[pieces][None, :]
    length = np.arange(len(pieces))[None, :] - np.arange(len(pieces))[:, None]
    sums[(length < 0) | (length >= _MAX_HIGHLIGHT)] = -np.inf
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    return int(offsets[pieces[first], 0]), int(offsets[pieces[last], 1])


def _verify(path: Path) -> None:
    expected = _SHA256[path.name]
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelLoadError(
            f"The evidence reader's file {path} cannot be read: {error.strerror}. Restore it from the "
            "repository: git checkout -- assistant/models"
        ) from error
    if found != expected:
        raise ModelLoadError(
            f"The evidence reader's file {path} was altered: its SHA-256 is {found}, expected {expected}. "
            "Restore it from the repository: git checkout -- assistant/models"
        )
