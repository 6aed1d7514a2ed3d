"""What a new version of a document changes: its passages, and what was quoted from the old one."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.chunk import ChunkConfig, chunk
from ingest.errors import CorpusError
from ingest.mapped_text import plain
from ingest.records import Document, Passage


@dataclass(frozen=True, slots=True)
class Moved:
    """A passage whose sentences stand elsewhere: the section they stood in, and the one they stand in."""

    passage: Passage
    section: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How the passages of two versions of a document differ.

    Attributes:
        stay: how many passages have all their sentences in the same section.
        moved: those that have all their sentences, some of them in another section.
        changed: those that lost some sentences.
        gone: those that lost all.
        new: passages of the new version with a sentence that the old one does not have.
    """

    stay: int
    moved: tuple[Moved, ...]
    changed: tuple[Passage, ...]
    gone: tuple[Passage, ...]
    new: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """What quotes the old version of a document.

    Attributes:
        lost: names of cases or ids of answers with a quote that the new version does not hold.
        kept: those whose quotes it all holds, though at other places.
    """

    lost: tuple[str, ...]
    kept: tuple[str, ...]


def compare(old: Document, new: Document | None, config: ChunkConfig) -> Changes:
    """How the passages of two versions differ; `new` is None for a document that is removed."""
    before = chunk(old, config)
    after = chunk(new, config) if new else ()
    sections: dict[str, set[str]] = defaultdict(set)
    for passage in after:
        for sentence in _sentences(new, passage):
            sections[sentence].add(passage.section)
    moved, changed, gone = [], [], []
    for passage in before:
        sentences = _sentences(old, passage)
        there = [sentence for sentence in sentences if sentence in sections]
        if not there:
            gone.append(passage)
        elif len(there) < len(sentences):
            changed.append(passage)
        else:
            elsewhere = [sections[s] for s in sentences if passage.section not in sections[s]]
            if elsewhere:
                moved.append(Moved(passage, min(elsewhere[0])))
    known = {sentence for passage in before for sentence in _sentences(old, passage)}
    fresh = [passage for passage in after if not known.issuperset(_sentences(new, passage))]
    stay = len(before) - len(moved) - len(changed) - len(gone)
    return Changes(stay, tuple(moved), tuple(changed), tuple(gone), tuple(fresh))


def affected_cases(path: Path, old: Document, new: Document | None) -> Affected:
    """Evaluation cases that quote the old version.

    Args:
        path: JSON lines of `{"id", "facts": [{"quotes": […]}]}`; none are affected if there is no such file.
        old: the old version.
        new: the new one; None for a document that is removed.

    Raises:
        CorpusError: the file cannot be read.
    """

    def said(case: Any) -> list[str]:
        return [str(quote) for fact in case.get("facts", ()) for quote in fact["quotes"]]

    return _affected(_quotes(path, said) if path.exists() else {}, old, new)


def affected_answers(paths: Iterable[Path], old: Document, new: Document | None) -> Affected:
    """Saved answers that quote the old version.

    Args:
        paths: files of answers as JSON, one or one a line, or folders of such files.
        old: the old version.
        new: the new one; None for a document that is removed.

    Raises:
        CorpusError: a file cannot be read.
    """

    def said(answer: Any) -> list[str]:
        citations = answer.get("citations", ())
        own = [one for one in citations if one.get("source", {}).get("id") == old.source.id]
        return [str(one.get("quote", "")) for one in own]

    quotes: dict[str, list[str]] = {}
    for path in paths:
        for file in sorted(path.rglob("*.json*")) if path.is_dir() else (path,):
            quotes |= _quotes(file, said)
    return _affected(quotes, old, new)


def _affected(quotes: dict[str, list[str]], old: Document, new: Document | None) -> Affected:
    before, after = plain(old.text), plain(new.text) if new else ""
    lost, kept = [], []
    for name, said in quotes.items():
        of_old = [quote for quote in map(plain, said) if quote and quote in before]
        if any(quote not in after for quote in of_old):
            lost.append(name)
        elif of_old:
            kept.append(name)
    return Affected(tuple(lost), tuple(kept))


def _sentences(document: Document | None, passage: Passage) -> list[str]:
    return [plain(document.text[start:end]) for start, end in passage.sentences] if document else []


def _quotes(path: Path, said: Callable[[Any], list[str]]) -> dict[str, list[str]]:
    """What the objects of a file of JSON say, by their id; it holds one in all or one a line."""
    wrong = f"{path} cannot be read: %s. Give a file of JSON or JSON lines."
    try:
        text = path.read_text("utf-8")
        parts = [text] if path.suffix == ".json" else text.splitlines()
        objects = [json.loads(part) for part in parts if part.strip()]
    except (OSError, ValueError) as error:
        raise CorpusError(wrong % error) from error
    try:
        return {str(item.get("id")): said(item) for item in objects}
    except (TypeError, AttributeError, KeyError) as error:
        raise CorpusError(wrong % "what it holds has another form") from error
