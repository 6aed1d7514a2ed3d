"""Files that may be added to the corpus: what each is, the entry proposed for it, and what it is like.

Nothing is changed here. What a document says of itself is proposed as it says it; what it is (`kind`,
`about`) is guessed by its words, for a person to confirm, because it decides how strong a quote looks.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ingest.duplicates import Signature, Similar, signature
from ingest.errors import CorpusError, ManifestError
from ingest.limits import MEGABYTE, Limits
from ingest.manifest import entry_of_source, source_of_entry
from ingest.parsed import Examination, Proposal
from ingest.reading import DocumentStore
from ingest.records import Document, Kind, Procedure, Source
from ingest.sandbox import ParsingProcess
from ingest.sentences import ends_a_sentence

# Words of a title that tell what a document is, the most telling first.
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"\bguidelines?\b|\bconsensus\b|\brecommendations\b|position statement", "guideline"),
    (r"systematic review|meta-?analys[ei]s", "systematic review"),
    (r"\brandomi[sz]ed\b", "randomised trial"),
    (r"\bcase series\b", "case series"),
    (r"\bcase reports?\b|\ba case of\b", "case report"),
    (r"\bpictorial\b", "pictorial review"),
    (r"\breview\b|\boverview\b", "narrative review"),
    (r"\bcohort\b|retrospective|prospective", "cohort study"),
    (r"patient information|information for patients|leaflet", "patient information"),
)
_WEB = ("web-text", "html")
# A record of an article holds no more of it than its abstract.
_RECORD = "article-xml"
# Where the title names neither procedure, a text speaks of both if each has this share of the mentions.
# Source: of the documents of the corpus that on both has 43 %, the review of one 3 %; not fitted.
_SPEAKS_OF = 0.25
_NOT_STATED = "not stated in the document"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
# Fields that change how a file is read, and those that are set here alone.
_SHAPES = ("title", "format")
_SET_HERE = ("id", "path", "sha256")
# Fields that a new version of a document states anew; the others were confirmed by a person and stay.
_NEWER = ("year", "volume", "issue", "pages", "doi", "url")
_ID_WORDS = 4
# Source: the longest title in the corpus has 19 words.
_TITLE_WORDS = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be added.

    Attributes:
        path: of the file, where it is now.
        source: the entry of the manifest that is proposed for it.
        found_in: for fields that the document states, where: "page 1", "the file's properties".
        examination: what was found in it.
        signature: of its document, shape (duplicates.NUMBERS,).
        similar: documents of the corpus that it is like, most alike first.
    """

    path: Path
    source: Source
    found_in: Mapping[str, str]
    examination: Examination
    signature: Signature
    similar: tuple[Similar, ...] = ()


def candidate(
    path: Path,
    given: Mapping[str, Any],
    process: ParsingProcess,
    store: DocumentStore,
    *,
    password: str = "",
    instead_of: Source | None = None,
) -> Candidate:
    """The candidate of a file; its document is kept in the store.

    Args:
        path: of the file.
        given: fields of its entry that are known, by name; they go before what the document says.
        process: reads the file.
        store: keeps the document.
        password: opens an encrypted file; it is kept nowhere.
        instead_of: the entry of the source that the file replaces: its id stays, and so does what the
            new document does not state.

    Raises:
        CorpusError: the file cannot be read.
        ParseError: it is not a document that can be quoted; one line says why and what to do.
        ManifestError: a given field has a wrong value.
    """
    _check_names(given)
    content = read_file(path)
    examination = process.examine(content, path.name, password)
    proposed = _proposed(examination, path, instead_of)
    found_in = dict(examination.proposal.found_in)
    source = _named(proposed, given, path, new=instead_of is None)
    document = process.document(content, source, password)
    title = _first_line(document)
    if instead_of is None and title and not examination.proposal.title and "title" not in given:
        found_in["title"] = "its first line"
        source = _named(replace(proposed, title=title), given, path, new=True)
        document = process.document(content, source, password)
    if instead_of is None:
        guessed = {
            "kind": _kind(source, examination),
            "about": _about(document),
            "abstract_only": examination.format == _RECORD,
        }
        source = source_of_entry(entry_of_source(source) | guessed | dict(given), path.name)
        document = replace(document, source=source)
    store.keep(document)
    return Candidate(path, source, found_in, examination, signature(document))


def changed(
    found: Candidate,
    changes: Mapping[str, Any],
    process: ParsingProcess,
    store: DocumentStore,
    *,
    password: str = "",
) -> Candidate:
    """The candidate with other values of fields of its entry, by name; its document is kept in the store.

    The file is read again only if they change how it is read.

    Raises:
        CorpusError: the file was changed or removed since.
        ParseError: it cannot be read so.
        ManifestError: a value is wrong.
    """
    _check_names(changes)
    old = found.source
    source = source_of_entry(entry_of_source(old) | dict(changes), found.path.name)
    if store.has(old) and all(getattr(source, name) == getattr(old, name) for name in _SHAPES):
        document = replace(store.document(old), source=source)
    else:
        document = process.document(unchanged_content(found), source, password)
    store.keep(document)
    return replace(found, source=source, signature=signature(document))


def unchanged_content(found: Candidate) -> bytes:
    """The content of a candidate's file.

    Raises:
        CorpusError: it is not what it was when it was examined.
    """
    content = read_file(found.path)
    if hashlib.sha256(content).hexdigest() != found.source.sha256:
        raise CorpusError(f"{found.path.name} was changed while it was being added. Add it again.")
    return content


def read_file(path: Path, limits: Limits | None = None) -> bytes:
    """The content of a file that may be added.

    Raises:
        CorpusError: it is no ordinary file, is too large, or cannot be read.
    """
    most = (limits or Limits()).file_bytes
    try:
        if not path.is_file():
            reason = "is no ordinary file" if path.exists() else "is not there"
            raise CorpusError(f"{path} {reason}. Give the name of a document.")
        size = path.stat().st_size
        if size > most:
            raise CorpusError(
                f"{path.name} has {size // MEGABYTE} MB, more than the {most // MEGABYTE} MB that are read. "
                "Split it, or make its images smaller."
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise CorpusError(f"{path} cannot be read: {error}.") from error


def document_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files, and the files in the folders, in order of their names; hidden ones are passed over."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (item for item in path.rglob("*") if item.is_file())
            found += sorted(
                p for p in inside if not any(n.startswith(".") for n in p.relative_to(path).parts)
            )
        else:
            found.append(path)
    return tuple(dict.fromkeys(found))


def _check_names(given: Mapping[str, Any]) -> None:
    wrong = [name for name in given if name in _SET_HERE]
    if wrong:
        raise ManifestError(f"{', '.join(wrong)} cannot be given: it follows from the file.")


def _proposed(examination: Examination, path: Path, old: Source | None) -> Source:
    proposal = examination.proposal
    stated = {
        field.name: value
        for field in fields(Proposal)
        if field.name != "found_in" and (value := getattr(proposal, field.name)) not in ("", (), None)
    }
    if old is not None:
        newer = {name: value for name, value in stated.items() if name in _NEWER or not getattr(old, name)}
        return replace(old, **newer, format=examination.format, sha256=examination.sha256)
    empty: dict[str, Any] = {field.name: "" for field in fields(Source)} | {
        "authors": (),
        "year": None,
        "sample_size": None,
        "peer_reviewed": False,
        "abstract_only": False,
    }
    return Source(
        **empty
        | {
            "id": "new",
            "title": _title_of_name(path),
            "kind": "other document",
            "about": "other",
            "path": "new",
        }
        | {"peer_review_basis": _NOT_STATED, "licence": _NOT_STATED}
        | stated
        | {"format": examination.format, "sha256": examination.sha256}
    )


def _title_of_name(path: Path) -> str:
    """The file's name without its ending; letters that are not UTF-8 are shown as unknown signs."""
    return os.fsencode(path.stem).decode("utf-8", "replace")


def _named(proposed: Source, given: Mapping[str, Any], path: Path, *, new: bool) -> Source:
    """The entry with what is given, the id of a new document, and the name of its copy in the corpus."""
    entry = entry_of_source(proposed) | dict(given)
    if new:
        entry["id"] = _id(entry, proposed.sha256)
    entry["path"] = f"sources/{_file_name(entry['id'], proposed.sha256, path)}"
    return source_of_entry(entry, path.name)


def _first_line(document: Document) -> str:
    """The first heading, or line that is no sentence, of the content; empty if there is none."""
    for block in document.blocks:
        text = " ".join(document.text[block.start : block.end].split())
        line = block.kind == "paragraph" and not ends_a_sentence(text)
        if not block.left_out and (line or block.kind == "heading") and len(text.split()) <= _TITLE_WORDS:
            return text
    return ""


def _kind(source: Source, examination: Examination) -> Kind:
    for pattern, kind in _KINDS:
        if re.search(pattern, source.title, re.IGNORECASE):
            return kind
    return "web article" if examination.format in _WEB else "other document"


def _about(document: Document) -> Procedure:
    kyphoplasty, vertebroplasty = _mentions(document.source.title)
    if not kyphoplasty + vertebroplasty:
        kyphoplasty, vertebroplasty = _mentions(document.text)
    mentions = kyphoplasty + vertebroplasty
    if not mentions:
        return "other"
    if min(kyphoplasty, vertebroplasty) >= _SPEAKS_OF * mentions:
        return "both"
    return "kyphoplasty" if kyphoplasty > vertebroplasty else "vertebroplasty"


def _mentions(text: str) -> tuple[int, int]:
    """How often a text names kyphoplasty, and how often vertebroplasty."""
    lower = text.casefold()
    return lower.count("kyphoplast"), lower.count("vertebroplast")


def _id(entry: Mapping[str, Any], sha256: str) -> str:
    """A name that a person knows again, with eight digits of the file's hash: "cavka-2023-1a2b3c4d"."""
    authors, year = entry.get("authors"), entry.get("year")
    words = [authors[0].split()[-1], str(year or "")] if authors else entry["title"].split()[:_ID_WORDS]
    letters = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", letters)) or "document"
    return f"{name[:40]}-{sha256[:8]}"


def _file_name(source_id: str, sha256: str, path: Path) -> str:
    """The name of the copy in the corpus; it holds the file's hash, so that two versions never collide."""
    suffix = path.suffix.lower()
    mark = "" if source_id.endswith(sha256[:8]) else f"-{sha256[:8]}"
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", source_id)
    return f"{name}{mark}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
