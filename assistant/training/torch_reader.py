"""A checkpoint as a reader, computed by torch: what the exported file is compared with."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.read import OUTPUTS, Floats, PassageReader
from assistant.training.model import INPUTS, EvidenceReader, load_checkpoint


class TorchReader(PassageReader):
    """The assistant's reader with a checkpoint in its place, which torch computes.

    Args:
        encoder: folder of the pretrained encoder.
        checkpoint: a safetensors or torch file of the reader's weights.
        precision: of weights and values; torch.float32 or torch.bfloat16.

    Raises:
        ModelLoadError: the checkpoint does not fit, or the assistant's tokenizer is missing or altered.
    """

    def __init__(self, encoder: Path, checkpoint: Path, precision: torch.dtype = torch.float32) -> None:
        model = EvidenceReader(encoder)
        load_checkpoint(model, checkpoint)
        self._torch = model.to(precision).eval()
        super().__init__(self._computed, threads=1)  # torch spreads each passage over the cores itself

    def _computed(self, inputs: dict[str, NDArray[np.int64]]) -> list[Floats]:
        with torch.inference_mode():
            found = self._torch(*(torch.from_numpy(inputs[name]) for name in INPUTS))
        return [getattr(found, name).float().numpy() for name in OUTPUTS]
