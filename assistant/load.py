"""The one place where models and the index are loaded."""

from collections.abc import Callable

from assistant.config import AssistantConfig
from assistant.evidence import Calibration, load_calibration
from assistant.live import LiveAssistant
from assistant.pipeline import Assistant
from assistant.read import OnnxReader
from ingest.config import IngestConfig
from ingest.embedder import load_embedder
from ingest.index import Index, current_folder, open_index


def load_assistant(
    ingest: IngestConfig, config: AssistantConfig | None = None, calibration: Calibration | None = None
) -> Assistant:
    """An assistant over the index that the configuration names.

    Args:
        ingest: where corpus and index are.
        config: how it answers.
        calibration: weights in place of the shipped ones.

    Raises:
        IngestError: there is no index of this corpus and configuration, or the embedding model is missing.
        ModelLoadError: a file of the reader or the calibration is missing or altered.
    """
    return assistant_maker(ingest, config, calibration)(open_index(ingest))


def load_live_assistant(ingest: IngestConfig, config: AssistantConfig | None = None) -> LiveAssistant:
    """An assistant that answers from the newest index, also from one that is built while it runs.

    Raises:
        IngestError: as `load_assistant`.
        ModelLoadError: as `load_assistant`.
    """
    seen = current_folder(ingest)  # first: loading models takes long enough for another to be swapped in
    return LiveAssistant(ingest, open_index(ingest), assistant_maker(ingest, config), seen)


def assistant_maker(
    ingest: IngestConfig, config: AssistantConfig | None = None, calibration: Calibration | None = None
) -> Callable[[Index], Assistant]:
    """Makes assistants over any index of the configuration; they share the models.

    Raises:
        IngestError: the embedding model is missing.
        ModelLoadError: a file of the reader or the calibration is missing or altered.
    """
    embedder = load_embedder(ingest)
    config = config or AssistantConfig()
    reader = OnnxReader(threads=config.threads)
    weights = calibration or load_calibration()
    return lambda index: Assistant(index, embedder, reader, weights, config)
