"""Markdown, by hand or by OCR: headings, lists, tables in tabs or bars, captions, paragraphs."""

import re

from ingest.mapped_text import MappedText
from ingest.parsed import ParsedBlock, groups, is_caption, item_blocks, together
from ingest.structure import INFORMATION
from ingest.table_rows import tabbed

_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$|\s*(?:```|~~~)[\w-]*\s*$")
_UNDERLINE = re.compile(r"={3,}\s*$")
# What a page made of the file does not show.
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Lines of "name: value" between two rules at the top.
_PROPERTIES = re.compile(r"\A---[ \t]*\n(?:[A-Za-z][\w-]*:.*\n|[ \t-].*\n)+---[ \t]*(?:\n|\Z)")
# "| Event | Rate |" over "|---|:--:|".
_BARS = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_BAR = re.compile(r"(?<!\\)\|")
# A mark of quoting; before a number the sign is a comparison.
_QUOTED = re.compile(r"\s*(?:>\s?)+(?!\s*\d)")


def parse(text: str, name: str) -> tuple[ParsedBlock, ...]:
    """Blocks in file order. Rules, fences of code and comments are dropped, as are lines without letters."""
    blocks: list[ParsedBlock] = []
    whole = MappedText.of_file(text)
    properties = _PROPERTIES.match(text)
    if properties:
        own = together([whole.slice(*properties.span())], markdown=False)
        blocks.append(ParsedBlock("paragraph", (own,), left_out=INFORMATION))
        whole = whole.slice(properties.end())
    for lines in groups(whole.reduce(_COMMENT)):
        kept = [line for line in _unquoted(lines) if not _RULE.match(line.text)]
        while kept:
            heading = _HEADING.match(kept[0].text)
            if len(kept) > 1 and _UNDERLINE.match(kept[1].text):
                blocks.append(ParsedBlock("heading", (kept[0].clean(markdown=True),), level=1))
                kept = kept[2:]
                continue
            if heading:
                title = kept[0].slice(heading.end()).clean(markdown=True)
                blocks.append(ParsedBlock("heading", (title,), level=len(heading.group(1))))
                kept = kept[1:]
                continue
            until = next((i for i, line in enumerate(kept) if _HEADING.match(line.text)), len(kept))
            blocks.extend(body_blocks(kept[:until]))
            kept = kept[until:]
    return tuple(block for block in blocks if block.text)


def body_blocks(lines: list[MappedText]) -> list[ParsedBlock]:
    """The rows, items, caption or paragraph that a group of Markdown lines without heading holds."""
    if len(lines) > 1 and all("\t" in line.text.strip() for line in lines):
        return [ParsedBlock("table", (line.clean(markdown=True),)) for line in lines]
    head = next((i for i, line in enumerate(lines) if "|" in line.text and _BARS.match(line.text)), 0)
    if head:
        before = body_blocks(lines[: head - 1]) if head > 1 else []
        return [*before, *_rows([lines[head - 1], *lines[head + 1 :]])]
    items = item_blocks(lines, markdown=True)
    if items is not None:
        return items
    text = together(lines, markdown=True)
    return [ParsedBlock("caption" if is_caption(text.text) else "paragraph", (text,))]


def _unquoted(lines: list[MappedText]) -> list[MappedText]:
    """The lines without the marks of a quoted text, if each has one."""
    marks = [_QUOTED.match(line.text) for line in lines]
    if not all(marks):
        return lines
    return [line.slice(mark.end()) for line, mark in zip(lines, marks, strict=True) if mark]


def _rows(lines: list[MappedText]) -> list[ParsedBlock]:
    """The rows of a table whose cells are parted by bars."""
    rows = []
    for line in lines:
        text = line.strip()
        edges = [bar.start() for bar in _BAR.finditer(text.text)]
        places = [-1, *edges, len(text)]
        cells = [
            text.slice(start + 1, end).clean(markdown=True)
            for start, end in zip(places, places[1:], strict=False)
        ]
        outer = int(bool(edges) and edges[0] == 0)
        cells = cells[outer : -1 if edges and edges[-1] == len(text) - 1 else None]
        if any(cell.text for cell in cells):
            rows.append(ParsedBlock("table", (tabbed(cells),)))
    return rows
