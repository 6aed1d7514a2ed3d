"""Plain text: a journal article with numbered headings, and a web page saved as text.

Neither has mark-up for headings, so a heading is told by its shape: a line of its own that is short and
does not end as a sentence or a lead-in does.
"""

import re

from ingest.mapped_text import MappedText
from ingest.parse_markdown import body_blocks
from ingest.parsed import ParsedBlock, groups, is_caption, is_references, item_blocks, together

# A heading is a line of at most this many words; longer lines of their own are paragraphs.
# Source: the longest heading of the corpus has 14 words.
_HEADING_WORDS = 16
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=[A-Z])")
_UNNUMBERED = re.compile(
    r"(?:Abstract|Summary|Introduction|(?:Materials|Patients) and Methods|Methods|Results|Discussion"
    r"|Conclusions?|Acknowledge?ments?|Appendix|References|Bibliography)$",
    re.IGNORECASE,
)
_ENDS_AS_PROSE = re.compile(r"[.:,;*][\"'”’)\]]*(?:\s?\[\d[\d,;\s–-]*\])*$")


def parse_journal(text: str, name: str) -> tuple[ParsedBlock, ...]:
    """Blocks of a journal article as text: "3.1. Title" headings, and Markdown within lines."""
    blocks: list[ParsedBlock] = []
    references = False
    for lines in groups(MappedText.of_file(text)):
        line = lines[0].clean(markdown=True)
        number = _NUMBERED.match(line.text)
        alone = len(lines) == 1 and _has_heading_shape(line.text)
        if alone and (_UNNUMBERED.match(line.text) or (number and not references)):
            level = 1 + (number.group(1).count(".") + 1 if number else 1)
            blocks.append(ParsedBlock("heading", (line,), level=level))
            references = references or is_references(line.text)
        else:
            blocks.extend(body_blocks(lines))
    return tuple(block for block in blocks if block.text)


def parse_web(text: str, name: str) -> tuple[ParsedBlock, ...]:
    """Blocks of a web page saved as text: short lines of their own are headings."""
    blocks: list[ParsedBlock] = []
    for lines in groups(MappedText.of_file(text)):
        items = item_blocks(lines, markdown=False)
        if items is not None:
            blocks.extend(items)
            continue
        paragraph = together(lines, markdown=False)
        if len(lines) == 1 and _has_heading_shape(paragraph.text):
            blocks.append(ParsedBlock("heading", (paragraph,), level=2))
        else:
            blocks.append(ParsedBlock("caption" if is_caption(paragraph.text) else "paragraph", (paragraph,)))
    return tuple(block for block in blocks if block.text)


def _has_heading_shape(line: str) -> bool:
    return len(line.split()) <= _HEADING_WORDS and not _ENDS_AS_PROSE.search(line)
