"""Candidates, changes and what they affect as lines for a person to read."""

from collections.abc import Iterator, Sized
from dataclasses import fields

from ingest.candidates import Candidate
from ingest.changes import Affected, Changes
from ingest.records import Document, Passage, Source

# Fields that a person confirms, in this order; the others are told of if they are not empty.
_CONFIRMED = ("title", "authors", "year", "kind", "about", "peer_reviewed", "abstract_only", "licence")
_NOT_SHOWN = ("id", "path", "format", "sha256")
_PASSAGES_SHOWN = 10
_WORDS_SHOWN = 12
_NAMES_SHOWN = 20


def describe_candidate(found: Candidate) -> Iterator[str]:
    """What a file is, the entry proposed for it and where each value comes from, and what it is like."""
    examination, source = found.examination, found.source
    pages = f", {examination.pages} pages" if examination.pages else ""
    yield f"{found.path.name}: {examination.format}{pages}, {examination.words:,} words, as {source.id}"
    rest = [field.name for field in fields(Source) if field.name not in (*_CONFIRMED, *_NOT_SHOWN)]
    for name in (*_CONFIRMED, *(name for name in rest if getattr(source, name) not in ("", None))):
        place = found.found_in.get(name, "")
        yield f"  {name:<18} {_shown(getattr(source, name))}{f'  ({place})' if place else ''}"
    yield from (f"  {line}" for line in describe_notes(found))


def describe_notes(found: Candidate) -> Iterator[str]:
    """What a person should know of how a file was read, and the documents that it is like."""
    for note in found.examination.notes:
        yield f"note: {f'page {note.page}: ' if note.page else ''}{note.text}"
    for item in found.similar:
        yield (
            f"like {item.source.id} ({item.source.label}): {item.reason}, {item.share:.0%} of its wording. "
            f"If this is a new version of it, run: python -m ingest replace {item.source.id} FILE"
        )


def describe_changes(changes: Changes, old: Document) -> Iterator[str]:
    """What becomes of the passages of a document that is replaced."""
    yield (
        f"Passages of {old.source.id} that stay: {changes.stay}, that move: {len(changes.moved)}, that lose "
        f"sentences: {len(changes.changed)}, that are gone: {len(changes.gone)}; passages of the new version "
        f"with new sentences: {len(changes.new)}."
    )
    yield from _passages("gone", changes.gone)
    yield from _passages("loses sentences", changes.changed)
    for item in changes.moved[:_PASSAGES_SHOWN]:
        yield f"  moves to {item.section or 'the beginning'}: {_start(item.passage)}"
    yield from _more(changes.moved)


def describe_affected(cases: Affected, answers: Affected) -> Iterator[str]:
    """Which evaluation cases and saved answers quote what is changed."""
    if cases.lost:
        yield f"Evaluation cases whose quotes would be lost: {_names(cases.lost)}"
    if cases.kept:
        yield f"{len(cases.kept)} evaluation cases quote it and keep their quotes."
    if answers.lost:
        yield f"Saved answers whose quotes would be lost: {_names(answers.lost)}"
    if answers.kept:
        yield f"Saved answers whose quotes stay, at other places: {_names(answers.kept)}"


def _passages(word: str, passages: tuple[Passage, ...]) -> Iterator[str]:
    for passage in passages[:_PASSAGES_SHOWN]:
        yield f"  {word}: {_start(passage)}"
    yield from _more(passages)


def _more(items: Sized) -> Iterator[str]:
    if len(items) > _PASSAGES_SHOWN:
        yield f"  and {len(items) - _PASSAGES_SHOWN} more"


def _start(passage: Passage) -> str:
    words = passage.text.split()
    start = " ".join(words[:_WORDS_SHOWN])
    more = " …" if len(words) > _WORDS_SHOWN else ""
    return f"“{start}{more}”" + (f" ({passage.section})" if passage.section else "")


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value) or "not stated"
    return str(value) if value not in ("", None) else "not stated"
