"""Documents and passages to JSON and back; what is read is checked against the records' types."""

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.errors import IndexDamagedError, ParseError
from ingest.parsed import Examination
from ingest.records import Document, Passage, Source

Record = TypeVar("Record")
_DOCUMENT = TypeAdapter(Document)
_PASSAGE = TypeAdapter(Passage)
_SOURCES = TypeAdapter(tuple[Source, ...])
_EXAMINATION = TypeAdapter(Examination)


def document_line(document: Document) -> bytes:
    """The document as a line of JSON."""
    return _DOCUMENT.dump_json(document)


def passage_line(passage: Passage) -> bytes:
    """The passage as a line of JSON."""
    return _PASSAGE.dump_json(passage)


def document_of_line(line: bytes) -> Document:
    """The document of a line of an index.

    Raises:
        IndexDamagedError: the line does not hold a document.
    """
    return _of_index(line, _DOCUMENT)


def passage_of_line(line: bytes) -> Passage:
    """The passage of a line of an index.

    Raises:
        IndexDamagedError: the line does not hold a passage.
    """
    return _of_index(line, _PASSAGE)


def write_sources(path: Path, sources: tuple[Source, ...]) -> None:
    """Writes the sources as one JSON file."""
    path.write_bytes(_SOURCES.dump_json(sources))


def read_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a JSON file of an index.

    Raises:
        IndexDamagedError: the file is missing or does not hold sources.
    """
    try:
        return _of_index(path.read_bytes(), _SOURCES)
    except OSError as error:
        raise IndexDamagedError(f"{path} is missing. Run: python -m ingest build") from error


def document_from_json(content: bytes) -> Document:
    """The document that a process has read.

    Raises:
        ParseError: the content is not a document.
    """
    return _checked(content, _DOCUMENT)


def examination_from_json(content: bytes) -> Examination:
    """What a process has found out about a file.

    Raises:
        ParseError: the content is not an examination.
    """
    return _checked(content, _EXAMINATION)


def _checked(content: bytes, adapter: TypeAdapter[Record]) -> Record:
    try:
        return adapter.validate_json(content)
    except ValidationError as error:
        raise ParseError(f"The process that reads files gave no valid answer ({error.title}).") from error


def _of_index(content: bytes, adapter: TypeAdapter[Record]) -> Record:
    try:
        return adapter.validate_json(content)
    except ValidationError as error:
        raise IndexDamagedError(
            f"A record of the index is damaged ({error.title}). Run: python -m ingest build"
        ) from error
