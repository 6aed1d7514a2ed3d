"""The index as it lies on disk, and reading it.

The index folder holds `builds/<name>/` and `CURRENT`, a file that names the build that answers. A build
holds index.json (what it was made of, and the hash of each file), documents.json, passages.json,
sentences.npy (unit vectors of all sentences, passage by passage), lexical-passages/, lexical-sentences/
and, unless a Chroma server is used, chroma/.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from ingest.config import IngestConfig
from ingest.embed import Vectors, model_fingerprint
from ingest.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from ingest.lexical import LexicalIndex
from ingest.manifest import read_manifest
from ingest.records import Document, Passage, Source
from ingest.serialise import read_documents, read_passages
from ingest.vectors import PassageVectors

FILES = ("documents.json", "passages.json", "sentences.npy")
LEXICAL_PASSAGES = "lexical-passages"
LEXICAL_SENTENCES = "lexical-sentences"


class Index:
    """One build of the index, open for reading. Passages are numbered from 0 in corpus order.

    Args:
        folder: the build's folder.
        facts: content of its index.json.
        config: the configuration it was built with.

    Raises:
        IndexDamagedError: a file is missing or altered.
    """

    def __init__(self, folder: Path, facts: dict[str, Any], config: IngestConfig) -> None:
        for name, digest in facts["files"].items():
            if not (folder / name).is_file() or _digest(folder / name) != digest:
                raise IndexDamagedError(
                    f"{folder / name} is missing or was altered. Run: python -m ingest build"
                )
        self.fingerprint: str = facts["fingerprint"]
        self.corpus_digest: str = facts["corpus_digest"]
        self.model: str = facts["model"]
        documents = read_documents(folder / "documents.json")
        self.documents: dict[str, Document] = {doc.source.id: doc for doc in documents}
        self.passages: tuple[Passage, ...] = read_passages(folder / "passages.json")
        self._number = {passage.id: i for i, passage in enumerate(self.passages)}
        counts = (len(passage.sentences) for passage in self.passages)
        self._first_sentence = list(accumulate(counts, initial=0))
        self._sentences: Vectors = np.load(folder / "sentences.npy", mmap_mode="r")
        self._folder = folder
        self._vectors = passage_vectors(folder, config)
        if self._vectors.count() != len(self.passages):
            raise IndexDamagedError(
                f"Chroma holds {self._vectors.count()} of {len(self.passages)} passages. "
                "Run: python -m ingest build"
            )

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources in the order of the manifest."""
        return tuple(document.source for document in self.documents.values())

    def nearest(self, vector: Vectors, count: int, sources: Collection[str] = ()) -> list[tuple[int, float]]:
        """Numbers of the passages nearest to a unit vector, with their cosine, best first.

        Args:
            vector: unit vector, shape (d,).
            count: how many at most.
            sources: ids of the only sources whose passages count; empty for all.
        """
        found = self._vectors.nearest(vector, min(count, len(self.passages)), sources)
        return [(self._number[passage_id], cosine) for passage_id, cosine in found]

    def lexical_scores(self, question: str) -> Vectors:
        """BM25 score of every passage, shape (passages,)."""
        return self._lexical_passages.scores(question)

    def sentence_lexical_scores(self, question: str) -> list[Vectors]:
        """BM25 score of every sentence; for each passage an array of shape (sentences,)."""
        scores = self._lexical_sentences.scores(question)
        return [scores[self._range(number)] for number in range(len(self.passages))]

    def covered(self, question: str, text: str) -> float:
        """Share of the question's words that the text holds, weighed by rarity, in [0, 1]."""
        return self._lexical_passages.covered(question, text)

    def sentence_vectors(self, number: int) -> Vectors:
        """Unit vectors of a passage's sentences, shape (sentences, d)."""
        return np.asarray(self._sentences[self._range(number)])

    def passage_vectors(self) -> dict[str, list[float]]:
        """The vector of each passage id."""
        return self._vectors.vectors()

    @cached_property
    def _lexical_passages(self) -> LexicalIndex:
        return LexicalIndex.load(self._folder / LEXICAL_PASSAGES, len(self.passages))

    @cached_property
    def _lexical_sentences(self) -> LexicalIndex:
        return LexicalIndex.load(self._folder / LEXICAL_SENTENCES, self._first_sentence[-1])

    def _range(self, number: int) -> slice:
        return slice(self._first_sentence[number], self._first_sentence[number + 1])


def open_index(config: IngestConfig) -> Index:
    """The index that answers, if it was made of this corpus with this configuration.

    Raises:
        IndexMissingError: there is none.
        IndexMismatchError: it was made of another corpus or with another configuration.
        IndexDamagedError: files of it are missing or altered.
        ManifestError: the manifest cannot be read.
    """
    folder = current_folder(config)
    if folder is None:
        raise IndexMissingError(f"There is no index in {config.index_folder}. Run: python -m ingest build")
    expected = index_fingerprint(config, read_manifest(config.corpus_folder))
    facts = read_facts(folder)
    if facts["fingerprint"] != expected:
        raise IndexMismatchError(
            f"The index in {config.index_folder} was built as {facts['fingerprint'][:12]}, the corpus and "
            f"configuration are now {expected[:12]}. Run: python -m ingest build"
        )
    return Index(folder, facts, config)


def open_current(config: IngestConfig) -> Index | None:
    """The index that answers, whatever it was made of; None if there is none.

    Raises:
        IndexDamagedError: files of it are missing or altered.
    """
    folder = current_folder(config)
    return Index(folder, read_facts(folder), config) if folder else None


def current_folder(config: IngestConfig) -> Path | None:
    """The folder of the build that CURRENT names; None if there is no index yet."""
    pointer = config.index_folder / "CURRENT"
    if not pointer.is_file():
        return None
    return config.index_folder / "builds" / pointer.read_text("utf-8", errors="replace").strip()


def read_facts(folder: Path) -> dict[str, Any]:
    """What a build's index.json says.

    Raises:
        IndexDamagedError: it is missing or damaged.
    """
    try:
        facts = json.loads((folder / "index.json").read_text("utf-8"))
        texts = [facts[name] for name in ("fingerprint", "corpus_digest", "model")]
        if not all(isinstance(text, str) for text in texts) or not set(FILES) <= dict(facts["files"]).keys():
            raise ValueError("fields have the wrong type")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(
            f"{folder / 'index.json'} is missing or damaged. Run: python -m ingest build"
        ) from error
    return dict(facts)


def index_fingerprint(config: IngestConfig, sources: tuple[Source, ...]) -> str:
    """Hash of all that shapes an index: corpus, model, settings and the code of this package."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    shape = {
        "corpus": corpus_digest(sources),
        "model": model_fingerprint(config.embedding_model),
        "chunk": asdict(config.chunk),
        "chroma": config.chroma_url,
        "code": code.hexdigest(),
    }
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()


def corpus_digest(sources: tuple[Source, ...]) -> str:
    """Hash of the manifest's records, the files' hashes among them: the version of the corpus."""
    records = [asdict(source) for source in sources]
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


def passage_vectors(folder: Path, config: IngestConfig) -> PassageVectors:
    """The Chroma collection of a build, which is named after the build's folder."""
    return PassageVectors(folder / "chroma", config.chroma_url, f"passages-{folder.name}")


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a build that index.json vouches for (Chroma keeps its own)."""
    lexical = [
        path.relative_to(folder).as_posix()
        for name in (LEXICAL_PASSAGES, LEXICAL_SENTENCES)
        for path in sorted((folder / name).iterdir())
    ]
    return {name: _digest(folder / name) for name in (*FILES, *lexical)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
