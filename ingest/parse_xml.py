"""PubMed and OJS article records in XML: bibliographic fields, title and abstract.

Read with expat, which tells the byte at which each stretch of text stands. Document type declarations
are refused, so that no entity can be defined: none can expand without bound or reach outside the file.
"""

from dataclasses import dataclass, field
from itertools import accumulate
from xml.parsers import expat

from ingest.errors import ParseError
from ingest.mapped_text import INLINE_TAGS, MappedText, join
from ingest.parsed import ParsedBlock

_ABSTRACTS = {"abstract", "Abstract"}
_PARAGRAPHS = _ABSTRACTS | {"AbstractText"}
_TITLES = {"title", "ArticleTitle"}
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
        # byte offset of each character in UTF-8, to turn expat's byte index into a character offset
        sizes = [len(character.encode("utf-8")) for character in text]
        self._character_at = {byte: index for index, byte in enumerate(accumulate(sizes, initial=0))}
        self._open: list[_Element] = []
        self._in_cdata = False
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = False
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartCdataSectionHandler = lambda: self._cdata(True)
        self._parser.EndCdataSectionHandler = lambda: self._cdata(False)
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self) -> tuple[ParsedBlock, ...]:
        self._parser.Parse(self._text.encode("utf-8"), True)
        return tuple(self.blocks)

    def _here(self) -> int:
        return self._character_at[self._parser.CurrentByteIndex]

    def _doctype(self, *declaration: object) -> None:
        raise ParseError(
            "it declares a document type. Remove the DOCTYPE line: entities are not read from files."
        )

    def _cdata(self, begins: bool) -> None:
        self._in_cdata = begins

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _ABSTRACTS:
            # the tag's own name is the heading of the section: it stands in the file, after "<"
            heading = self._file.slice(self._here() + 1, self._here() + 1 + len(name))
            self.blocks.append(ParsedBlock("heading", (heading,), level=2))
        elif name not in INLINE_TAGS:
            self._part_words()
        self._open.append(_Element(name))

    def _characters(self, data: str) -> None:
        start = self._here()
        if self._in_cdata or self._text[start] != "&":
            stretch = self._file.slice(start, start + len(data))
        else:  # an entity or character reference: one character for "&…;"
            end = self._text.index(";", start) + 1
            stretch = MappedText(data, (start,) * len(data), (end,) * len(data))
        if self._open:
            self._open[-1].stretches.append(stretch)

    def _end(self, name: str) -> None:
        element = self._open.pop()
        if name in _PARTS_OF_A_LINE and self._open:
            self._open[-1].stretches.append(join(element.stretches, ""))
            self._part_words()
        elif name not in _PARAGRAPHS | _TITLES and self._inside_text():
            self._open[-1].stretches.extend(element.stretches)  # emphasis and the like
            if name not in INLINE_TAGS:
                self._part_words()
        else:
            self._add(name, join(element.stretches, "").clean(markdown=False))

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


def parse(text: str, name: str) -> tuple[ParsedBlock, ...]:
    """Blocks of an article record in file order.

    Raises:
        ParseError: the text is not well-formed XML, or declares a document type.
    """
    reader = _Reader(text)
    try:
        return reader.read()
    except expat.ExpatError as error:
        raise ParseError(f"{name} is not well-formed XML: {error}.") from error
    except ParseError as error:
        raise ParseError(f"{name} is not read: {error}") from error
