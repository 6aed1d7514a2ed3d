"""The one place where models and the index are loaded."""

from concurrent.futures import ThreadPoolExecutor

from assistant.config import AssistantConfig
from assistant.evidence import load_calibration
from assistant.pipeline import Assistant
from assistant.read import OnnxReader
from ingest.config import IngestConfig
from ingest.embed import SentenceEmbedder
from ingest.index import open_index


def load_assistant(ingest: IngestConfig, config: AssistantConfig | None = None) -> Assistant:
    """An assistant over the index that the configuration names.

    The embedding model, whose import takes longest, is loaded beside the rest.

    Raises:
        IngestError: there is no index of this corpus and configuration, or the embedding model is missing.
        ModelLoadError: a file of the reader or the calibration is missing or altered.
    """
    config = config or AssistantConfig()
    with ThreadPoolExecutor(max_workers=1) as background:
        embedder = background.submit(SentenceEmbedder, ingest.embedding_model)
        index = open_index(ingest)
        reader = OnnxReader(threads=config.threads)
        calibration = load_calibration()
        return Assistant(index, embedder.result(), reader, calibration, config)
