"""Passage vectors in Chroma, through LlamaIndex's vector store; embedded or as a server.

A collection is named after the build that it belongs to, so that several builds can live in one server.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from chromadb.errors import ChromaError
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from ingest.embed import Vectors
from ingest.errors import IndexDamagedError, IndexStateError
from ingest.records import Passage

_SETTINGS = {"anonymized_telemetry": False, "allow_reset": False}


class PassageVectors:
    """The vectors of one build's passages, searched by cosine similarity.

    Args:
        folder: where embedded Chroma keeps its files; not used with a server.
        url: address of a Chroma server; empty for embedded.
        name: name of the build's collection.

    Raises:
        IndexStateError: the server does not answer.
    """

    def __init__(self, folder: Path, url: str, name: str) -> None:
        self._client = _client(folder, url)
        self._name = name

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Puts the passages with their unit vectors, shape (len(passages), d), into a new collection."""
        collection = self._client.create_collection(
            self._name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        nodes = [
            TextNode(
                id_=passage.id,
                text=passage.text,
                metadata={"source_id": passage.source_id, "section": passage.section},
                embedding=vector.tolist(),
            )
            for passage, vector in zip(passages, vectors, strict=True)
        ]
        if nodes:
            ChromaVectorStore(chroma_collection=collection).add(nodes)

    def vectors(self) -> dict[str, list[float]]:
        """The vector of each passage id in the collection."""
        found = self._collection().get(include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"]).tolist(), strict=True))

    def nearest(self, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids of the passages nearest to a unit vector, shape (d,), with their cosine, best first."""
        query = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=count)
        result = ChromaVectorStore(chroma_collection=self._collection()).query(query)
        # LlamaIndex gives exp(-distance), and Chroma's cosine distance is 1 - cosine
        cosines = [1.0 + math.log(similarity) for similarity in result.similarities or []]
        return list(zip(result.ids or [], cosines, strict=True))

    def count(self) -> int:
        """How many passages the collection holds."""
        return self._collection().count()

    def remove(self) -> None:
        """Deletes the collection if it is there."""
        if self._name in {collection.name for collection in self._client.list_collections()}:
            self._client.delete_collection(self._name)

    def _collection(self) -> Any:
        try:
            return self._client.get_collection(self._name, embedding_function=None)
        except ChromaError as error:
            raise IndexDamagedError(
                f"Chroma has no collection {self._name}: {error}. Run: python -m ingest build"
            ) from error


def _client(folder: Path, url: str) -> ClientAPI:
    if not url:
        try:
            return chromadb.PersistentClient(path=str(folder), settings=Settings(**_SETTINGS))
        except (ChromaError, OSError, ValueError) as error:
            raise IndexDamagedError(
                f"Chroma cannot open {folder}: {error}. Run: python -m ingest build"
            ) from error
    address = urlparse(url)
    try:
        return chromadb.HttpClient(
            host=address.hostname or "127.0.0.1",
            port=address.port or (443 if address.scheme == "https" else 8000),
            ssl=address.scheme == "https",
            settings=Settings(**_SETTINGS),
        )
    except (ChromaError, ValueError, OSError) as error:
        raise IndexStateError(
            f"The Chroma server at {url} does not answer: {error}. Start it, or unset ASSISTANT_CHROMA_URL."
        ) from error
