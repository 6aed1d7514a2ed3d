"""Files to candidates, side by side: each is read in a process, and compared with the documents there are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.candidates import Candidate, candidate
from ingest.config import IngestConfig
from ingest.duplicates import NUMBERS, Signature, Similar, similar
from ingest.errors import CorpusError, IngestError, ParseError, PasswordError
from ingest.index import open_current
from ingest.progress import Progress, Step
from ingest.reading import DocumentStore, side_by_side
from ingest.records import Source
from ingest.sandbox import ParsingProcess

FilePassword = Callable[[Path], str]
Known = dict[str, tuple[Source, Signature]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be added, and why, in a line that says what to do."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of the entries of the files.

    Attributes:
        given: fields by name; they go before what a document says.
        instead_of: the entry of the source that the file replaces; None for new documents.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    instead_of: Source | None = None


def ask_nobody(path: Path) -> str:
    """Knows no password."""
    return ""


def propose(
    paths: Sequence[Path],
    entry: Entry,
    store: DocumentStore,
    known: Known,
    password: FilePassword,
    progress: Progress,
) -> Iterator[Candidate | Refused]:
    """The candidates of files, in their order, with the documents and earlier files that each is like.

    Args:
        paths: of the files.
        entry: what is known of their entries.
        store: keeps their documents.
        known: the documents of the corpus and their signatures.
        password: gives the password of an encrypted file.
        progress: is told of each file if there are several.

    Raises:
        IndexBuildError: what was read cannot be kept.
    """

    def examine(path: Path, process: ParsingProcess) -> Candidate | Refused:
        try:
            try:
                return candidate(path, entry.given, process, store, instead_of=entry.instead_of)
            except PasswordError:
                said = password(path)
                return candidate(
                    path, entry.given, process, store, password=said, instead_of=entry.instead_of
                )
        except (CorpusError, ParseError) as error:  # of this file; a full disk is one of all
            return Refused(path, str(error))

    seen = dict(known)
    for done, item in enumerate(side_by_side(paths, examine), 1):
        if len(paths) > 1:
            progress(Step("Reading", done, len(paths), "files", done / len(paths)))
        if isinstance(item, Candidate):
            item = replace(item, similar=_similar(item, seen))
            seen[item.source.id] = (item.source, item.signature)
        yield item


def known_signatures(config: IngestConfig, sources: Sequence[Source], but: Source | None) -> Known:
    """Each source but one with the signature of its document, from the index that answers.

    A source that the index does not hold gets zeros, which are like no signature.
    """
    known = {source.id: (source, np.zeros(NUMBERS, np.uint32)) for source in sources}
    with suppress(IngestError):
        index = open_current(config)
        if index is not None:
            pairs = zip(index.sources, index.signatures, strict=True)
            known |= {source.id: (source, kept) for source, kept in pairs if source.id in known}
    if but is not None:
        known.pop(but.id, None)
    return known


def _similar(item: Candidate, known: Mapping[str, tuple[Source, Signature]]) -> tuple[Similar, ...]:
    others = [source for source, _ in known.values()]
    signatures = np.array([kept for _, kept in known.values()], np.uint32).reshape(len(others), NUMBERS)
    return similar(item.source, item.signature, others, signatures)
