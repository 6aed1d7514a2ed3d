"""XML to a tree in which every character knows where it stands in the file.

Read with expat, which tells the byte at which each stretch of text stands. Nothing outside the file is read:
a document type may be named, but no entity may be declared, so that none can expand without bound or reach
elsewhere. Of entities that a document type would declare, those of HTML are known.
"""

import html.entities
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from xml.parsers import expat

from ingest.errors import ParseError
from ingest.mapped_text import MappedText, join

# Source: the deepest of the collection is 20; a file of one element in another a million times is an attack.
_DEEPEST = 150


@dataclass(slots=True)
class Element:
    """An element with what it holds: text and other elements, in order.

    Attributes:
        name: without its prefix.
        attributes: names without their prefixes.
        children: text and elements.
        start: offset of its tag in the file.
        tag: the characters of its start tag.
    """

    name: str
    attributes: dict[str, str]
    children: list["Element | MappedText"] = field(default_factory=list)
    start: int = 0
    tag: MappedText = field(default_factory=lambda: MappedText("", (), ()))

    def all(self, *names: str) -> "Iterator[Element]":
        """Elements below it with one of the names, in the order of the file."""
        for child in self.children:
            if isinstance(child, Element):
                if child.name in names:
                    yield child
                yield from child.all(*names)

    def first(self, *names: str) -> "Element | None":
        """The first element below it with one of the names."""
        return next(self.all(*names), None)

    def elements(self) -> "Iterator[Element]":
        """Its own elements."""
        return (child for child in self.children if isinstance(child, Element))

    def own(self, *names: str) -> "Iterator[Element]":
        """Its own elements with one of the names."""
        return (child for child in self.elements() if child.name in names)

    def text(self) -> str:
        """All its words, parted by single spaces."""
        return " ".join(" ".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            yield child.text() if isinstance(child, Element) else child.text


def read_tree(text: str, name: str) -> Element:
    """The root element of an XML file.

    Raises:
        ParseError: it is not well-formed, declares entities, or is nested too deep.
    """
    reader = _Reader(text)
    try:
        return reader.read()
    except expat.ExpatError as error:
        raise ParseError(f"{name} is not well-formed XML: {error}. Get the file again.") from error
    except ParseError as error:
        raise ParseError(f"{name} is not read: {error}") from error


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = places(text)
        self._open = [Element("", {})]
        self._in_cdata = False
        self._parser = parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = lambda name: self._open.pop()
        self._parser.CharacterDataHandler = self._characters
        self._parser.SkippedEntityHandler = self._entity
        self._parser.StartCdataSectionHandler = lambda: self._cdata(True)
        self._parser.EndCdataSectionHandler = lambda: self._cdata(False)

    def read(self) -> Element:
        self._parser.Parse(self._text.encode("utf-8"), True)
        (root,) = (child for child in self._open[0].children if isinstance(child, Element))
        return root

    def _here(self) -> int:
        return self._place(self._parser.CurrentByteIndex)

    def _cdata(self, begins: bool) -> None:
        self._in_cdata = begins

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST:
            raise ParseError(f"its elements are nested more than {_DEEPEST} deep.")
        here = self._here()
        plain = {_local(key): value for key, value in attributes.items()}
        element = Element(_local(name), plain, start=here)
        end = self._text.find(">", here) + 1
        element.tag = _span(self._text, here, end)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _characters(self, data: str) -> None:
        self._open[-1].children.append(stretch(self._text, self._here(), data, in_cdata=self._in_cdata))

    def _entity(self, name: str, is_parameter: bool) -> None:
        here = self._here()
        character = html.entities.html5.get(f"{name};", "\ufffd")
        size = len(character)
        end = here + len(name) + 2
        self._open[-1].children.append(MappedText(character, (here,) * size, (end,) * size))


def parser() -> expat.XMLParserType:
    """A parser that reads nothing but its file and refuses files that declare entities."""
    made = expat.ParserCreate("utf-8")
    made.buffer_text = False
    made.EntityDeclHandler = _refuse
    made.ExternalEntityRefHandler = _refuse
    made.UseForeignDTD(False)
    return made


def _refuse(*declaration: object) -> int:
    raise ParseError(
        "it declares an entity. Remove the declarations inside its DOCTYPE: entities are not read from files."
    )


def places(text: str) -> Callable[[int], int]:
    """From a byte of the text in UTF-8 to its character."""
    if text.isascii():
        return lambda byte: byte
    at = {byte: index for index, byte in enumerate(accumulate((_size(c) for c in text), initial=0))}
    return at.__getitem__


def stretch(text: str, start: int, data: str, *, in_cdata: bool) -> MappedText:
    """Characters that the parser gives, with their place; a reference is one character for "&…;"."""
    if in_cdata or text[start] != "&":
        return _span(text, start, start + len(data))
    end = text.index(";", start) + 1
    return MappedText(data, (start,) * len(data), (end,) * len(data))


def _span(text: str, start: int, end: int) -> MappedText:
    return MappedText(text[start:end], tuple(range(start, end)), tuple(range(start + 1, end + 1)))


def _size(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def flat(
    element: Element,
    apart: Callable[[Element], bool],
    change: Callable[[Element, MappedText], MappedText] = lambda _, text: text,
) -> MappedText:
    """All text of an element and the elements in it.

    Args:
        element: whose text.
        apart: whether the words of an element in it stand apart from those around it.
        change: what becomes of the text of an element in it.
    """
    parts: list[MappedText] = []
    for child in element.children:
        if isinstance(child, MappedText):
            parts.append(child)
            continue
        text = change(child, flat(child, apart, change))
        if apart(child):
            end = text.ends[-1] if text.text else child.start
            parts += [_space(child.start), text, _space(end)]
        else:
            parts.append(text)
    return join(parts, "")


def _space(at: int) -> MappedText:
    """A space that stands for nothing in the file."""
    return MappedText(" ", (at,), (at,))


ATTRIBUTE = r"""\b{name}\s*=\s*(?:"(?P<double>[^"<]*)"|'(?P<single>[^'<]*)')"""


def attribute(element: Element, name: str) -> MappedText | None:
    """The value of an attribute as it stands in the file; None if it is not there."""
    match = re.search(ATTRIBUTE.format(name=re.escape(name)), element.tag.text)
    if match is None:
        return None
    group = "double" if match["double"] is not None else "single"
    return element.tag.slice(*match.span(group))
