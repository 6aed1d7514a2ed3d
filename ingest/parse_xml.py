"""Article records in XML, of PubMed, OJS, bepress and OAI: bibliographic fields, titles and abstracts."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from ingest.errors import ParseError
from ingest.mapped_text import INLINE_TAGS, MappedText, join
from ingest.parsed import Parsed, ParsedBlock
from ingest.record_proposal import propose
from ingest.records import Note
from ingest.xml_tree import ATTRIBUTE, parser, places, read_tree, stretch

# Names of elements without their prefixes.
_ABSTRACTS = {"abstract", "Abstract"}
_PARAGRAPHS = _ABSTRACTS | {"AbstractText", "description"}
_TITLES = {"title", "ArticleTitle"}
# Mark-up of HTML that some records hold as text.
_HTML = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|li|ol|p|span|strong|sub|sup|u|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_LABEL = re.compile(ATTRIBUTE.format(name="Label"))
# Fields that together make one line of the record: a name, a date.
_PARTS_OF_A_LINE = {"FirstName", "MiddleName", "LastName", "Suffix", "Year", "Month", "Day"}
RECORD = "bibliographic record: answers who, where and when"


@dataclass(slots=True)
class _Element:
    name: str
    stretches: list[MappedText] = field(default_factory=list)


class _Reader:
    """Collects the blocks of a record while expat walks through it."""

    def __init__(self, text: str) -> None:
        self.blocks: list[ParsedBlock] = []
        self._text = text
        self._file = MappedText.of_file(text)
        self._place = places(text)
        self._open: list[_Element] = []
        self._in_cdata = False
        self._parser = parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartCdataSectionHandler = lambda: self._cdata(True)
        self._parser.EndCdataSectionHandler = lambda: self._cdata(False)

    def read(self) -> tuple[ParsedBlock, ...]:
        self._parser.Parse(self._text.encode("utf-8"), True)
        return tuple(self.blocks)

    def _here(self) -> int:
        return self._place(self._parser.CurrentByteIndex)

    def _cdata(self, begins: bool) -> None:
        self._in_cdata = begins

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        here = self._here()
        if name in _ABSTRACTS:
            # the tag's own name is the heading of the section: it stands in the file, after "<"
            word = here + self._text[here : self._text.index(">", here)].index(name)
            self._add_heading(self._file.slice(word, word + len(name)), 2)
        elif name in _PARAGRAPHS:
            label = _LABEL.search(self._text, here, self._text.index(">", here) + 1)
            if label:  # "BACKGROUND": the heading of a part of an abstract
                group = "double" if label["double"] is not None else "single"
                self._add_heading(self._file.slice(*label.span(group)), 3)
        elif name not in INLINE_TAGS:
            self._part_words()
        self._open.append(_Element(name))

    def _add_heading(self, words: MappedText, level: int) -> None:
        if words.text.strip():
            self.blocks.append(ParsedBlock("heading", (words,), level=level))

    def _characters(self, data: str) -> None:
        if self._open:
            found = stretch(self._text, self._here(), data, in_cdata=self._in_cdata)
            self._open[-1].stretches.append(found)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        element = self._open.pop()
        if name in _PARTS_OF_A_LINE and self._open:
            self._open[-1].stretches.append(join(element.stretches, ""))
            self._part_words()
        elif name not in _PARAGRAPHS | _TITLES and self._inside_text():
            self._open[-1].stretches.extend(element.stretches)  # emphasis and the like
            if name not in INLINE_TAGS:
                self._part_words()
        else:
            self._add(name, join(element.stretches, "").reduce(_HTML).clean(markdown=False))

    def _part_words(self) -> None:
        """Puts a space between the words before and after a tag; it stands for nothing in the file."""
        if self._open:
            here = self._here()
            self._open[-1].stretches.append(MappedText(" ", (here,), (here,)))

    def _inside_text(self) -> bool:
        return any(element.name in _PARAGRAPHS | _TITLES for element in self._open)

    def _add(self, name: str, text: MappedText) -> None:
        if not text.text:
            return
        if name in _TITLES:
            self.blocks.append(ParsedBlock("heading", (text,), level=1))
        elif name in _PARAGRAPHS:
            self.blocks.append(ParsedBlock("paragraph", (text,)))
        else:
            self.blocks.append(ParsedBlock("paragraph", (text,), left_out=RECORD))


def parse(text: str, name: str) -> Parsed:
    """Blocks of article records in file order.

    Raises:
        ParseError: the text is not well-formed XML, or declares entities.
    """
    reader = _Reader(text)
    try:
        blocks = reader.read()
    except expat.ExpatError as error:
        raise ParseError(f"{name} is not well-formed XML: {error}.") from error
    except ParseError as error:
        raise ParseError(f"{name} is not read: {error}") from error
    titles = sum(block.kind == "heading" and block.level == 1 for block in blocks)
    abstracts = sum(block.kind == "paragraph" and not block.left_out for block in blocks)
    notes: tuple[Note, ...] = ()
    if min(titles, abstracts) > 1:
        text_of_note = (
            f"The file holds {titles} titles. Quotes from all of them will be shown under one entry."
        )
        notes = (Note(0, text_of_note + " Split it if they are different works."),)
    return Parsed(text, blocks, notes=notes, proposal=propose(read_tree(text, name)))
