"""The embedding model as it is trained: MiniLM with mean pooling and unit length.

Its vectors are those that `ingest.embed_onnx` computes from the same weights.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from assistant.errors import ModelLoadError
from ingest.embed import MAX_PIECES, Vectors

# Kept as MiniLM's own and not trained, so that the file of weights holds only the other half.
_WORD_VECTORS = "embeddings.word_embeddings.weight"
# Texts that are computed together. Source: chosen, so that little of what is computed is padding.
_ROWS_AT_ONCE = 32


class EmbeddingModel(nn.Module):
    """Texts to unit vectors. There is no dropout, as in the evidence reader.

    Args:
        folder: of the model it starts from, in the form of transformers, with its tokenizer.json.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        ).float()
        self.encoder.get_parameter(_WORD_VECTORS).requires_grad_(False)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_PIECES)
        self._tokenizer.enable_padding()

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors of the texts, at least one, shape (len(texts), d); computed in bfloat16."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = [
            self._vectors([texts[i] for i in order[start : start + _ROWS_AT_ONCE]])
            for start in range(0, len(order), _ROWS_AT_ONCE)
        ]
        return torch.cat(parts)[torch.tensor(order).argsort()]

    def _vectors(self, texts: list[str]) -> Tensor:
        encodings = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids)
            ).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        mean = (hidden.float() * weights).sum(1) / weights.sum(1)
        return functional.normalize(mean, dim=1)

    def trained(self) -> list[nn.Parameter]:
        """The weights that training changes."""
        return [weight for weight in self.parameters() if weight.requires_grad]


def save_tuned(model: EmbeddingModel, path: Path) -> None:
    """Writes the weights that training changed to a safetensors file, in 16 bits."""
    weights = {
        name: value.half().contiguous()
        for name, value in model.encoder.state_dict().items()
        if name != _WORD_VECTORS and value.is_floating_point()
    }
    save_file(weights, path)


def embedder_weights(path: Path) -> dict[str, Vectors]:
    """The weights that `save_tuned` wrote, in 32 bits, by the names that they have in the package.

    Raises:
        ModelLoadError: the file is missing or holds no weights.
    """
    try:
        return {name: value.float().numpy() for name, value in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise ModelLoadError(f"The embedder's weights {path} cannot be read: {error}.") from error
