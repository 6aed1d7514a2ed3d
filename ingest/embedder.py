"""The embedder of a configuration, loaded."""

from ingest.config import IngestConfig
from ingest.embed import Embedder, SentenceEmbedder
from ingest.embed_onnx import OnnxEmbedder


def load_embedder(config: IngestConfig) -> Embedder:
    """The packaged model on ONNX Runtime, or the sentence-transformers model that is configured.

    The packaged model gives the same vectors either way (a test holds them to each other); on ONNX Runtime it
    is loaded in a second instead of ten, and embeds faster.

    Raises:
        ModelError: the model is missing or altered.
    """
    return SentenceEmbedder(config.embedding_model) if config.embedding_model else OnnxEmbedder()
