"""Lines of a part of a page to its paragraphs, list items or references."""

import re
from collections.abc import Sequence
from statistics import median

from ingest.parsed import opens_item
from ingest.pdf_parts import Row
from ingest.pdf_records import around

# A gap above a line opens a paragraph if it is this much of the type size larger than the usual one.
_GAP = 0.5
# A line that begins this many type sizes further in than those around it opens a paragraph.
_INDENT = 0.7
# A sentence that ends this far (share of the width) before the edge ends a paragraph.
_SHORT = 0.2
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]]*[⁰¹²³⁴-⁹\d\[\],–]*$")
_NUMBER = re.compile(r"\s*(?:\[\d{1,3}\]|\d{1,3}[.)]?)\s*\S")
_COUNTED = re.compile(r"\s*\[?(\d{1,3})[.\])]{0,2}\s+\D")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_INITIAL = re.compile(r"\b[A-Z]\.|\b[A-Z]{1,2}[,.]")
# Entries in a row that show a list of references to be one though nothing heads it.
_ENTRIES = 3


def paragraphs(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a part of prose, cut where a paragraph begins."""
    if not rows:
        return []
    boxes = [around([line.box for line in row]) for row in rows]
    size = median(line.size for row in rows for line in row)
    gaps = [after[1] - before[3] for before, after in zip(boxes, boxes[1:], strict=False)]
    usual = median(gaps) if gaps else 0.0
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    result = [[rows[0]]]
    for i in range(1, len(rows)):
        before = _text(rows[i - 1])
        apart = gaps[i - 1] > usual + _GAP * size
        further_in = (
            boxes[i][0] - boxes[i - 1][0] > _INDENT * size and boxes[i - 1][0] - left < _INDENT * size
        )
        comes_back = i + 1 == len(rows) or boxes[i][0] - boxes[i + 1][0] > _INDENT * size
        beside_cap = gaps[i - 1] < -_GAP * size  # the line before begins with a letter that reaches down
        short = right - boxes[i - 1][2] > _SHORT * (right - left) and _SENTENCE_END.search(before)
        if (
            apart
            or (further_in and comes_back and not beside_cap)
            or (short and not _text(rows[i])[:1].islower())
        ):
            result.append([])
        result[-1].append(rows[i])
    return result


def items(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a list, cut where an item begins."""
    result: list[list[Row]] = []
    for row in rows:
        if not result or opens_item(_text(row)):
            result.append([])
        result[-1].append(row)
    return result


def references(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a reference list, cut where an entry begins: at its number, or where its lines hang."""
    numbered = [bool(_NUMBER.match(_text(row))) for row in rows]
    lefts = [row[0].box[0] for row in rows]
    if sum(numbered) > 1 or (numbered and numbered[0]):
        # a number inside an entry ("12 (2011)") may begin a line too: entries begin where the first does
        edge = min(left for left, number in zip(lefts, numbered, strict=True) if number)
        opens = [n and left < edge + rows[0][0].size for left, n in zip(lefts, numbered, strict=True)]
    elif max(lefts) - min(lefts) > 2:
        middle = (min(lefts) + max(lefts)) / 2
        opens = [left < middle for left in lefts]
    else:
        return paragraphs(rows)
    result: list[list[Row]] = []
    for row, begins in zip(rows, opens, strict=True):
        if not result or begins:
            result.append([])
        result[-1].append(row)
    return result


def are_references(rows: Sequence[Row]) -> bool:
    """Whether rows are the entries of a reference list: numbered in turn, with years and initials."""
    numbers = [int(match[1]) for row in rows if (match := _COUNTED.match(_text(row)))]
    in_turn = sum(after == before + 1 for before, after in zip(numbers, numbers[1:], strict=False))
    text = " ".join(_text(row) for row in rows)
    enough = min(len(_YEAR.findall(text)), len(_INITIAL.findall(text))) >= 0.7 * len(numbers)
    return len(numbers) >= _ENTRIES and in_turn >= 0.8 * (len(numbers) - 1) and enough


def _text(row: Row) -> str:
    return " ".join(line.text for line in row).strip()
