"""Question to vector without PyTorch: all-MiniLM-L6-v2 with weights of our own on ONNX Runtime.

Importing sentence-transformers takes seconds, which a single question on the command line would wait for.
This module runs the word vectors of the package and our other weights (models/CARD.md) through a graph
without weights (`models/minilm_graph.onnx`, made by tools/export_embedder.py); a test holds its vectors to
those of sentence-transformers.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from ingest.embed import MAX_PIECES, Vectors, packaged_folder, tuned_weights
from ingest.errors import ModelError

GRAPH = Path(__file__).parent / "models" / "minilm_graph.onnx"
_GRAPH_SHA256 = "32e9bc82d21de1b626631f37362287efda2e1962fae21e593ff493956d06d9e3"
# Prefix of the weights' names in the graph, and weights that it does not use.
_PREFIX = "m."
_DIMENSIONS = 384
# Texts run at once. Source: tools/scale.json; larger batches are no faster on two cores.
_BATCH = 16
_NOT_IN_GRAPH = ("pooler.", "embeddings.position_ids")


class OnnxEmbedder:
    """The default embedding model on ONNX Runtime, on the CPU.

    Args:
        graph: file of the graph.
        weights: those that differ from the package's, by name; by default ours, verified.

    Raises:
        ModelError: the package, the graph or our weights are missing or altered.
    """

    def __init__(self, graph: Path = GRAPH, weights: Mapping[str, Vectors] | None = None) -> None:
        folder = packaged_folder()
        try:
            content = graph.read_bytes()
        except OSError as error:
            raise ModelError(
                f"The embedder's graph {graph} cannot be read: {error.strerror}. Restore it from the "
                "repository: git checkout -- ingest/models"
            ) from error
        if hashlib.sha256(content).hexdigest() != _GRAPH_SHA256:
            raise ModelError(
                f"The embedder's graph {graph} was altered. Restore it from the repository: "
                "git checkout -- ingest/models"
            )
        own = tuned_weights() if weights is None else weights
        weights = load_file(folder / "model.safetensors") | dict(own)
        names = [name for name in weights if not name.startswith(_NOT_IN_GRAPH)]
        options = onnxruntime.SessionOptions()
        options.add_external_initializers(
            [_PREFIX + name for name in names],
            [onnxruntime.OrtValue.ortvalue_from_numpy(weights[name]) for name in names],
        )
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_PIECES)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of the texts, shape (len(texts), 384). No texts give shape (0, 0).

        Texts of about the same length are embedded together, so that little is filled up.
        """
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._encode([texts[i] for i in batch])
        return vectors

    def _encode(self, texts: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(texts)
        inputs = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": [encoding.type_ids for encoding in encodings],
        }
        arrays = {name: np.array(values, dtype=np.int64) for name, values in inputs.items()}
        (vectors,) = self._session.run(["vector"], arrays)
        return np.asarray(vectors, dtype=np.float32)
