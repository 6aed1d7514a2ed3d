"""The one place where models and the index are loaded."""

from assistant.config import AssistantConfig
from assistant.evidence import load_calibration
from assistant.pipeline import Assistant
from assistant.read import OnnxReader
from ingest.config import IngestConfig
from ingest.embedder import load_embedder
from ingest.index import open_index


def load_assistant(ingest: IngestConfig, config: AssistantConfig | None = None) -> Assistant:
    """An assistant over the index that the configuration names.

    Raises:
        IngestError: there is no index of this corpus and configuration, or the embedding model is missing.
        ModelLoadError: a file of the reader or the calibration is missing or altered.
    """
    index = open_index(ingest)
    embedder = load_embedder(ingest)
    config = config or AssistantConfig()
    reader = OnnxReader(threads=config.threads)
    return Assistant(index, embedder, reader, load_calibration(), config)
