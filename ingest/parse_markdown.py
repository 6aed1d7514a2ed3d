"""Markdown as OCR of a journal PDF gives it: # headings, lists, tables in tabs, captions, paragraphs."""

import re

from ingest.mapped_text import MappedText
from ingest.parsed import ParsedBlock, groups, is_caption, item_blocks, together

_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")


def parse(text: str, name: str) -> tuple[ParsedBlock, ...]:
    """Blocks in file order. Rules (`---`) are dropped, as are lines without letters or digits."""
    blocks: list[ParsedBlock] = []
    for lines in groups(MappedText.of_file(text)):
        kept = [line for line in lines if not _RULE.match(line.text)]
        while kept:
            heading = _HEADING.match(kept[0].text)
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
    items = item_blocks(lines, markdown=True)
    if items is not None:
        return items
    text = together(lines, markdown=True)
    return [ParsedBlock("caption" if is_caption(text.text) else "paragraph", (text,))]
