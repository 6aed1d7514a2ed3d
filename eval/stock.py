"""What the assistant is compared with: LlamaIndex as it comes, over the same files with MiniLM as it comes.

A `VectorStoreIndex` in memory with the library's default settings: passages of 1,024 tokens that overlap by
200, of which the nearest two are shown. The files go in as they are, without the metadata of the file system,
which differ from machine to machine. The model's input ends at 256 word pieces, so most of a passage is not
embedded: that is what the defaults give with this model.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.constants import DEFAULT_CHUNK_SIZE, DEFAULT_SIMILARITY_TOP_K
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import TextNode

from eval.replies import Quote, Reply, Unit, extractive_reply
from ingest.embed import Embedder
from ingest.records import Source

# Passages that are ranked to measure the search; what is shown is the library's default.
_RANKED = 10


class StockLlamaIndex:
    """The library's own retriever; shows the passages that it finds.

    Args:
        folder: of the corpus.
        sources: of the corpus.
        embedder: of the model that it is to be measured with.
    """

    name = "llamaindex"

    def __init__(self, folder: Path, sources: Sequence[Source], embedder: Embedder) -> None:
        self.texts: Mapping[str, str] = {
            source.id: (folder / source.path).read_text("utf-8") for source in sources
        }
        callbacks = CallbackManager([])
        splitter = SentenceSplitter(callback_manager=callbacks)
        documents = [Document(text=text, id_=name) for name, text in self.texts.items()]
        nodes = splitter.get_nodes_from_documents(documents)
        for number, node in enumerate(nodes):
            node.id_ = f"{node.ref_doc_id}:{number}"  # else it would be another each time
        self._nodes = {node.node_id: _text_node(node) for node in nodes}
        self.units = [Unit(name, node.text) for name, node in self._nodes.items()]
        self.configuration = {
            "version": version("llama-index-core"),
            "chunk_size": DEFAULT_CHUNK_SIZE,
            "passages": DEFAULT_SIMILARITY_TOP_K,
        }
        index = VectorStoreIndex(
            nodes,
            embed_model=_Embedding(embedder, callbacks),
            transformations=[splitter],
            callback_manager=callbacks,
        )
        self._retriever = index.as_retriever(similarity_top_k=_RANKED)

    def reply(self, turns: Sequence[str]) -> Reply:
        """The two nearest passages for the last question."""
        names = self.ranking(turns[-1])[:DEFAULT_SIMILARITY_TOP_K]
        return extractive_reply(turns[-1], [self._quote(self._nodes[name]) for name in names])

    def ranking(self, question: str) -> Sequence[str]:
        """Ids of the ten nearest passages, best first."""
        return [found.node_id for found in self._retriever.retrieve(question)]

    def _quote(self, node: TextNode) -> Quote:
        start, end = node.start_char_idx or 0, node.end_char_idx or 0
        return Quote(node.text, node.ref_doc_id or "", start, end)


class _Embedding(BaseEmbedding):
    """An embedder under LlamaIndex's interface."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, callbacks: CallbackManager) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", callback_manager=callbacks)
        self._embedder = embedder

    def _get_text_embedding(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.encode([text])[0].tolist()
        return vector

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def _text_node(node: Any) -> TextNode:
    if not isinstance(node, TextNode):
        raise TypeError(f"the splitter made a {type(node).__name__}")
    return node
