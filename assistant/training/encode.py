"""Questions and passages to word pieces for training, and back from pieces to sentences and spans."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from ingest.records import Span

# Longest input in word pieces. Longer passages lose their end.
_MAX_PIECES = 280
# BERT's vocabulary: the piece that hides another, and the last of the pieces that are not text.
_MASK = 103
_LAST_SPECIAL = 999
# Share of the passages' pieces that are hidden in training, in place of dropout. Source: that of version 0
# (models/CARD.md).
_HIDDEN = 0.04


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch of questions and passages in word pieces.

    Attributes:
        input_ids: the pieces, shape (batch, length).
        attention_mask: 1 for a piece, 0 for padding, same shape.
        token_type_ids: 1 for the passage and the [SEP] after it, else 0, same shape.
        offsets: each piece's characters in the text that it is from, shape (batch, length, 2); (0, 0) for
            pieces that are not text.
    """

    input_ids: Tensor
    attention_mask: Tensor
    token_type_ids: Tensor
    offsets: NDArray[np.int64]

    def pieces(self, row: int, span: Span) -> NDArray[np.intp]:
        """Positions of the pieces wholly in the span of the row's passage; none if it was cut off."""
        starts, ends = self.offsets[row, :, 0], self.offsets[row, :, 1]
        inside = self._of_passage(row) & (starts >= span[0]) & (ends <= span[1])
        return np.flatnonzero(inside)

    def ends(self, row: int, span: Span) -> tuple[int, int]:
        """Positions of the first and the last piece of the span; (0, 0) if either was cut off."""
        starts, ends = self.offsets[row, :, 0], self.offsets[row, :, 1]
        text = self._of_passage(row)
        first = np.flatnonzero(text & (starts <= span[0]) & (span[0] < ends))
        last = np.flatnonzero(text & (starts < span[1]) & (span[1] <= ends))
        return (int(first[0]), int(last[0])) if len(first) and len(last) else (0, 0)

    def hidden(self) -> Tensor:
        """`input_ids` with some of the passages' pieces hidden, by torch's random numbers."""
        hide = torch.rand(self.input_ids.shape) < _HIDDEN
        hide &= (self.token_type_ids == 1) & (self.input_ids > _LAST_SPECIAL)
        return torch.where(hide, torch.full_like(self.input_ids, _MASK), self.input_ids)

    def outside(self) -> Tensor:
        """Whether a piece can be neither end of a span: all but the passage and the first, same shape."""
        outside = (self.token_type_ids == 0) | (self.attention_mask == 0)
        outside[:, 0] = False
        return outside

    def _of_passage(self, row: int) -> NDArray[np.bool_]:
        text = self.offsets[row, :, 1] > self.offsets[row, :, 0]
        return np.asarray(text & (self.token_type_ids[row].numpy() == 1))


class Encoder:
    """Turns questions and passages into word pieces.

    Args:
        tokenizer: a file of the tokenizers library, with the model's vocabulary.
    """

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_MAX_PIECES, strategy="only_second")
        self._tokenizer.enable_padding()

    def encode(self, pairs: Sequence[tuple[str, str]]) -> Encoded:
        """The batch of (question, passage), at least one, in order."""
        encodings = self._tokenizer.encode_batch(list(pairs))
        return Encoded(
            torch.tensor([encoding.ids for encoding in encodings]),
            torch.tensor([encoding.attention_mask for encoding in encodings]),
            torch.tensor([encoding.type_ids for encoding in encodings]),
            np.array([encoding.offsets for encoding in encodings]),
        )


def joined(sentences: Sequence[str]) -> tuple[str, list[Span]]:
    """The sentences as one text, with a space between them, and their spans in it."""
    spans: list[Span] = []
    start = 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return " ".join(sentences), spans
