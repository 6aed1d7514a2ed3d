"""The index as it lies on disk, and reading it.

The index folder holds `builds/<name>/` and `CURRENT`, a file that names the build that answers, beside the
cache of vectors and what is kept of an unfinished build. A build holds index.json (what it was made of, and
the hash of each file), sources.json, documents and passages as lines of JSON (see lines.py), arrays of
the passages' ids, of the number of each passage's first sentence, of unit vectors of all sentences, passage
by passage, and of the documents' signatures, vocabulary.txt, lexical-passages/, lexical-sentences/ and,
unless a Chroma server is used, chroma/.

Nothing that grows with the corpus is read into memory but passage ids and BM25's words: documents, passages
and vectors are mapped, and read when they are asked for.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.config import IngestConfig
from ingest.embed import Vectors, model_fingerprint
from ingest.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from ingest.lexical import LexicalIndex
from ingest.lines import Lines
from ingest.manifest import read_manifest
from ingest.records import Document, Source
from ingest.serialise import document_of_line, passage_of_line, read_sources
from ingest.vectors import PassageVectors

DOCUMENTS, PASSAGES = "documents.jsonl", "passages.jsonl"
SOURCES, VOCABULARY = "sources.json", "vocabulary.txt"
SENTENCES, FIRST_SENTENCES = "sentences.npy", "first-sentences.npy"
PASSAGE_IDS, SIGNATURES = "passage-ids.npy", "signatures.npy"
FILES = (
    SOURCES, VOCABULARY, DOCUMENTS, "documents.npy", PASSAGES, "passages.npy", PASSAGE_IDS, FIRST_SENTENCES,
    SENTENCES, SIGNATURES,
)  # fmt: skip
LEXICAL_PASSAGES = "lexical-passages"
LEXICAL_SENTENCES = "lexical-sentences"
CHROMA = "chroma"
# Documents kept in memory. Source: an answer is read from at most ten passages.
_DOCUMENTS_KEPT = 32


class Documents(Mapping[str, Document]):
    """The documents of an index by source id, in the order of the manifest; read when they are asked for.

    Args:
        sources: of the documents, in their order.
        lines: the documents.
    """

    def __init__(self, sources: tuple[Source, ...], lines: Lines[Document]) -> None:
        self._numbers = {source.id: number for number, source in enumerate(sources)}
        self._read = lru_cache(_DOCUMENTS_KEPT)(lines.__getitem__)

    def __getitem__(self, source_id: str) -> Document:
        return self._read(self._numbers[source_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, source_id: object) -> bool:
        return source_id in self._numbers


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
        self.folder = folder
        self.fingerprint: str = facts["fingerprint"]
        self.corpus_digest: str = facts["corpus_digest"]
        self.model: str = facts["model"]
        self.code: str = facts["code"]
        self.sources = read_sources(folder / SOURCES)
        self.document_lines = Lines(folder / DOCUMENTS, document_of_line)
        self.documents = Documents(self.sources, self.document_lines)
        self.passages = Lines(folder / PASSAGES, passage_of_line)
        self.signatures: NDArray[np.uint32] = np.load(folder / SIGNATURES)
        ids = np.load(folder / PASSAGE_IDS).tolist()
        self._number = {passage_id.decode(): number for number, passage_id in enumerate(ids)}
        self._first_sentence: NDArray[np.int64] = np.load(folder / FIRST_SENTENCES, mmap_mode="r")
        self._sentences: Vectors = np.load(folder / SENTENCES, mmap_mode="r")
        self._lexical_passages = LexicalIndex.load(folder / LEXICAL_PASSAGES, len(self.passages))
        self._lexical_sentences = LexicalIndex.load(folder / LEXICAL_SENTENCES, self.sentence_count)
        self._vectors = passage_vectors(folder, config)
        if self._vectors.count() != len(self.passages):
            raise IndexDamagedError(
                f"Chroma holds {self._vectors.count()} of {len(self.passages)} passages. "
                "Run: python -m ingest build"
            )

    @property
    def sentence_count(self) -> int:
        """How many sentences all passages have."""
        return int(self._first_sentence[-1])

    @property
    def vocabulary(self) -> list[str]:
        """The words of all passages in lower case, each once."""
        return (self.folder / VOCABULARY).read_text("utf-8").split("\n")

    def holds(self, passage_id: str) -> bool:
        """Whether a passage of this id is in the index."""
        return passage_id in self._number

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

    def sentence_lexical_scores(self, question: str) -> Vectors:
        """BM25 score of every sentence of the corpus, passage by passage, shape (sentence_count,)."""
        return self._lexical_sentences.scores(question)

    def sentence_range(self, number: int) -> slice:
        """Where a passage's sentences stand among those of the corpus."""
        return slice(int(self._first_sentence[number]), int(self._first_sentence[number + 1]))

    def sentence_vectors(self, number: int) -> Vectors:
        """Unit vectors of a passage's sentences, shape (sentences, d)."""
        return np.asarray(self._sentences[self.sentence_range(number)])


def open_index(config: IngestConfig) -> Index:
    """The index that answers, if it was made of this corpus with this configuration.

    Raises:
        IndexMissingError: there is none.
        IndexMismatchError: it was made of another corpus or with another configuration.
        IndexDamagedError: files of it are missing or altered.
        ManifestError: the manifest cannot be read.
    """
    if current_folder(config) is None:
        raise IndexMissingError(f"There is no index in {config.index_folder}. Run: python -m ingest build")
    expected = index_fingerprint(config, read_manifest(config.corpus_folder))
    folder = matching_folder(config, expected)
    if folder is None:
        found = read_facts(current_folder(config) or config.index_folder)["fingerprint"]
        raise IndexMismatchError(
            f"The index in {config.index_folder} was built as {found[:12]}, the corpus and "
            f"configuration are now {expected[:12]}. Run: python -m ingest build"
        )
    return Index(folder, read_facts(folder), config)


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


def matching_folder(config: IngestConfig, fingerprint: str) -> Path | None:
    """The build that has a fingerprint; None if there is none.

    That is the one that CURRENT names, or one that was finished and ended just before it was named there.

    Raises:
        IndexDamagedError: index.json of the build that CURRENT names is missing or damaged.
    """
    current = current_folder(config)
    if current is not None and read_facts(current)["fingerprint"] == fingerprint:
        return current
    for folder in sorted((config.index_folder / "builds").glob(f"{fingerprint[:16]}-*")):
        with suppress(IndexDamagedError):
            if read_facts(folder)["fingerprint"] == fingerprint:
                return folder
    return None


def read_facts(folder: Path) -> dict[str, Any]:
    """What a build's index.json says.

    Raises:
        IndexDamagedError: it is missing or damaged.
    """
    try:
        facts = json.loads((folder / "index.json").read_text("utf-8"))
        texts = [facts[name] for name in ("fingerprint", "corpus_digest", "model", "code")]
        if not all(isinstance(text, str) for text in texts) or not set(FILES) <= dict(facts["files"]).keys():
            raise ValueError("fields have the wrong type")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(
            f"{folder / 'index.json'} is missing or damaged. Run: python -m ingest build"
        ) from error
    return dict(facts)


def index_fingerprint(config: IngestConfig, sources: tuple[Source, ...]) -> str:
    """Hash of all that shapes an index: corpus, model, settings and the code of this package."""
    shape = {
        "corpus": corpus_digest(sources),
        "model": model_fingerprint(config.embedding_model),
        "chunk": asdict(config.chunk),
        "chroma": config.chroma_url,
        "code": code_digest(),
    }
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()


def code_digest() -> str:
    """Hash of the code of this package, which shapes documents and passages."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    return code.hexdigest()


def corpus_digest(sources: tuple[Source, ...]) -> str:
    """Hash of the manifest's records, the files' hashes among them: the version of the corpus."""
    records = [asdict(source) for source in sources]
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


def passage_vectors(folder: Path, config: IngestConfig) -> PassageVectors:
    """The Chroma collection of a build, which is named after the build's folder."""
    return PassageVectors(folder / CHROMA, config.chroma_url, collection_name(folder))


def collection_name(folder: Path) -> str:
    """The name of the Chroma collection of a build in this folder."""
    return f"passages-{folder.name}"


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
