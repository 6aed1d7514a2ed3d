"""Documents to the files of one build: passages, words, vectors.

Documents are taken one at a time, and vectors in batches from their cache: what is in memory at once is one
document and, for all, the words of passages and sentences, which BM25 needs together.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ingest.chunk import ChunkConfig, chunk, embedding_text, sentence_texts
from ingest.config import IngestConfig
from ingest.duplicates import NUMBERS, signature
from ingest.errors import IndexBuildError
from ingest.index import (
    CHROMA,
    DOCUMENTS,
    FIRST_SENTENCES,
    LEXICAL_PASSAGES,
    LEXICAL_SENTENCES,
    PASSAGE_IDS,
    PASSAGES,
    SENTENCES,
    SIGNATURES,
    SOURCES,
    VOCABULARY,
    Index,
    collection_name,
    passage_vectors,
)
from ingest.lexical import LexicalIndex, words
from ingest.lines import Lines, LinesWriter
from ingest.progress import Progress, Step
from ingest.reading import DocumentStore
from ingest.records import Document, Passage, Source
from ingest.serialise import document_of_line, passage_line, passage_of_line, write_sources
from ingest.vector_cache import VectorCache, key_of
from ingest.vectors import copy_collection

# Vectors taken from the cache at a time. Source: 1,000 of 384 numbers are 1.5 MB.
_VECTORS = 1_000
_KEY = 16
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class _Texts:
    """The texts of passages or of sentences: the key of each vector, and the words of each."""

    keys: bytearray = field(default_factory=bytearray)
    words: list[list[str]] = field(default_factory=list)

    def add(self, texts: Sequence[str], shared: dict[str, str]) -> None:
        for text in texts:
            self.keys += key_of(text)
        self.words += [[shared.setdefault(word, word) for word in found] for found in words(texts)]

    def key(self, number: int) -> bytes:
        return bytes(self.keys[number * _KEY : (number + 1) * _KEY])

    def batches(self, size: int) -> Iterator[list[bytes]]:
        step = size * _KEY
        for start in range(0, len(self.keys), step):
            part = bytes(self.keys[start : start + step])
            yield [part[i : i + _KEY] for i in range(0, len(part), _KEY)]


@dataclass(slots=True)
class Contents:
    """What a build holds, told when its documents have been written.

    Attributes:
        folder: of the build.
        passage_ids: of all passages, in order.
        first_sentences: number of each passage's first sentence, and how many there are.
        passages: the texts that are embedded and searched for passages.
        sentences: the same for sentences.
    """

    folder: Path
    passage_ids: list[bytes] = field(default_factory=list)
    first_sentences: list[int] = field(default_factory=lambda: [0])
    passages: _Texts = field(default_factory=_Texts)
    sentences: _Texts = field(default_factory=_Texts)

    @property
    def keys(self) -> Iterable[bytes]:
        """The keys of all vectors."""
        for texts in (self.passages, self.sentences):
            for batch in texts.batches(_VECTORS):
                yield from batch


def write_documents(
    folder: Path,
    sources: tuple[Source, ...],
    store: DocumentStore,
    last: Index | None,
    cache: VectorCache,
    config: ChunkConfig,
    progress: Progress,
) -> Contents:
    """Writes documents and passages, and lets the texts whose vector is not known wait in the cache.

    Raises:
        IndexBuildError: no document has a passage.
    """
    contents = Contents(folder)
    shared: dict[str, str] = {}
    vocabulary: set[str] = set()
    signatures = np.zeros((len(sources), NUMBERS), dtype=np.uint32)
    with LinesWriter(folder / DOCUMENTS) as documents, LinesWriter(folder / PASSAGES) as passages:
        for number, source in enumerate(sources):
            line = store.line(source)
            document = document_of_line(line)
            documents.write(line)
            known = store.number_in_last(source)
            taken = last.signatures[known] if last is not None and known is not None else None
            signatures[number] = signature(document) if taken is None else taken
            for passage in _add_document(contents, document, config, cache, shared):
                passages.write(passage_line(passage))
                vocabulary.update(word.lower() for word in _WORD.findall(passage.text))
            done = number + 1
            progress(Step("Dividing", done, len(sources), "documents", done / len(sources)))
    if not contents.passage_ids:
        raise IndexBuildError("No document of the corpus holds a sentence that could be quoted. Add another.")
    write_sources(folder / SOURCES, sources)
    np.save(folder / SIGNATURES, signatures)
    np.save(folder / PASSAGE_IDS, np.array(contents.passage_ids))
    np.save(folder / FIRST_SENTENCES, np.array(contents.first_sentences, dtype=np.int64))
    (folder / VOCABULARY).write_text("\n".join(sorted(vocabulary)), "utf-8")
    LexicalIndex.of_words(contents.passages.words).save(folder / LEXICAL_PASSAGES)
    LexicalIndex.of_words(contents.sentences.words).save(folder / LEXICAL_SENTENCES)
    return contents


def write_vectors(
    contents: Contents,
    config: IngestConfig,
    cache: VectorCache,
    progress: Progress,
    grown_from: Index | None = None,
) -> None:
    """Writes the vectors of sentences and passages, which the cache holds by now.

    Args:
        contents: of the build.
        config: it is made with.
        cache: holds the vectors of all its texts.
        progress: is told how far the writing is.
        grown_from: a build of which this one has every passage and its vector: its collection is copied, and
            only what it lacks is written. None writes all.
    """
    _write_sentences(contents, cache)
    lines = Lines(contents.folder / PASSAGES, passage_of_line)
    new: Sequence[int] = range(len(lines))
    if grown_from is None:
        vectors = passage_vectors(contents.folder, config)
        most = vectors.create()
    else:
        copy_collection(grown_from.folder / CHROMA, contents.folder / CHROMA)
        vectors = passage_vectors(contents.folder, config)
        most = vectors.take_over(collection_name(grown_from.folder))
        new = [n for n in new if not grown_from.holds(contents.passage_ids[n].decode())]
    size = min(most, _VECTORS)
    done = len(lines) - len(new)
    for start in range(0, len(new), size):
        numbers = new[start : start + size]
        keys = [contents.passages.key(number) for number in numbers]
        vectors.add([lines[number] for number in numbers], cache.vectors(keys))
        done += len(numbers)
        progress(Step("Writing", done, len(lines), "passages", done / len(lines)))


def _add_document(
    contents: Contents, document: Document, config: ChunkConfig, cache: VectorCache, shared: dict[str, str]
) -> tuple[Passage, ...]:
    passages = chunk(document, config)
    own = [embedding_text(document, passage) for passage in passages]
    sentences = [sentence_texts(document, passage) for passage in passages]
    flat = [text for texts in sentences for text in texts]
    contents.passages.add(own, shared)
    contents.sentences.add(flat, shared)
    contents.passage_ids += [passage.id.encode() for passage in passages]
    for texts in sentences:
        contents.first_sentences.append(contents.first_sentences[-1] + len(texts))
    cache.queue([*own, *flat])
    return passages


def _write_sentences(contents: Contents, cache: VectorCache) -> None:
    path, start = contents.folder / SENTENCES, 0
    matrix = None
    for keys in contents.sentences.batches(_VECTORS):
        vectors = cache.vectors(keys)
        if matrix is None:
            shape = (contents.first_sentences[-1], vectors.shape[1])
            matrix = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
        matrix[start : start + len(keys)] = vectors
        start += len(keys)
    if matrix is not None:
        matrix.flush()
