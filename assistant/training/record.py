"""What a reader was made of and how it did, kept beside its weights and shown in its card.

Each command of `python -m assistant.training` that makes or measures a reader writes JSON; `card` puts them
together into the part of models/CARD.md between two marks.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError

_BEGIN, _END = "<!-- record:begin -->", "<!-- record:end -->"
# Smaller values, such as a learning rate, are written with all their digits.
_SMALL = 0.001
# Libraries on whose version a reader's weights depend.
_LIBRARIES = ("torch", "transformers", "tokenizers", "bm25s")


class RecordError(AssistantError):
    """A record or a card is missing or not of the form that is read."""


def sha256(path: Path) -> str:
    """A file's SHA-256 in hexadecimal.

    Raises:
        RecordError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}.") from error


def made_of(files: Sequence[Path], start: Path | None) -> dict[str, Any]:
    """What a training run begins with: its data and the checkpoint it goes on from, by hash; the libraries.

    Raises:
        RecordError: a file cannot be read.
    """
    return {
        "data": {path.name: sha256(path) for path in files},
        "started_from": sha256(start) if start else None,
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def write_record(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a record as JSON."""
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def read_record(path: Path) -> dict[str, Any]:
    """A record that was written.

    Raises:
        RecordError: the file is missing or does not hold a JSON object.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"The record {path} cannot be read: {error}.") from error
    if not isinstance(content, dict):
        raise RecordError(f"The record {path} does not hold an object.")
    return content


def put_into_card(card: Path, records: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Writes the records, each under its title, into the card, in place of those that were there.

    Args:
        card: a Markdown file with the two marks.
        records: title and content, in the order to show.

    Raises:
        RecordError: the card is missing or has no marks.
    """
    try:
        text = card.read_text("utf-8")
    except OSError as error:
        raise RecordError(f"The card {card} cannot be read: {error.strerror}.") from error
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise RecordError(f"The card {card} has no place for records: {_BEGIN} … {_END}.")
    shown = "".join(
        f"\n**{title}**\n\n| | |\n|---|---|\n{''.join(_row(*item) for item in _flat(content))}"
        for title, content in records
    )
    card.write_text(f"{before}{begin}\n{shown}\n{end}{after}", "utf-8")


def _flat(content: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested values with the names on the way to them."""
    rows: list[tuple[str, Any]] = []
    for name, value in content.items():
        full = f"{prefix}{name}"
        rows += _flat(value, f"{full}, ") if isinstance(value, Mapping) else [(full, value)]
    return rows


def _row(name: str, value: Any) -> str:
    shown = "–" if value is None else str(value)
    if isinstance(value, float):
        shown = f"{value:.3f}" if value == 0 or abs(value) >= _SMALL else f"{value:g}"
    return f"| {name.replace('_', ' ')} | {shown} |\n"
