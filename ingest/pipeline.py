"""Corpus to index, stage by stage: manifest, parse, document, chunk, embed, store.

A build is made in a folder of its own and swapped in by replacing the file CURRENT, so that a build that
fails or is killed leaves the index that was there before. What it read and embedded until then is kept, and
the next build goes on from there (reading.py, vector_cache.py).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.builds import (
    discard,
    keep,
    new_folder,
    not_written,
    only_build,
    remove_unfinished,
    swap_in,
    tidying,
    write_whole,
)
from ingest.config import IngestConfig
from ingest.embed import Embedder, model_fingerprint
from ingest.embedder import load_embedder
from ingest.errors import IndexBusyError, IndexDamagedError, IngestError
from ingest.index import (
    Index,
    code_digest,
    corpus_digest,
    current_folder,
    file_digests,
    index_fingerprint,
    matching_folder,
    open_current,
    open_index,
    read_facts,
)
from ingest.manifest import read_manifest, read_source
from ingest.progress import Progress, Report, Step, as_lines
from ingest.reading import DocumentStore, Password, Reading, no_password
from ingest.records import Document, Source
from ingest.sandbox import ParsingProcess
from ingest.vector_cache import VectorCache, cache_path
from ingest.writing import write_documents, write_vectors


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. `embedded` counts the texts that were not in the cache of vectors."""

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
    """Whether there is an index that was made of this corpus with this configuration.

    Raises:
        ManifestError: the manifest cannot be read.
    """
    with suppress(IndexDamagedError):
        expected = index_fingerprint(config, read_manifest(config.corpus_folder))
        return matching_folder(config, expected) is not None
    return False


def build(
    config: IngestConfig,
    report: Report,
    *,
    force: bool = False,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    password: Password = no_password,
) -> BuildResult:
    """Builds the index if it is missing, stale or damaged, and swaps it in.

    Args:
        config: where the corpus and the index are and how the index is made.
        report: is given one line at each step.
        force: build even if nothing changed, taking nothing from what was read and embedded before.
        embedder: makes the vectors; by default the configured model, loaded only if it is needed.
        progress: is told how far the build is; by default `report` is given a line now and then.
        password: gives the password of an encrypted source.

    Raises:
        IngestError: the corpus cannot be read, another build runs, or the build could not be
            written. The index that was there before still answers.
    """
    work = Builder(config, report, embedder, progress or as_lines(report), password)
    try:
        with only_build(config):
            return work.build(read_manifest(config.corpus_folder), force=force)
    except IndexBusyError:
        if force or not is_current(config):
            raise
        return _result(open_index(config), embedded=0, unchanged=True)


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds indexes of one configuration; `only_build` must keep others out.

    Attributes:
        config: where the corpus and the index are and how the index is made.
        report: is given one line at each step.
        embedder: makes the vectors; None for the configured model, loaded only if it is needed.
        progress: is told how far the build is.
        password: gives the password of an encrypted source.
    """

    config: IngestConfig
    report: Report
    embedder: Embedder | None
    progress: Progress
    password: Password = no_password

    def build(
        self,
        sources: tuple[Source, ...],
        *,
        force: bool = False,
        commit: Callable[[], None] = lambda: None,
    ) -> BuildResult:
        """Builds the index of the sources, if it is not there, and swaps it in.

        Args:
            sources: of the corpus, with their files in the corpus folder.
            force: as `ingest.pipeline.build`.
            commit: is called when the build is whole and before it answers: it writes the manifest. What is
                ended before leaves the old corpus and its index, what is ended after has the new of both,
                because a whole build that fits the manifest answers even if CURRENT does not name it yet.

        Raises:
            IngestError: as `ingest.pipeline.build`.
        """
        with self._disk():
            for source in sources:
                read_source(self.config.corpus_folder, source)
            fingerprint = index_fingerprint(self.config, sources)
            found = None if force else self._whole(fingerprint)
            if found is not None:
                commit()
                if found.folder != current_folder(self.config):
                    swap_in(self.config, found.folder, self.report)
                return _result(found, embedded=0, unchanged=True)
            return self._make(sources, fingerprint, commit, force=force)

    def store(self, last: Index | None) -> DocumentStore:
        """The documents that need not be read again."""
        return DocumentStore(self.config.index_folder / "read", last)

    def last(self) -> Index | None:
        """The index of the last build, if it is whole."""
        try:
            return open_current(self.config)
        except IndexDamagedError as error:
            self.report(f"The last index is damaged and is built anew. ({error})")
            return None

    def _whole(self, fingerprint: str) -> Index | None:
        """The build that has the fingerprint, if there is one and it is whole."""
        try:
            folder = matching_folder(self.config, fingerprint)
            return Index(folder, read_facts(folder), self.config) if folder else None
        except IndexDamagedError:
            return None

    def _make(
        self, sources: tuple[Source, ...], fingerprint: str, commit: Callable[[], None], *, force: bool
    ) -> BuildResult:
        cache_file = cache_path(self.config.index_folder, model_fingerprint(self.config.embedding_model))
        remove_unfinished(self.config)  # before anything is written: the disk may be full of it
        last = None if force else self.last()
        store = self.store(last)
        if force:
            cache_file.unlink(missing_ok=True)
            store.clear()
        with closing(VectorCache(cache_file)) as cache:
            reading = Reading(store, self.config.corpus_folder, self.password, self.progress, self.report)
            reading.read_missing(sources)
            folder = new_folder(self.config, fingerprint)
            try:
                contents = write_documents(
                    folder, sources, store, last, cache, self.config.chunk, self.progress
                )
                self.report(f"{len(sources)} sources, {len(contents.passage_ids)} passages.")
                embedded = self._embed(cache)
                grown_from = last if self._grows(last, sources) else None
                write_vectors(contents, self.config, cache, self.progress, grown_from)
                result = self._finish(folder, fingerprint, sources, embedded)
                commit()
            except BaseException as error:
                with suppress(IngestError):  # a Chroma server that went away keeps its part for now
                    discard(self.config, folder)
                if isinstance(error, IndexDamagedError):  # what was written cannot be read back
                    raise not_written(self.config, error.__cause__ or error) from error
                raise
            swap_in(self.config, folder, self.report)
            store.clear()
            with tidying(self.report, "What the index does not use of its cache of vectors"):
                cache.clear(contents.keys)
        return result

    def _grows(self, last: Index | None, sources: tuple[Source, ...]) -> bool:
        """Whether the last build was made in the same way of some of the sources, and can be searched.

        Then nothing goes away, and embedded Chroma is copied. Where something goes, all is written anew: the
        graph would keep its place for ever.
        """
        if last is None or self.config.chroma_url or not set(last.sources) <= set(sources):
            return False
        if last.fingerprint != index_fingerprint(self.config, last.sources):
            return False
        with suppress(IndexDamagedError):
            return bool(last.nearest(last.sentence_vectors(0)[0], 1))
        return False

    def _embed(self, cache: VectorCache) -> int:
        """Embeds the texts that wait; returns how many."""
        texts, characters = cache.waiting()
        if not texts:
            return 0
        done = size = 0
        for step_texts, step_characters in cache.embed(self.embedder or load_embedder(self.config)):
            done, size = done + step_texts, size + step_characters
            self.progress(Step("Embedding", done, texts, "texts", size / characters))
        return texts

    def _finish(
        self, folder: Path, fingerprint: str, sources: tuple[Source, ...], embedded: int
    ) -> BuildResult:
        """Writes index.json, which makes the build whole, after reading everything back."""
        facts = {
            "fingerprint": fingerprint,
            "corpus_digest": corpus_digest(sources),
            "model": model_fingerprint(self.config.embedding_model),
            "code": code_digest(),
            "files": file_digests(folder),
        }
        index = Index(folder, facts, self.config)
        keep(folder)  # else index.json could outlive in a power cut what it vouches for
        write_whole(folder / "index.json", json.dumps(facts, indent=1).encode())
        return _result(index, embedded=embedded, unchanged=False)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """Turns errors of the disk into one that says what to do."""
        try:
            yield
        except BrokenPipeError:  # from the reader of the reports
            raise
        except OSError as error:
            raise not_written(self.config, error) from error


def _result(index: Index, *, embedded: int, unchanged: bool) -> BuildResult:
    return BuildResult(
        fingerprint=index.fingerprint,
        sources=len(index.documents),
        passages=len(index.passages),
        sentences=index.sentence_count,
        embedded=embedded,
        unchanged=unchanged,
    )
