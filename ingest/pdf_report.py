"""How well the pages of a PDF could be read, in words for the person who adds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.layer import Layer
from ingest.pdf_records import PdfPage
from ingest.pdf_units import HIDDEN, TURNED, Unit
from ingest.records import Note

# A page with fewer words than this under an image that covers this share of it is a scan.
_FEW_WORDS, _COVERED = 10, 0.5
# Two numbers with decimals and nothing between them: "0.3830.207".
_GLUED = re.compile(r"(?<![\d.])\d{1,3}\.\d{2,}\.\d{2,}(?![\d.])")
# Source: of the words of English prose a fifth has one or two letters; of spaced-out type nearly all.
_FRAGMENTS, _ENOUGH_WORDS = 0.55, 50
_UNKNOWN = re.compile(r"[\ufffd\ue000-\uf8ff]")
_UNKNOWN_SHARE = 0.05
# Cells that hold more than this share of a table's words at once were not told apart.
_LUMP = 0.8


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the report says of a page is made of this.

    Attributes:
        number: 1-based.
        words: that can be seen.
        hidden: words that cannot be seen.
        turned: words set sideways.
        scan: whether it is an image of a page without words of its own.
        by_ocr: whether its words were read from its image.
        unknown: share of letters whose meaning the file does not say.
        fragments: share of words with one or two letters.
        glued: first place where numbers may be glued together; empty if there is none.
        tables: tables, and those of them whose cells could not be told apart.
        damage: what could not be read; empty if nothing.
    """

    number: int
    words: int
    hidden: int
    turned: int
    scan: bool
    by_ocr: bool
    unknown: float
    fragments: float
    glued: str
    tables: tuple[int, int]
    damage: str

    @classmethod
    def of(cls, page: PdfPage, units: Sequence[Unit], layer: Layer, *, scan: bool) -> "PageFacts":
        """The facts of a page that was read into units."""

        def words(reason: str) -> int:
            return sum(
                len(layer.text[unit.start : unit.end].split())
                for unit in units
                if unit.left_out.startswith(reason)
            )

        seen = [unit for unit in units if not unit.left_out.startswith((HIDDEN, TURNED))]
        text = "\n".join(layer.text[unit.start : unit.end] for unit in seen)
        tokens = text.split()
        letters = [token for token in tokens if token.isalpha() and token.isascii()]
        glued = _GLUED.search(text)
        return cls(
            number=page.number,
            words=len(tokens),
            hidden=words(HIDDEN),
            turned=words(TURNED),
            scan=scan,
            by_ocr=page.by_ocr,
            unknown=len(_UNKNOWN.findall(text)) / max(1, len("".join(tokens))),
            fragments=sum(len(t) < 3 for t in letters) / len(letters) if len(letters) >= _ENOUGH_WORDS else 0,
            glued=glued.group() if glued else "",
            tables=_tables(seen),
            damage=page.damage,
        )


def is_scan(page: PdfPage) -> bool:
    """Whether a page is an image of a page without words of its own."""
    words = sum(len(line.text.split()) for line in page.lines if not line.hidden)
    return words < _FEW_WORDS and page.images >= _COVERED


def _tables(units: Sequence[Unit]) -> tuple[int, int]:
    """How many tables there are, and in how many all words stand in single cells."""
    count = broken = 0
    rows: list[Unit] = []
    for unit in (*units, None):
        if unit is not None and unit.kind == "table":
            rows.append(unit)
        elif rows:
            count += 1
            broken += all(len(row.cells) < 2 for row in rows)
            rows = []
    return count, broken


def garbled(page: PdfPage) -> bool:
    """Whether the file does not say which letters most of a page's signs are."""
    text = "".join(line.text for line in page.lines if not line.hidden)
    signs = sum(not character.isspace() for character in text)
    return signs > 0 and len(_UNKNOWN.findall(text)) > signs / 2


def report(facts: Sequence[PageFacts]) -> tuple[Note, ...]:
    """The notes on pages, in their order; a page that was read well has none."""
    return tuple(Note(page.number, text) for page in facts for text in _notes(page))


def _notes(page: PageFacts) -> list[str]:
    if page.damage:
        return ["The page is damaged and could not be read."]
    if page.scan and not page.by_ocr:
        return ["The page is a scan, an image without text, and was not read."]
    if not page.words:
        return ["The page holds no text that can be seen." if page.hidden else "The page holds no text."]
    _, broken = page.tables
    told = {
        "The page is a scan and was read by OCR: compare quotes with the page.": page.by_ocr,
        f"{page.hidden} words that cannot be seen on the page were left out.": page.hidden,
        f"{page.turned} words that are set sideways or slanted were left out.": page.turned,
        "The file does not say which letters some of its signs are: words may be wrong.": (
            page.unknown > _UNKNOWN_SHARE
        ),
        "Words may be broken into fragments: compare quotes with the page.": page.fragments > _FRAGMENTS,
        f"Numbers may be glued together ({page.glued}): compare them with the page.": page.glued,
        "The cells of a table could not be told apart: compare its rows with the page.": broken,
    }
    return [text for text, holds in told.items() if holds]
