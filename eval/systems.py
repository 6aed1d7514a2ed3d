"""The systems that can be evaluated, by name."""

from collections.abc import Callable, Sequence

from assistant.load import load_assistant
from assistant.pipeline import Assistant
from assistant.records import Turn
from assistant.serialise import answer_json
from eval.baselines import Dense, Fused, Lexical
from eval.replies import Reply, System, Unit, reply_of
from eval.stock import StockLlamaIndex
from ingest.config import IngestConfig
from ingest.embed import Embedder, SentenceEmbedder
from ingest.embed_onnx import OnnxEmbedder
from ingest.embedder import load_embedder

NAMES = ("assistant", Lexical.name, Dense.name, Fused.name, StockLlamaIndex.name)


class LocalAssistant:
    """The assistant in this process, scored by its public answer in JSON form.

    Args:
        assistant: what is asked.
    """

    name = "assistant"

    def __init__(self, assistant: Assistant) -> None:
        index = assistant.index
        self.configuration = {"assistant": assistant.configuration, "index": index.fingerprint}
        self.texts = {name: document.text for name, document in index.documents.items()}
        self.units = [Unit(passage.id, passage.text) for passage in index.passages]
        self._assistant = assistant

    def reply(self, turns: Sequence[str]) -> Reply:
        """The reply to the last turn, each turn asked with those before it."""
        history: list[Turn] = []
        for turn in turns:
            answer = self._assistant.ask(turn, history)
            history.append(answer.turn())
        return reply_of(answer_json(answer))

    def ranking(self, question: str) -> Sequence[str]:
        """Ids of the passages that were read, in the order of their best sentence."""
        evidence = self._assistant.search(question).evidence
        return list(dict.fromkeys(item.passage.id for item in evidence))


def load_systems(names: Sequence[str], config: IngestConfig) -> list[System]:
    """The systems of these names in this process, over one index.

    Raises:
        IngestError: there is no index of this corpus and configuration, or the embedding model is missing.
        ModelLoadError: a file of the reader or the calibration is missing or altered.
        KeyError: an unknown name.
    """
    assistant = load_assistant(config)
    index = assistant.index
    model = config.embedding_model
    embedder = load_embedder(config)
    # LlamaIndex with its defaults has the model as it is in its package, not our weights
    stock: Embedder = SentenceEmbedder(model) if model else OnnxEmbedder(weights={})
    makers: dict[str, Callable[[], System]] = {
        "assistant": lambda: LocalAssistant(assistant),
        Lexical.name: lambda: Lexical(index, embedder),
        Dense.name: lambda: Dense(index, embedder),
        Fused.name: lambda: Fused(index, embedder),
        StockLlamaIndex.name: lambda: StockLlamaIndex(config.corpus_folder, index.sources, stock),
    }
    return [makers[name]() for name in names]
