"""The corpus manifest: which documents there are and what they are."""

import hashlib
import re
import tomllib
from collections import Counter
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

from ingest.errors import CorpusError, ManifestError
from ingest.records import Kind, Procedure, Source

MANIFEST = "manifest.toml"
_REQUIRED = (
    "id", "path", "format", "sha256", "title", "kind", "about", "peer_reviewed", "abstract_only", "licence",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {field.name: "" for field in fields(Source)} | {
    "authors": (),
    "year": None,
    "sample_size": None,
}
_CLOSED = {"kind": get_args(Kind), "about": get_args(Procedure)}
_TYPES: dict[str, type] = {field.name: str for field in fields(Source)} | {
    "authors": list,
    "year": int,
    "sample_size": int,
    "peer_reviewed": bool,
    "abstract_only": bool,
}
# Halves of characters, which stand for bytes of a command line that are not UTF-8.
_NOT_A_CHARACTER = re.compile(r"[\ud800-\udfff]")
# Source: digits of any script, as int() takes them; no year or number of patients has more than nine.
_WHOLE_NUMBER = re.compile(r"\d{1,9}")
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def read_manifest(folder: Path) -> tuple[Source, ...]:
    """The sources that `manifest.toml` in the corpus folder lists, in its order.

    Raises:
        ManifestError: the manifest is missing, is not TOML, or an entry is incomplete or wrong.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ManifestError(
            f"There is no manifest at {path}. Give the folder that holds manifest.toml and sources/ "
            "(setting ASSISTANT_CORPUS)."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} cannot be read as TOML: {error}.") from error
    return parse_manifest(text, path)


def parse_manifest(text: str, path: Path) -> tuple[Source, ...]:
    """The sources that a manifest's text lists; `path` is named in errors.

    Raises:
        ManifestError: the text is not TOML, or an entry is incomplete or wrong.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{path} cannot be read as TOML: {error}.") from error
    entries = content.get("source", [])
    if not isinstance(entries, list) or not entries:
        raise ManifestError(f"{path} lists no [[source]].")
    sources = tuple(source_of_entry(entry, f"{path}, source {n}") for n, entry in enumerate(entries, 1))
    for field in ("id", "path"):
        values = [getattr(source, field) for source in sources]
        twice = sorted(value for value, count in Counter(values).items() if count > 1)
        if twice:
            raise ManifestError(f"{path}: {field} {', '.join(twice)} stands in more than one entry.")
    return sources


def source_of_entry(entry: Any, place: str) -> Source:
    """The source of an entry of the manifest; `place` is named in errors.

    Raises:
        ManifestError: the entry is incomplete or wrong.
    """
    if not isinstance(entry, dict):
        raise ManifestError(f"{place}: {entry!r} is not a [[source]] table.")
    name = f"{place} ({entry.get('id', 'without id')})"
    missing = [field for field in _REQUIRED if field not in entry]
    if missing:
        raise ManifestError(f"{name}: missing {', '.join(missing)}.")
    unknown = sorted(set(entry) - set(_TYPES))
    if unknown:
        raise ManifestError(f"{name}: unknown {', '.join(unknown)}. Known: {', '.join(_TYPES)}.")
    _check_values(entry, name)
    location = Path(entry["path"])
    if location.is_absolute() or ".." in location.parts:
        raise ManifestError(f"{name}: path = {entry['path']!r} leads out of the corpus folder.")
    return Source(**(_DEFAULTS | entry | {"authors": tuple(entry.get("authors", ()))}))


def entry_of_source(source: Source) -> dict[str, Any]:
    """The entry of the manifest that gives a source: what is required, and what is not empty."""
    values = asdict(source) | {"authors": list(source.authors)}
    return {name: value for name, value in values.items() if name in _REQUIRED or value not in ("", None, [])}


def field_value(name: str, text: str) -> Any:
    """The value of a field that was typed as text: names are parted by ";", yes and no are truth values.

    Raises:
        ManifestError: there is no such field, or the text is not a value of it.
    """
    kind = _TYPES.get(name)
    if kind is None:
        raise ManifestError(f"There is no field {name!r}. Known: {', '.join(_TYPES)}.")
    if kind is list:
        return [part.strip() for part in text.split(";") if part.strip()]
    if kind is bool and text.lower() in _YES_NO:
        return _YES_NO[text.lower()]
    if kind is int and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if kind is str:
        return text
    raise ManifestError(f"{name} = {text!r} should be {'yes or no' if kind is bool else 'a whole number'}.")


def _check_values(entry: dict[str, Any], name: str) -> None:
    for field, value in entry.items():
        if type(value) is not _TYPES[field]:
            raise ManifestError(f"{name}: {field} = {value!r} should be of type {_TYPES[field].__name__}.")
        if field in _CLOSED and value not in _CLOSED[field]:
            raise ManifestError(f"{name}: {field} = {value!r} should be one of {', '.join(_CLOSED[field])}.")
    empty = [field for field in ("id", "path", "title") if not entry[field].strip()]
    if empty:
        raise ManifestError(f"{name}: {', '.join(empty)} should not be empty.")
    for author in entry.get("authors", ()):
        if not isinstance(author, str) or not author.strip():
            raise ManifestError(f"{name}: authors holds {author!r}; each should be a name.")
    for field, value in entry.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and _NOT_A_CHARACTER.search(text):
                raise ManifestError(f"{name}: {field} = {text!r} is not UTF-8. Type it anew.")


def read_source(folder: Path, source: Source) -> bytes:
    """The content of a source file, checked against the manifest's SHA-256.

    Raises:
        CorpusError: the file is missing, cannot be read, or has another hash.
    """
    path = folder / source.path
    try:
        if not path.resolve().is_relative_to(folder.resolve()):  # a link that leads elsewhere
            raise CorpusError(
                f"The file of source {source.id} leads out of the corpus folder: {path}. Put the file itself "
                "there."
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(
            f"The file of source {source.id} is missing: {path}. Restore it, or remove its entry from "
            "the manifest."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise CorpusError(f"The file of source {source.id} cannot be read: {error}.") from error
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise CorpusError(
            f"{path} was changed: its SHA-256 is {found}, the manifest says {source.sha256}. Restore "
            "the file, or, if the change is meant, put the new SHA-256 into the manifest."
        )
    return content
