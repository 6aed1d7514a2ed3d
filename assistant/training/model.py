"""The evidence reader as it is trained: the MiniLM encoder with three linear heads.

Inputs and outputs are those of the exported file that `assistant.read` runs.

Source: span head and passage-level head as in BERT for SQuAD 2.0 (Devlin et al. 2019, arXiv:1810.04805,
sections 4.2 and 4.3); the token-level evidence head is this project's.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel

from assistant.errors import ModelLoadError

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# Kept as MiniLM's own and not trained, so that a checkpoint needs only the other half of the weights.
_WORD_VECTORS = "enc.embeddings.word_embeddings.weight"


class Outputs(NamedTuple):
    """Log-odds, not calibrated; `batch` and `length` are those of the inputs.

    Attributes:
        answerable: that the passage answers the question, shape (batch,).
        start: that the shortest answer starts at the word piece, shape (batch, length).
        end: that it ends there, the piece included, shape (batch, length).
        evidence: that the piece stands in a sentence that answers, shape (batch, length).
    """

    answerable: Tensor
    start: Tensor
    end: Tensor
    evidence: Tensor


class EvidenceReader(nn.Module):
    """Reads `[CLS] question [SEP] passage [SEP]`. The heads' weights are drawn by torch's random numbers.

    There is no dropout: its masks cost more time on a CPU than the layers' products. Some word pieces of
    the passages are hidden in training instead (`assistant.training.train`).

    Args:
        encoder: folder of the pretrained encoder, in the form of transformers.
    """

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        # The names `enc`, `span`, `tok` and `cls` are those of the weights in the checkpoints.
        self.enc = AutoModel.from_pretrained(
            encoder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        ).float()
        hidden = self.enc.config.hidden_size
        self.span = nn.Linear(hidden, 2)
        self.tok = nn.Linear(hidden, 1)
        self.cls = nn.Linear(hidden, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Outputs:
        """The log-odds for a batch.

        Args:
            input_ids: word pieces, shape (batch, length).
            attention_mask: 1 for a piece, 0 for padding, same shape.
            token_type_ids: 1 for the passage and the [SEP] after it, else 0, same shape.
        """
        hidden = self.enc(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        spans = self.span(hidden)
        return Outputs(
            self.cls(hidden[:, 0]).squeeze(-1),
            spans[..., 0],
            spans[..., 1],
            self.tok(hidden).squeeze(-1),
        )

    def freeze_word_vectors(self) -> None:
        """Keeps the word vectors out of training."""
        self.get_parameter(_WORD_VECTORS).requires_grad_(False)

    def trained(self) -> Iterator[nn.Parameter]:
        """The weights that training changes."""
        return (weight for weight in self.parameters() if weight.requires_grad)


def save_checkpoint(model: EvidenceReader, path: Path) -> None:
    """Writes the weights to a safetensors file in 32 bits, without the word vectors, which are MiniLM's."""
    weights = {
        name: value.contiguous() for name, value in model.state_dict().items() if name != _WORD_VECTORS
    }
    save_file(weights, path)


def load_checkpoint(model: EvidenceReader, path: Path) -> None:
    """Puts the weights of a checkpoint into the model; without word vectors in it, the model's own stay.

    Args:
        model: the model that is changed.
        path: a safetensors file, or a torch file that holds weights only; any floating-point precision.

    Raises:
        ModelLoadError: the file is missing or its weights are not those of an evidence reader.
    """
    try:
        if path.suffix == ".safetensors":
            weights = load_file(path)
        else:
            weights = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ModelLoadError(f"The checkpoint {path} cannot be read: {error.strerror}.") from error
    missing, unexpected = model.load_state_dict(
        {name: value.float() for name, value in weights.items()}, strict=False
    )
    missing = [name for name in missing if name != _WORD_VECTORS]
    if missing or unexpected:
        raise ModelLoadError(
            f"The checkpoint {path} is not one of an evidence reader: missing {missing[:3]}, "
            f"unexpected {unexpected[:3]}."
        )
