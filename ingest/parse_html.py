"""Saved web pages, and what the converter of office files makes: headings, paragraphs, lists, tables."""

from collections.abc import Iterator
from dataclasses import replace

from ingest.html_tree import has_background, hidden_names, is_hidden, read_html
from ingest.main_content import article_of
from ingest.mapped_text import INLINE_TAGS, MappedText
from ingest.page_proposal import propose
from ingest.parsed import Parsed, ParsedBlock, groups, is_caption, item_blocks, together
from ingest.structure import FURNITURE
from ingest.superscripts import raise_digits
from ingest.table_rows import row_texts
from ingest.xml_tree import Element, flat

HIDDEN = "hidden text: it cannot be seen on the page"
_SKIPPED = {
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "select", "textarea",
    "button", "head", "canvas", "math", "audio", "video", "datalist",
}  # fmt: skip
_FURNITURE = {"nav", "footer", "aside", "form", "menu"}
_FURNITURE_ROLES = {"navigation", "search", "contentinfo", "banner", "complementary", "dialog"}
_INLINE = INLINE_TAGS | {
    "a", "abbr", "acronym", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "img", "ins",
    "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "strike", "time", "tt", "var", "wbr", "input",
    "nonnumeric", "nonfraction", "ruby", "rt", "rp",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# A cell with more words than this holds text: the table is there to set a page, not to show values.
# Source: the longest cell of a table in the collection has 41.
_CELL_WORDS = 60
# A list item or line of which links make up this share leads elsewhere.
_LINKS, _LINK_WORDS = 0.8, 8


def parse(text: str, name: str) -> Parsed:
    """The blocks of a saved web page; what stands outside its article is left out."""
    root = read_html(text)
    article = article_of(root, text)
    return Parsed(text, blocks_of(root, article), proposal=propose(text, root, article))


def blocks_of(root: Element, article: Element) -> tuple[ParsedBlock, ...]:
    """The blocks of a tree of HTML, in file order; what stands outside the article is left out."""
    walk = _Walk(hidden_names(root), article)
    found = walk.inside(root, FURNITURE if article is not root else "")
    return tuple(replace(block, whole=True) for block in found if block.text)


class _Walk:
    """Goes through a page; a block that is not content carries the reason."""

    def __init__(self, hidden: frozenset[str], article: Element) -> None:
        self._hidden = hidden
        self._article = article
        self._coloured = 0

    def inside(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        """The blocks of what an element holds; text between them is a paragraph."""
        line = Element("p", {})
        breaks = 0
        for child in element.children:
            if isinstance(child, MappedText) or child.name in _INLINE and not self._holds_blocks(child):
                hidden = isinstance(child, Element) and is_hidden(
                    child, self._hidden, coloured=self._coloured > 0
                )
                if hidden and isinstance(child, Element):
                    yield ParsedBlock("paragraph", (_text(child),), left_out=reason or HIDDEN)
                    continue
                breaks = breaks + 1 if isinstance(child, Element) and child.name == "br" else breaks
                if isinstance(child, MappedText) and child.text.strip():
                    breaks = 0
                line.children.append(child)
                if breaks == 2:  # two line breaks part paragraphs
                    yield from self._paragraph(line, reason)
                    line, breaks = Element("p", {}), 0
            else:
                yield from self._paragraph(line, reason)
                line, breaks = Element("p", {}), 0
                yield from self._block(child, reason)
        yield from self._paragraph(line, reason)

    def _holds_blocks(self, element: Element) -> bool:
        return any(child.name not in _INLINE or self._holds_blocks(child) for child in element.elements())

    def _block(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        if element.name in _SKIPPED:
            return
        if element is self._article:
            reason = ""
        elif element.name in _FURNITURE or element.attributes.get("role", "") in _FURNITURE_ROLES:
            reason = reason or FURNITURE
        if is_hidden(element, self._hidden, coloured=self._coloured > 0):
            reason = reason or HIDDEN
        coloured = has_background(element)
        self._coloured += coloured
        yield from self._kind(element, reason)
        self._coloured -= coloured

    def _kind(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        if element.name in _HEADINGS:
            yield ParsedBlock("heading", (_text(element),), level=_HEADINGS[element.name], left_out=reason)
        elif element.name == "li":
            yield from self._item(element, reason)
        elif element.name in ("dt", "dd") and not self._holds_blocks(element):
            yield ParsedBlock("list", (_text(element),), left_out=reason)
        elif element.name in ("figcaption", "caption"):
            yield ParsedBlock("caption", (_text(element),), left_out=reason)
        elif element.name == "pre":
            yield from _lines(element, reason)
        elif element.name == "table" and not self._sets_the_page(element):
            yield from self._table(element, reason)
        else:
            yield from self.inside(element, reason)

    def _paragraph(self, line: Element, reason: str) -> Iterator[ParsedBlock]:
        text = _text(line)
        if text.text:
            kind = ParsedBlock("caption" if is_caption(text.text) else "paragraph", (text,), left_out=reason)
            yield replace(kind, left_out=FURNITURE) if not reason and _leads_elsewhere(line, text) else kind

    def _item(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        """The words of an item, then the blocks in it (a list, a table)."""
        first = True
        for block in self.inside(element, reason):
            if first and block.kind == "paragraph":
                block = replace(block, kind="list")
            first = False
            yield block

    def _table(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        for caption in element.own("caption"):
            yield ParsedBlock("caption", (_text(caption),), left_out=reason)
        rows = [
            [(_text(cell), cell.attributes) for cell in row.own("td", "th")]
            for row in _own_rows(element)
            if not is_hidden(row, self._hidden, coloured=True)
        ]
        for text in row_texts(rows):
            yield ParsedBlock("table", (text,), left_out=reason)

    def _sets_the_page(self, table: Element) -> bool:
        """Whether a table sets the page and shows no values: it has no heads, and much in a cell."""
        rows = list(_own_rows(table))
        cells = [cell for row in rows for cell in row.own("td", "th")]
        if any(len(cell.text().split()) > _CELL_WORDS for cell in cells):
            return True
        headed = any(row.first("th") for row in rows) or next(table.own("caption"), None)
        return not headed and any(cell.first("table", "ul", "ol", "h1", "h2", "h3") for cell in cells)


def _own_rows(table: Element) -> Iterator[Element]:
    """The rows of a table, not those of tables in it."""
    for part in table.elements():
        if part.name == "tr":
            yield part
        elif part.name in ("thead", "tbody", "tfoot"):
            yield from part.own("tr")


def _lines(element: Element, reason: str) -> Iterator[ParsedBlock]:
    """Text that was set with line ends: paragraphs and lists parted by empty lines."""
    for lines in groups(flat(element, _apart)):
        items = item_blocks(lines, markdown=False)
        paragraph = together(lines, markdown=False)
        for block in items or [ParsedBlock("paragraph", (paragraph,))]:
            yield replace(block, left_out=reason)


def _leads_elsewhere(line: Element, text: MappedText) -> bool:
    links = " ".join(link.text() for link in line.all("a"))
    few = len(text.text.split()) <= _LINK_WORDS
    return few and len("".join(links.split())) >= _LINKS * len("".join(text.text.split())) > 0


def _text(element: Element) -> MappedText:
    return flat(element, _apart, _change).clean(markdown=False)


def _apart(element: Element) -> bool:
    return element.name not in _INLINE or element.name in ("br", "img")


def _change(element: Element, text: MappedText) -> MappedText:
    if element.name in _SKIPPED:
        return MappedText("", (), ())
    return raise_digits(text) if element.name == "sup" else text
