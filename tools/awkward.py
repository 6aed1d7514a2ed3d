"""Reads a folder of awkward files and checks what becomes of each: `python tools/awkward.py FOLDER`.

Each file must end, within its limits, in a searchable document or in one line that says what is wrong and
what to do. Of a document it is checked that every character is what stands at its place in the file, that
the boxes of all its sentences hold their words (read again from the page by PyMuPDF), and that a passage of
it is found by its own words. Names, outcomes and counts go to tools/awkward.json, file by file, so that a
command that was ended goes on where it stopped; notes and problems, which may quote a file, go to the screen
only. The files stay where they are. Passwords of encrypted files are given as NAME=PASSWORD.
"""

import argparse
import hashlib
import html
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.chunk import ChunkConfig, chunk, embedding_text  # noqa: E402
from ingest.decoding import decode  # noqa: E402
from ingest.errors import IngestError  # noqa: E402
from ingest.lexical import LexicalIndex  # noqa: E402
from ingest.mapped_text import plain  # noqa: E402
from ingest.parsed import Examination  # noqa: E402
from ingest.records import Document, Passage, Source  # noqa: E402
from ingest.sandbox import ParsingProcess  # noqa: E402
from ingest.superscripts import SUPERSCRIPTS  # noqa: E402

RESULT = ROOT / "tools" / "awkward.json"
_DATA = {".json", ".jsonl"}
# A box may miss the middle of a letter by so many points: places are kept in tenths.
_SLACK = 0.2
# A passage counts as found among so many.
_FOUND = 3
_PLAIN = {raised: plain for plain, raised in SUPERSCRIPTS.items()}


@dataclass
class Result:
    """What became of a file; `notes` and `problems` may quote it."""

    file: str
    outcome: str = ""
    format: str = ""
    seconds: float = 0.0
    megabytes: int = 0
    pages: int = 0
    words: int = 0
    passages: int = 0
    sentences: int = 0
    references: int = 0
    table_rows: int = 0
    boxes_checked: int = 0
    by_ocr: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    message: str = ""

    def counts(self) -> dict[str, Any]:
        """What is written down: nothing of the file's own text."""
        return asdict(self) | {"problems": len(self.problems), "notes": len(self.notes)}


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the results; returns 1 if a check failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--password", action="append", default=[], metavar="NAME=PASSWORD")
    parser.add_argument("--only", default="", help="part of the names of the files to read, also if known")
    parser.add_argument("--again", action="store_true", help="forget the results of an earlier run")
    parser.add_argument("--minutes", type=float, default=60, help="begin no file after so many")
    arguments = parser.parse_args(argv)
    passwords = dict(pair.split("=", 1) for pair in arguments.password)
    files = sorted(p for p in arguments.folder.rglob("*") if p.is_file() and p.suffix not in _DATA)
    known = {} if arguments.again or not RESULT.exists() else json.loads(RESULT.read_text("utf-8"))
    until = time.monotonic() + 60 * arguments.minutes
    for path in files:
        name = path.relative_to(arguments.folder).as_posix()
        if arguments.only not in name or (name in known and not arguments.only) or time.monotonic() > until:
            continue
        result = read(path, name, next((word for part, word in passwords.items() if part in name), ""))
        known[name] = result.counts()
        RESULT.write_text(
            json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
        print(f"{result.outcome:9} {result.seconds:7.1f} s {result.megabytes:6} MB  {name}", flush=True)
        for line in (*result.problems, *result.notes[:5], *filter(None, [result.message])):
            print(f"          {line}")
    failed = sum(result["problems"] > 0 for result in known.values())
    outcomes = dict(Counter(result["outcome"] for result in known.values()))
    print(f"{len(known)} of {len(files)} files, {failed} with problems. {outcomes}")
    return 1 if failed else 0


def read(path: Path, name: str, password: str) -> Result:
    """What becomes of a file."""
    result = Result(name)
    content = path.read_bytes()
    start = time.perf_counter()
    with ParsingProcess() as process:
        try:
            seen = process.examine(content, path.name, password)
            document = process.document(content, source_of(seen, path.name), password)
        except IngestError as error:
            result.outcome, result.message = "refused", str(error)
            if "\n" in result.message:
                result.problems.append("the message has more than one line")
        result.seconds = round(time.perf_counter() - start, 1)
        result.megabytes = process.peak_megabytes
    if not result.outcome:
        result.outcome = "document"
        _fill(result, seen, document, content, password)
    return result


def source_of(seen: Examination, name: str) -> Source:
    """The entry of a file in the manifest, as it would be confirmed."""
    found = seen.proposal
    return Source(
        id=hashlib.sha256(name.encode()).hexdigest()[:12], title=found.title or name, authors=found.authors,
        year=found.year, journal=found.journal, volume=found.volume, issue=found.issue, pages=found.pages,
        published="", received="", accepted="", publisher=found.publisher, kind="web article",
        about="kyphoplasty", sample_size=None, peer_reviewed=False, peer_review_basis="", abstract_only=False,
        doi=found.doi, url=found.url, licence=found.licence, format=seen.format, path=name,
        sha256=seen.sha256,
    )  # fmt: skip


def _fill(result: Result, seen: Examination, document: Document, content: bytes, password: str) -> None:
    passages = chunk(document, ChunkConfig())
    result.format, result.pages = seen.format, seen.pages
    result.words = sum(len(p.text.split()) for p in passages)
    result.passages = len(passages)
    result.sentences = sum(len(p.sentences) for p in passages)
    result.references = len(document.references)
    result.table_rows = sum(block.kind == "table" and not block.left_out for block in document.blocks)
    result.by_ocr = sum(page.by_ocr for page in document.pages)
    result.notes = [f"page {note.page}: {note.text}" if note.page else note.text for note in document.notes]
    if not passages:
        result.problems.append("it has no passage")
    wrong = misplaced(document, document.layer or decode(content, result.file)[0])
    if wrong is not None:
        result.problems.append(f"character {wrong} is not what stands at its place in the file")
    if document.lines:
        result.boxes_checked, bad = check_boxes(document, passages, content, password)
        result.problems += bad
    elif document.pages:
        result.problems.append("it has pages, but no character has a place on them")
    if passages and not found_by_its_words(document, passages):
        result.problems.append("a passage is not found by its own words")


def misplaced(document: Document, original: str) -> int | None:
    """The first character of a document that is not what stands at its place in the file; None if all are.

    A character may stand for mark-up around it too; it equals its place after the declared normalisation:
    references of mark-up resolved, compatibility forms folded, white space alike.
    """
    for start, length, file_start, file_length in document.runs:
        if (
            length == file_length
            and document.text[start : start + length] == original[file_start : file_start + length]
        ):
            continue
        for i in range(length):
            first = file_start + i if length == file_length else file_start
            last = first + 1 if length == file_length else file_start + file_length
            if not _is_there(document.text[start + i], original[first:last]):
                return start + i
    return None


def _is_there(character: str, original: str) -> bool:
    if character.isspace():  # mark-up may part words too
        return any(other.isspace() for other in html.unescape(original)) or not plain(original)
    return _fold(character) in _fold(html.unescape(original))


def _fold(text: str) -> str:
    level = "".join(_PLAIN.get(character, character) for character in text).replace("−", "-")
    return unicodedata.normalize("NFKC", level)


def check_boxes(
    document: Document, passages: Sequence[Passage], content: bytes, password: str
) -> tuple[int, list[str]]:
    """How many sentences had their boxes read again, and those whose boxes do not hold their words.

    Pages read by OCR are left out: their words are not in the file.
    """
    file: Any = pymupdf.open(stream=content, filetype="pdf")
    if file.needs_pass:
        file.authenticate(password)
    if file.is_form_pdf:
        file.bake(annots=False, widgets=True)
    by_ocr = {page.number for page in document.pages if page.by_ocr}
    bad: list[str] = []
    checked = 0
    letters: dict[int, _Letters] = {}
    for start, end in (span for passage in passages for span in passage.sentences):
        boxes = document.boxes(start, end)
        if any(box[0] in by_ocr for box in boxes):
            continue
        checked += 1
        held: Counter[str] = Counter()
        for page in {box[0] for box in boxes}:
            if page not in letters:
                letters[page] = _Letters(file[page - 1])
            held += letters[page].inside([box[1:] for box in boxes if box[0] == page])
        missing = Counter(_signs(document.text[start:end])) - held
        if missing or not boxes:
            bad.append(f"boxes of {document.text[start:end][:60]!r} miss {dict(missing)}")
    return checked, bad


class _Letters:
    """Each letter and digit of a page with the middle of its place, on the page as it is shown."""

    def __init__(self, page: Any) -> None:
        matrix = page.rotation_matrix
        page.set_rotation(0)
        flags = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_CLIP
        self._signs: list[str] = []
        places = []
        for block in page.get_text("rawdict", flags=flags)["blocks"]:
            for line in block.get("lines", ()):
                for char in (c for span in line["spans"] for c in span["chars"]):
                    x0, y0, x1, y1 = char["bbox"]
                    point = pymupdf.Point((x0 + x1) / 2, (y0 + y1) / 2) * matrix
                    for sign in _signs(char["c"]):
                        self._signs.append(sign)
                        places.append((point.x, point.y))
        self._places: NDArray[np.float64] = np.array(places, dtype=float).reshape(-1, 2)

    def inside(self, boxes: Sequence[tuple[float, float, float, float]]) -> Counter[str]:
        """How often each letter and digit stands in one of the boxes."""
        x, y = self._places.T
        within = np.zeros(len(x), dtype=bool)
        for x0, y0, x1, y1 in boxes:
            across = (x >= x0 - _SLACK) & (x <= x1 + _SLACK)
            within |= across & (y >= y0 - _SLACK) & (y <= y1 + _SLACK)
        return Counter(self._signs[i] for i in np.flatnonzero(within))


def _signs(text: str) -> str:
    return re.sub(r"[\W_]+", "", _fold(text))


def found_by_its_words(document: Document, passages: Sequence[Passage]) -> bool:
    """Whether lexical search for the words of a passage finds it, or one of the same words."""
    index = LexicalIndex.of([embedding_text(document, passage) for passage in passages])
    middle = len(passages) // 2
    scores = index.scores(passages[middle].text)
    return bool(scores[middle] > 0 and (scores > scores[middle]).sum() < _FOUND)


if __name__ == "__main__":
    sys.exit(main())
