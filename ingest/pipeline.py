"""Corpus to index, stage by stage: manifest, parse, clean, document, chunk, embed, store.

A build is made in a folder of its own and swapped in by replacing the file CURRENT, so that a build that
fails or is killed leaves the index that was there before. Vectors of texts that the last build
held are taken from it.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from ingest.chunk import chunk, embedding_text, sentence_texts
from ingest.config import IngestConfig
from ingest.embed import Embedder, SentenceEmbedder, Vectors, model_fingerprint
from ingest.errors import IndexBuildError, IndexDamagedError, IngestError
from ingest.index import (
    LEXICAL_PASSAGES,
    LEXICAL_SENTENCES,
    Index,
    corpus_digest,
    current_folder,
    file_digests,
    index_fingerprint,
    open_current,
    passage_vectors,
    read_facts,
)
from ingest.lexical import LexicalIndex
from ingest.manifest import read_manifest, read_source
from ingest.records import Document
from ingest.sandbox import ParsingProcess
from ingest.serialise import write_documents, write_passages

Report = Callable[[str], None]
# Texts embedded between two lines of progress.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. `embedded` counts the texts that were not taken from the last build."""

    fingerprint: str
    sources: int
    passages: int
    sentences: int
    embedded: int
    unchanged: bool


def read_corpus(folder: Path) -> tuple[Document, ...]:
    """The documents of all sources of the corpus, in the order of the manifest.

    Raises:
        CorpusError: the manifest or a source file is missing, altered or unreadable.
        ParseError: a source file does not have the form that the manifest names.
    """
    with ParsingProcess() as process:
        return tuple(
            process.document(read_source(folder, source), source) for source in read_manifest(folder)
        )


def is_current(config: IngestConfig) -> bool:
    """Whether the index that answers was made of this corpus with this configuration.

    Raises:
        ManifestError: the manifest cannot be read.
    """
    folder = current_folder(config)
    if folder is None:
        return False
    try:
        fingerprint = read_facts(folder)["fingerprint"]
    except IndexDamagedError:
        return False
    return bool(fingerprint == index_fingerprint(config, read_manifest(config.corpus_folder)))


def build(
    config: IngestConfig,
    report: Report,
    *,
    force: bool = False,
    embedder: Embedder | None = None,
) -> BuildResult:
    """Builds the index if it is missing, stale or damaged, and swaps it in.

    Args:
        config: where the corpus and the index are and how the index is made.
        report: is given one line at each step.
        force: build even if nothing changed, taking nothing from the last build.
        embedder: makes the vectors; by default the configured model, loaded only if it is needed.

    Raises:
        IngestError: the corpus cannot be read, another build runs, or the build could not be
            written. The index that was there before still answers.
    """
    try:
        config.index_folder.mkdir(parents=True, exist_ok=True)
        with FileLock(config.index_folder / "LOCK", timeout=0):
            last = None if force else _last(config, report)
            documents = read_corpus(config.corpus_folder)
            if last is not None and is_current(config):
                return _result(last, embedded=0, unchanged=True)
            return _build(config, documents, last, embedder, report)
    except Timeout as error:
        raise IndexBuildError(
            f"Another build of {config.index_folder} is running. Wait until it ends, then try again."
        ) from error
    except BrokenPipeError:  # from the reader of the reports
        raise
    except OSError as error:
        raise _not_written(config, error) from error


def _not_written(config: IngestConfig, error: BaseException) -> IndexBuildError:
    reason = getattr(error, "strerror", None) or error
    return IndexBuildError(
        f"The index could not be written to {config.index_folder}: {reason}. Free space or name another "
        "folder in ASSISTANT_INDEX, then run: python -m ingest build. An index that was there before still "
        "answers."
    )


def _last(config: IngestConfig, report: Report) -> Index | None:
    """The index of the last build, if it is whole."""
    try:
        return open_current(config)
    except IndexDamagedError as error:
        report(f"The last index is damaged and is built anew. ({error})")
        return None


def _build(
    config: IngestConfig,
    documents: tuple[Document, ...],
    last: Index | None,
    embedder: Embedder | None,
    report: Report,
) -> BuildResult:
    sources = tuple(document.source for document in documents)
    fingerprint = index_fingerprint(config, sources)
    passages = tuple(p for document in documents for p in chunk(document, config.chunk))
    report(f"{len(documents)} sources, {len(passages)} passages.")
    of_source = {document.source.id: document for document in documents}
    passage_texts = [embedding_text(of_source[p.source_id], p) for p in passages]
    sentences = [text for p in passages for text in sentence_texts(of_source[p.source_id], p)]

    model = model_fingerprint(config.embedding_model)
    known = _known_vectors(last) if last is not None and last.model == model else {}
    vectors = dict(known)
    missing = sorted({*passage_texts, *sentences} - known.keys(), key=len)
    if missing:
        vectors |= _embed(missing, embedder or SentenceEmbedder(config.embedding_model), report)

    folder = _new_folder(config, fingerprint)
    try:
        write_documents(folder / "documents.json", documents)
        write_passages(folder / "passages.json", passages)
        np.save(folder / "sentences.npy", _matrix(sentences, vectors))
        LexicalIndex.of(passage_texts).save(folder / LEXICAL_PASSAGES)
        LexicalIndex.of(sentences).save(folder / LEXICAL_SENTENCES)
        passage_vectors(folder, config).add(passages, _matrix(passage_texts, vectors))
        facts = {
            "fingerprint": fingerprint,
            "corpus_digest": corpus_digest(sources),
            "model": model,
            "files": file_digests(folder),
        }
        (folder / "index.json").write_text(json.dumps(facts, indent=1), "utf-8")
        index = Index(folder, facts, config)  # read back before it may answer
    except BaseException as error:
        with suppress(IngestError):  # a Chroma server that went away keeps its part until the next build
            _discard(config, folder)
        if isinstance(error, IndexDamagedError):
            raise _not_written(config, error.__cause__ or error) from error
        raise
    previous = current_folder(config)
    _swap_in(config, folder)
    _remove_others(config, {folder, previous})
    return _result(index, embedded=len(missing), unchanged=False)


def _result(index: Index, *, embedded: int, unchanged: bool) -> BuildResult:
    return BuildResult(
        fingerprint=index.fingerprint,
        sources=len(index.documents),
        passages=len(index.passages),
        sentences=sum(len(passage.sentences) for passage in index.passages),
        embedded=embedded,
        unchanged=unchanged,
    )


def _known_vectors(index: Index) -> dict[str, Vectors]:
    """The vector of each text that a build embedded."""
    by_id = index.passage_vectors()
    known: dict[str, Vectors] = {}
    for number, passage in enumerate(index.passages):
        document = index.documents[passage.source_id]
        known[embedding_text(document, passage)] = np.array(by_id[passage.id], np.float32)
        texts = sentence_texts(document, passage)
        known.update(zip(texts, index.sentence_vectors(number), strict=True))
    return known


def _embed(texts: Sequence[str], embedder: Embedder, report: Report) -> dict[str, Vectors]:
    vectors: dict[str, Vectors] = {}
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        vectors.update(zip(batch, embedder.encode(batch), strict=True))
        report(f"Embedded {len(vectors)} of {len(texts)} texts.")
    return vectors


def _matrix(texts: Sequence[str], vectors: dict[str, Vectors]) -> Vectors:
    return np.array([vectors[text] for text in texts], dtype=np.float32)


def _new_folder(config: IngestConfig, fingerprint: str) -> Path:
    """An empty folder for a build; leftovers of builds that were killed are removed first."""
    builds = config.index_folder / "builds"
    builds.mkdir(exist_ok=True)
    for folder in builds.iterdir():
        if not (folder / "index.json").is_file():
            _discard(config, folder)
    # never a name that was used before: Chroma keeps what it had open under a path for as long as it runs
    folder = builds / f"{fingerprint[:16]}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _swap_in(config: IngestConfig, folder: Path) -> None:
    """Makes the build the one that answers, in one step that cannot be half done."""
    pointer = config.index_folder / "CURRENT.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(folder.name)
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(config.index_folder / "CURRENT")


def _remove_others(config: IngestConfig, kept: set[Path | None]) -> None:
    """Removes builds older than the last one, which a running assistant may still read."""
    for folder in (config.index_folder / "builds").iterdir():
        if folder not in kept:
            _discard(config, folder)


def _discard(config: IngestConfig, folder: Path) -> None:
    """Removes a build, its collection on a Chroma server too."""
    if config.chroma_url:
        passage_vectors(folder, config).remove()
    shutil.rmtree(folder, ignore_errors=True)
