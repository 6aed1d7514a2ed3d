"""Passage vectors in Chroma, through LlamaIndex's vector store; embedded or as a server.

A collection is named after the build that it belongs to, so that several builds can live in one server.
"""

import math
import shutil
import sqlite3
import weakref
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlparse

import chromadb
from chromadb.api import ClientAPI
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import NotFoundError
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from ingest.embed import Vectors
from ingest.errors import IndexBuildError, IndexDamagedError, IndexStateError
from ingest.records import Passage

# Nearest neighbours are found through a graph. Source: tools/scale.json; of the 50 nearest of 100,000
# passages it finds 0.981 with ef_search at Chroma's own 100, with 400 all but one in 3,000, a ms slower.
HNSW: CreateHNSWConfiguration = {"space": "cosine", "ef_search": 400}


# The file that holds what the passages' graph is made of.
_DATABASE = "chroma.sqlite3"


class PassageVectors:
    """The vectors of one build's passages, searched by cosine similarity.

    Args:
        folder: where embedded Chroma keeps its files; not used with a server.
        url: address of a Chroma server; empty for embedded.
        name: name of the build's collection.

    Raises:
        IndexStateError: the server does not answer.
        IndexDamagedError: the files of embedded Chroma cannot be read. Every method may raise both.
    """

    def __init__(self, folder: Path, url: str, name: str) -> None:
        self._folder = folder
        self._url = url
        self._name = name
        with self._answering():
            self._client = _client(folder, url)
        # Chroma keeps the files that it opened for as long as the process runs, if it is not closed; its
        # clients of a server share one connection, which stays
        if not url:
            release = weakref.finalize(self, getattr(self._client, "close"))  # noqa: B009  (not in its type)
            release.atexit = False

    def create(self) -> int:
        """Makes the new collection, empty; returns how many passages may be added to it at a time.

        Raises:
            IndexBuildError: it could not be written.
        """
        with self._writing():
            self._client.create_collection(self._name, configuration={"hnsw": HNSW}, embedding_function=None)
            return self._client.get_max_batch_size()

    def take_over(self, name: str) -> int:
        """Makes the collection of another build, of which `copy_collection` made a copy, the new collection.

        Returns how many passages may be added to it at a time.

        Raises:
            IndexBuildError: it could not be written.
        """
        with self._writing():
            self._client.get_collection(name, embedding_function=None).modify(name=self._name)
            return self._client.get_max_batch_size()

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Puts passages with their unit vectors, shape (len(passages), d), into the new collection.

        Raises:
            IndexBuildError: they could not be written.
        """
        nodes: list[BaseNode] = [
            TextNode(
                id_=passage.id,
                text=passage.text,
                metadata={"source_id": passage.source_id, "section": passage.section},
                embedding=vector.tolist(),
            )
            for passage, vector in zip(passages, vectors, strict=True)
        ]
        with self._writing():
            ChromaVectorStore(chroma_collection=self._collection()).add(nodes)

    def nearest(self, vector: Vectors, count: int, sources: Collection[str] = ()) -> list[tuple[str, float]]:
        """Ids of the passages nearest to a unit vector, shape (d,), with their cosine, best first.

        Only passages of the named sources, if any are named.
        """
        if not count:
            return []
        query = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=count)
        if sources:
            kept = MetadataFilter(key="source_id", value=list(sources), operator=FilterOperator.IN)
            query.filters = MetadataFilters(filters=[kept])
        with self._answering():
            result = ChromaVectorStore(chroma_collection=self._collection()).query(query)
        # LlamaIndex gives exp(-distance), and Chroma's cosine distance is 1 - cosine
        cosines = [1.0 + math.log(similarity) for similarity in result.similarities or []]
        return list(zip(result.ids or [], cosines, strict=True))

    def count(self) -> int:
        """How many passages the collection holds."""
        with self._answering():
            return self._collection().count()

    def remove(self) -> None:
        """Deletes the collection if it is there."""
        with self._answering(), suppress(NotFoundError):
            self._client.delete_collection(self._name)

    def _collection(self) -> chromadb.Collection:
        return self._client.get_collection(self._name, embedding_function=None)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turns what Chroma raises on writing into an error that says what to do."""
        try:
            yield
        except Exception as error:
            raise IndexBuildError(
                f"The passages could not be written to Chroma at {self._url or self._folder}: {error}. Free "
                "space or start the server, then run: python -m ingest build. An index that was there "
                "before still answers."
            ) from error

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turns what Chroma raises into an error that says what to do.

        Everything is caught: the client raises its own errors, those of its HTTP library, and bare ones.
        """
        try:
            yield
        except NotFoundError as error:
            raise IndexDamagedError(
                f"Chroma at {self._url or self._folder} has no collection {self._name}. "
                "Run: python -m ingest build"
            ) from error
        except Exception as error:
            if self._url:
                raise IndexStateError(
                    f"The Chroma server at {self._url} does not answer: {error}. Start it, or unset "
                    "ASSISTANT_CHROMA_URL."
                ) from error
            raise IndexDamagedError(
                f"Chroma cannot read {self._folder}: {error}. Run: python -m ingest build"
            ) from error


def copy_collection(old: Path, new: Path) -> None:
    """Copies the files of embedded Chroma, which others may have open to read.

    Args:
        old: folder of the files.
        new: folder that is made.

    Raises:
        OSError: they could not be copied.
    """
    try:
        shutil.copytree(old, new, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
        with (
            closing(sqlite3.connect(f"{(old / _DATABASE).absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(new / _DATABASE)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise OSError(f"{new / _DATABASE}: {error}") from error


def _client(folder: Path, url: str) -> ClientAPI:
    settings = Settings(anonymized_telemetry=False, allow_reset=False)
    if not url:
        try:
            return chromadb.PersistentClient(path=str(folder), settings=settings)
        except Exception:
            # Chroma would take the half-opened database again, also when there is space by then
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise
    address = urlparse(url)
    return chromadb.HttpClient(
        host=address.hostname or "127.0.0.1",
        port=address.port or (443 if address.scheme == "https" else 8000),
        ssl=address.scheme == "https",
        settings=settings,
    )
