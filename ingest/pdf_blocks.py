"""Units of a PDF's text layer to blocks: headings told by their type, running heads by their place."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ingest.hyphens import count_words, mend
from ingest.layer import Layer
from ingest.mapped_text import MappedText
from ingest.parsed import ParsedBlock, opens_item
from ingest.pdf_records import RegionKind
from ingest.pdf_units import FIGURE, Unit
from ingest.records import BlockKind
from ingest.sentences import ends_a_sentence
from ingest.structure import RUNNING_HEAD, join_halves
from ingest.table_rows import tabbed

# A heading is set larger than the text by this factor, or in bold. Source: the least that journals use is
# 11-point headings over 10-point text.
_LARGER = 1.08
_HEADING_WORDS = 16
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=\D)")
_ENDS_AS_PROSE = re.compile(r"[.,;:]$")
# A line at the head or foot of so many pages that differs in digits alone is a running head.
_RECURS = 3
_HEAD, _FOOT = 0.12, 0.88
# A running head has less than this share of its page's characters.
_HEAD_SHARE = 0.25
_DEEPEST = 4
# Lettering of a figure has at most so many words a line.
_FIGURE = re.compile(r"Fig(?:ure|\.)?\s*\d", re.IGNORECASE)
_LETTERING = 4
# "Figure 7 shows …" is prose.
_CAPTION = re.compile(r"(?:Figure|Fig\.?|Table|Box|Scheme)\s*\d+\s*[.:|]", re.IGNORECASE)
# A shorter half is no paragraph that a page cuts but a label. Source: the shortest of the papers has 9 words.
_LEAST_HALF = 6
# Between signs of scripts that put no spaces between words a line end stands for nothing.
_UNSPACED = "\u0e00-\u0e7f\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_NO_SPACE = re.compile(rf"(?<=[{_UNSPACED}])\s*\n\s*(?=[{_UNSPACED}])")
_KINDS: dict[RegionKind, BlockKind] = {
    "title": "heading", "heading": "heading", "text": "paragraph", "list": "list", "caption": "caption",
    "footnote": "footnote", "table": "table", "formula": "paragraph", "picture": "paragraph",
    "header": "paragraph", "footer": "paragraph",
}  # fmt: skip


def blocks(units: Sequence[Unit], layer: Layer, *, analysed: bool) -> tuple[ParsedBlock, ...]:
    """The blocks of a document.

    Args:
        units: in reading order.
        layer: that they stand in.
        analysed: whether a layout analysis told headings from text; else their type does.
    """
    units = _mark_running(units, layer)
    body = _body_size(units, layer)
    if not analysed:
        units = [_as_heading(unit, layer, body) for unit in units]
    if all(unit.kind in ("title", "heading") for unit in units if not unit.left_out):
        units = [replace(unit, kind="text") for unit in units]  # nothing stands under them
    levels = _levels(units)
    counts = count_words(layer.text[unit.start : unit.end] for unit in units)
    units = _mark_figures(units, layer)
    made = [(unit, _block(unit, layer, levels, counts)) for unit in units]
    return tuple(_continued([pair for pair in made if pair[1].text.strip()], counts))


def _mark_running(units: Sequence[Unit], layer: Layer) -> list[Unit]:
    pages: dict[str, set[int]] = defaultdict(set)

    def key(unit: Unit) -> str:
        return re.sub(r"\d+", "#", " ".join(layer.text[unit.start : unit.end].split()).casefold())

    length: Counter[int] = Counter()
    for unit in units:
        length[unit.page] += unit.end - unit.start

    def at_an_end(unit: Unit) -> bool:
        few = unit.end - unit.start < _HEAD_SHARE * length[unit.page]
        edge = unit.top < _HEAD or unit.top > _FOOT
        return not unit.left_out and edge and few and unit.kind != "table"

    for unit in units:
        if at_an_end(unit):
            pages[key(unit)].add(unit.page)
    marked = [
        replace(unit, left_out=RUNNING_HEAD)
        if at_an_end(unit) and (len(pages[key(unit)]) >= _RECURS or key(unit) == "#")
        else unit
        for unit in units
    ]
    return list(units) if all(unit.left_out for unit in marked) else marked


def _mark_figures(units: Sequence[Unit], layer: Layer) -> list[Unit]:
    """Words of a figure that were read as text: short lines without a sentence next to a figure's caption."""
    result = list(units)
    texts = [layer.text[unit.start : unit.end] for unit in units]
    for i, unit in enumerate(units):
        if not _FIGURE.match(texts[i]):
            continue
        for step in (-1, 1):
            k = i + step
            while 0 <= k < len(units) and units[k].page == unit.page and _is_lettering(units[k], texts[k]):
                result[k] = replace(result[k], left_out=result[k].left_out or FIGURE)
                k += step
    return result


def _is_lettering(unit: Unit, text: str) -> bool:
    lines = text.split("\n")
    few = len(text.split()) <= _LETTERING * len(lines)
    return unit.kind == "text" and not unit.listed and few and not ends_a_sentence(text)


def _body_size(units: Sequence[Unit], layer: Layer) -> float:
    """The size that most of the text is set in."""
    sizes: Counter[float] = Counter()
    for unit in units:
        if not unit.left_out:
            sizes[unit.size] += unit.end - unit.start
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _as_heading(unit: Unit, layer: Layer, body: float) -> Unit:
    """The unit as a heading, if it is text that is set like one."""
    text = " ".join(layer.text[unit.start : unit.end].split())
    if unit.kind != "text" or unit.left_out or unit.listed or len(text.split()) > _HEADING_WORDS:
        return unit
    larger = unit.size >= _LARGER * body
    marked = unit.bold or (text.isupper() and len(text) > 3)
    alone = not _ENDS_AS_PROSE.search(text) and any(character.isalpha() for character in text)
    return replace(unit, kind="heading") if alone and (larger or marked) else unit


def _levels(units: Sequence[Unit]) -> dict[tuple[float, bool], int]:
    """Level of each look of a heading, from 2: the larger the type, the higher it stands."""
    looks = {(unit.size, unit.bold) for unit in units if unit.kind == "heading" and not unit.left_out}
    return {look: min(2 + rank, _DEEPEST) for rank, look in enumerate(sorted(looks, reverse=True))}


def _block(
    unit: Unit, layer: Layer, levels: dict[tuple[float, bool], int], counts: Counter[str]
) -> ParsedBlock:
    if unit.kind == "table":
        return ParsedBlock("table", (_row(unit, layer, counts),), left_out=unit.left_out)
    text = clean(layer.part(unit.start, unit.end), counts)
    kind = _KINDS[unit.kind]
    if unit.kind in ("title", "heading"):
        number = _NUMBERED.match(text.text)
        level = levels.get((unit.size, unit.bold), 2)
        if unit.kind == "title":
            level = 1
        elif number:
            level = min(2 + number["number"].count("."), _DEEPEST)
        return ParsedBlock(kind, (text,), level=level, left_out=unit.left_out, whole=True)
    marker = opens_item(text.text)
    if marker and (kind == "list" or unit.listed):
        return ParsedBlock("list", (text.slice(len(marker)),), marker=marker.strip(), left_out=unit.left_out)
    if kind == "list" or unit.listed:
        kind = "list" if unit.listed else "paragraph"
    if kind == "paragraph" and _CAPTION.match(text.text) and not unit.left_out:
        kind = "caption"
    few = len(text.text.split()) < _LEAST_HALF
    return ParsedBlock(kind, (text,), left_out=unit.left_out, whole=few)


def _continued(made: list[tuple[Unit, ParsedBlock]], counts: Counter[str]) -> list[ParsedBlock]:
    """The blocks, list items and references that a column or page cuts in two put together again."""
    result: list[ParsedBlock] = []
    item: tuple[int, Unit] | None = None  # place of the last item, and its unit
    for unit, block in made:
        content = not block.left_out and block.kind not in ("caption", "table", "footnote")
        if content and item and _goes_on(item[1], result[item[0]], unit, block):
            result[item[0]] = join_halves(result[item[0]], block, counts)
            item = item[0], replace(item[1], page=unit.page)
            continue
        if content:
            item = (len(result), unit) if block.kind == "list" else None
        result.append(block)
    return result


def _goes_on(before: Unit, item: ParsedBlock, unit: Unit, block: ParsedBlock) -> bool:
    """Whether a block is the rest of a list item that a page cuts, or of a reference that a column cuts."""
    if block.marker or block.kind == "heading" or ends_a_sentence(item.text):
        return False
    if before.listed and unit.listed:
        return bool(item.marker)
    return unit.page > before.page and block.kind == "paragraph" and block.text[0].islower()


def _row(unit: Unit, layer: Layer, counts: Counter[str]) -> MappedText:
    """A table's row, its cells parted by tabs; an empty cell leaves two tabs side by side."""
    return tabbed([clean(layer.part(*cell), counts) for cell in unit.cells])


def clean(text: MappedText, counts: Counter[str]) -> MappedText:
    """The text as it is quoted: cut words whole, lines joined, ligatures spelt out, spaces single."""
    return mend(text, counts).reduce(_NO_SPACE).replace_characters({"\t": " "}).clean(markdown=False)
