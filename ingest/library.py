"""The documents of the corpus: adding, removing and replacing them, each with its index.

A change is made in this order: the file is copied into the corpus folder under a name that no other has, the
new index is built beside the old one, the manifest is replaced, the index is swapped in, files that are no
longer listed are removed. The manifest's replacement is the one step that counts: what is ended before it
leaves the old documents and their index, what is ended after it leaves the new ones and theirs.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.builds import only_build, write_whole
from ingest.candidates import Candidate, changed, read_file, unchanged_content
from ingest.config import IngestConfig
from ingest.embed import Embedder
from ingest.errors import CorpusError, IndexDamagedError, IngestError, PasswordError
from ingest.index import open_current
from ingest.manifest import MANIFEST, read_manifest, read_source
from ingest.manifest_text import write_manifest
from ingest.pipeline import Builder, BuildResult
from ingest.progress import Progress, Report, as_lines
from ingest.proposing import Entry, FilePassword, Refused, ask_nobody, known_signatures, propose
from ingest.reading import DocumentStore
from ingest.records import Document, Source
from ingest.sandbox import ParsingProcess


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What a change of the corpus did.

    Attributes:
        added: the entries of documents that are new, or new versions, in the order of their files.
        removed: the entries that are gone.
        refused: files that were not added.
        build: of the index; None if nothing changed.
    """

    added: tuple[Source, ...]
    removed: tuple[Source, ...]
    refused: tuple[Refused, ...]
    build: BuildResult | None


class Library:
    """The documents of a corpus folder and their index.

    Args:
        config: where they are and how the index is made.
        report: is given a line on each step.
        progress: is told how far a change is; by default `report` is given a line now and then.
        embedder: makes the vectors; by default the configured model, loaded only if it is needed.
        password: gives the password of an encrypted file; it is used and kept nowhere.
    """

    def __init__(
        self,
        config: IngestConfig,
        report: Report,
        *,
        progress: Progress | None = None,
        embedder: Embedder | None = None,
        password: FilePassword = ask_nobody,
    ) -> None:
        self.config = config
        self._progress = progress or as_lines(report)
        self._password = password
        folder = config.corpus_folder
        self._builder = Builder(
            config, report, embedder, self._progress, lambda source: password(folder / source.path)
        )

    def sources(self) -> tuple[Source, ...]:
        """The documents that the manifest lists; none if there is no manifest yet.

        Raises:
            ManifestError: the manifest cannot be read.
        """
        there = (self.config.corpus_folder / MANIFEST).is_file()
        return read_manifest(self.config.corpus_folder) if there else ()

    def source(self, name: str) -> Source:
        """The document whose id starts with `name`.

        Raises:
            CorpusError: none or several start so.
        """
        found = [source for source in self.sources() if source.id == name]
        found = found or [source for source in self.sources() if source.id.startswith(name)]
        if len(found) != 1:
            raise CorpusError(
                f"{len(found)} documents start with {name!r}. Run: python -m ingest list, and give the id."
            )
        return found[0]

    def document(self, source: Source) -> Document:
        """The document of a source, from the index that answers, or read anew.

        Raises:
            IngestError: it cannot be read.
        """
        store = self._store()
        if store.has(source):
            return store.document(source)
        with suppress(IndexDamagedError):
            index = open_current(self.config)
            if index is not None and source in index.sources:
                return index.documents[source.id]
        with ParsingProcess() as process:
            return process.document(read_source(self.config.corpus_folder, source), source)

    def known_files(self, paths: Sequence[Path]) -> dict[Path, Source]:
        """Those of the files that are in the corpus already, each with its entry."""
        by_hash = {source.sha256: source for source in self.sources()}
        known = {}
        for path in paths:
            with suppress(CorpusError):  # what cannot be read is told of when it is examined
                source = by_hash.get(hashlib.sha256(read_file(path)).hexdigest())
                if source is not None:
                    known[path] = source
        return known

    def examine(
        self, paths: Sequence[Path], given: Mapping[str, Any] | None = None, instead_of: Source | None = None
    ) -> Iterator[Candidate | Refused]:
        """What would be added for each file, in their order, with the documents that it is like.

        Nothing of the corpus or its index is changed.

        Args:
            paths: of the files.
            given: fields of their entries that are known, by name.
            instead_of: the entry of the source that the file replaces.
        """
        known = known_signatures(self.config, self.sources(), but=instead_of)
        entry = Entry(given or {}, instead_of)
        return propose(paths, entry, self._store(), known, self._password, self._progress)

    def corrected(self, found: Candidate, changes: Mapping[str, Any]) -> Candidate:
        """The candidate with other values of fields of its entry, by name.

        Raises:
            IngestError: a value is wrong, or the file cannot be read so.
        """
        with ParsingProcess() as process:
            try:
                return changed(found, changes, process, self._store())
            except PasswordError:
                password = self._password(found.path)
                return changed(found, changes, process, self._store(), password=password)

    def add(self, candidates: Sequence[Candidate]) -> ChangeResult:
        """Adds documents and their passages. A file that is in the corpus already is refused.

        Raises:
            IngestError: nothing could be added; the corpus and its index are as they were.
        """
        with only_build(self.config):
            before = self.sources()
            new, refused = _new(candidates, before)
            sources = (*before, *(item.source for item in new))
            # with nothing new it is built too: an earlier change may have been ended before that
            build = self._change(before, sources, new)
        return ChangeResult(tuple(item.source for item in new), (), refused, build)

    def replace(self, old: Source, new: Candidate) -> ChangeResult:
        """Puts a new version in the place of a document.

        Raises:
            IngestError: it could not be replaced; the corpus and its index are as they were.
        """
        with only_build(self.config):
            before = self.sources()
            if old not in before:
                raise CorpusError(f"{old.id} was changed meanwhile. Run: python -m ingest list")
            sources = tuple(new.source if source == old else source for source in before)
            build = self._change(before, sources, [new])
        return ChangeResult((new.source,), (old,), (), build)

    def remove(self, removed: Sequence[Source]) -> ChangeResult:
        """Removes documents, their files in the corpus folder and their passages.

        Raises:
            IngestError: nothing could be removed; the corpus and its index are as they were.
        """
        with only_build(self.config):
            before = self.sources()
            sources = tuple(source for source in before if source not in removed)
            if not sources:
                raise CorpusError(
                    "A corpus has at least one document, so the last cannot be removed. Add another first."
                )
            build = self._change(before, sources, [])
        return ChangeResult((), tuple(removed), (), build)

    def _store(self) -> DocumentStore:
        return self._builder.store(None)

    def _change(
        self, before: tuple[Source, ...], sources: tuple[Source, ...], new: Sequence[Candidate]
    ) -> BuildResult:
        folder = self.config.corpus_folder
        paths = {item.source.path for item in new}

        def commit() -> None:
            if self.sources() != before:
                raise CorpusError(
                    f"{folder / MANIFEST} was changed meanwhile, by hand or by another program, and stays as "
                    "it is. Run the command again."
                )
            write_manifest(folder, sources)
            paths.update(source.path for source in before)

        try:
            for item in new:
                _copy(item, folder)
            return self._builder.build(sources, commit=commit)
        finally:
            if (folder / MANIFEST).is_file() or not before:  # without it nobody knows what it lists
                self._remove_unlisted(paths)

    def _remove_unlisted(self, paths: Iterable[str]) -> None:
        """Removes those of the files in the corpus folder that the manifest does not list (any more)."""
        folder = self.config.corpus_folder.resolve()
        with suppress(IngestError):
            for path in set(paths) - {source.path for source in self.sources()}:
                if (folder / path).resolve().is_relative_to(folder):
                    (folder / path).unlink(missing_ok=True)


def _new(
    candidates: Sequence[Candidate], before: Sequence[Source]
) -> tuple[list[Candidate], tuple[Refused, ...]]:
    """Those of the candidates whose file is not in the corpus, and why the others are refused."""
    new: list[Candidate] = []
    refused: list[Refused] = []
    files = {source.sha256: source.id for source in before}
    ids = {source.id for source in before}
    for item in candidates:
        name, source = item.path.name, item.source
        if source.sha256 in files:
            reason = f"{name} is in the corpus already, as {files[source.sha256]}."
            refused.append(Refused(item.path, reason))
        elif source.id in ids:
            reason = (
                f"{name}: a version of it is in the corpus. Run: python -m ingest replace {source.id} FILE"
            )
            refused.append(Refused(item.path, reason))
        else:
            new.append(item)
            files[source.sha256] = source.id
            ids.add(source.id)
    return new, tuple(refused)


def _copy(item: Candidate, folder: Path) -> None:
    """Copies a candidate's file into the corpus folder, whole or not at all."""
    target = folder / item.source.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise CorpusError(f"{target.parent} leads out of the corpus folder. Make it a folder.")
        write_whole(target, unchanged_content(item))
    except OSError as error:
        raise CorpusError(f"{item.path.name} could not be copied to {target}: {error.strerror}.") from error
