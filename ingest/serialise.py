"""Documents and passages to JSON and back; what is read is checked against the records' types."""

from dataclasses import asdict
from json import dumps
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.errors import IndexDamagedError, ParseError
from ingest.parsed import Examination
from ingest.records import Document, Passage

Records = TypeVar("Records")
_DOCUMENTS = TypeAdapter(tuple[Document, ...])
_PASSAGES = TypeAdapter(tuple[Passage, ...])
_DOCUMENT = TypeAdapter(Document)
_EXAMINATION = TypeAdapter(Examination)


def write_documents(path: Path, documents: tuple[Document, ...]) -> None:
    """Writes the documents as one JSON file."""
    path.write_text(dumps([asdict(document) for document in documents], ensure_ascii=False), "utf-8")


def write_passages(path: Path, passages: tuple[Passage, ...]) -> None:
    """Writes the passages as one JSON file."""
    path.write_text(dumps([asdict(passage) for passage in passages], ensure_ascii=False), "utf-8")


def read_documents(path: Path) -> tuple[Document, ...]:
    """The documents of a JSON file.

    Raises:
        IndexDamagedError: the file is missing or does not hold documents.
    """
    return _read(path, _DOCUMENTS)


def read_passages(path: Path) -> tuple[Passage, ...]:
    """The passages of a JSON file.

    Raises:
        IndexDamagedError: the file is missing or does not hold passages.
    """
    return _read(path, _PASSAGES)


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


def _checked(content: bytes, adapter: TypeAdapter[Records]) -> Records:
    try:
        return adapter.validate_json(content)
    except ValidationError as error:
        raise ParseError(f"The process that reads files gave no valid answer ({error.title}).") from error


def _read(path: Path, adapter: TypeAdapter[Records]) -> Records:
    try:
        return adapter.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamagedError(
            f"{path} is missing or damaged ({type(error).__name__}). Run: python -m ingest build"
        ) from error
