"""The embedder of a configuration, loaded."""

from ingest.config import IngestConfig
from ingest.embed import Embedder, SentenceEmbedder
from ingest.embed_onnx import OnnxEmbedder


def load_embedder(config: IngestConfig) -> Embedder:
    """The default model on ONNX Runtime, or the sentence-transformers model that is configured.

    On ONNX Runtime it is loaded in a second instead of ten, and embeds faster.

    Raises:
        ModelError: the model is missing or altered.
    """
    return SentenceEmbedder(config.embedding_model) if config.embedding_model else OnnxEmbedder()
