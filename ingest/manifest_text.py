"""Changes to the manifest's text, which people write too: what does not change keeps its words.

The text is cut at its [[source]] lines; only the parts of entries that change are written anew. Libraries
that edit TOML in place take a quarter of a minute for a thousand entries.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from ingest.builds import write_whole
from ingest.errors import ManifestError
from ingest.manifest import MANIFEST, entry_of_source, parse_manifest, source_of_entry
from ingest.records import Source

_HEAD = "# One [[source]] a document; `python -m ingest add FILE` adds one.\n\n"
_ENTRY = re.compile(r"^\[\[\s*source\s*\]\]", re.MULTILINE)


def write_manifest(folder: Path, sources: tuple[Source, ...]) -> None:
    """Makes the manifest of a corpus folder list these sources, in one step that cannot be half done.

    Raises:
        ManifestError: the manifest that is there has a form that cannot be changed.
    """
    path = folder / MANIFEST
    write_whole(path, changed_text(path.read_text("utf-8") if path.is_file() else _HEAD, sources).encode())


def changed_text(text: str, sources: tuple[Source, ...]) -> str:
    """The text of a manifest, changed to list these sources.

    Entries that stay keep their text, entries that change keep their place, new ones come last.

    Raises:
        ManifestError: the text has a form that cannot be changed.
    """
    head, *entries = _parts(text)
    wanted = {source.id: source for source in sources}
    parts = [head]
    for entry in entries:
        old = _source(entry)
        new = wanted.pop(old.id, None)
        if new is not None:
            parts.append(entry if new == old else _written(new))
    parts += [_written(source) for source in wanted.values()]
    changed = "\n".join(part.rstrip("\n") + "\n" for part in parts if part)
    if parse_manifest(changed, Path(MANIFEST)) != sources:
        raise _cannot_change()
    return changed


def _parts(text: str) -> list[str]:
    starts = [match.start() for match in _ENTRY.finditer(text)]
    return [text[a:b] for a, b in zip([0, *starts], [*starts, len(text)], strict=True)]


def _source(entry: str) -> Source:
    try:
        (values,) = tomllib.loads(entry)["source"]
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise _cannot_change() from error
    return source_of_entry(values, MANIFEST)


def _cannot_change() -> ManifestError:
    return ManifestError(
        "The manifest has a form that cannot be changed by a command: its [[source]] tables do not stand one "
        "after the other. Change it by hand, then run: python -m ingest build"
    )


def _written(source: Source) -> str:
    lines = [f"{name} = {_value(value)}" for name, value in entry_of_source(source).items()]
    return "\n".join(["[[source]]", *lines]) + "\n"


def _value(value: Any) -> str:
    """The value in TOML; strings and lists are as in JSON but for the character DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
