"""JATS and NLM articles in XML, SciELO's too: record, abstract, sections, tables, captions and references."""

import re
from collections.abc import Callable, Iterator

from ingest.errors import ParseError
from ingest.mapped_text import INLINE_TAGS, MappedText, join
from ingest.parsed import Parsed, ParsedBlock, Proposal
from ingest.structure import BACK_MATTER, REFERENCES
from ingest.superscripts import raise_digits
from ingest.table_rows import row_texts
from ingest.xml_tree import Element, flat, read_tree

RECORD = "bibliographic record: answers who, where and when"
ANOTHER = "another text in the same file: a letter, a response or a translation"
FORMULA = "formula: its signs cannot be read as text"
# Elements inside a sentence: words do not end at them.
_INLINE = INLINE_TAGS | {
    "abbrev", "break", "email", "ext-link", "inline-formula", "inline-graphic", "monospace", "named-content",
    "roman", "sans-serif", "styled-content", "underline", "uri", "xref", "x", "math", "mrow", "mi", "mn",
    "mo", "msub", "msup", "tex-math",
}  # fmt: skip
_RECORD = {"journal-meta", "article-meta", "front-stub", "notes"}
_SECTIONS = {"sec", "app", "boxed-text", "glossary", "disp-quote", "body", "verse-group", "statement"}
_LEVELS = 4
_OF_LATEX = re.compile(r"\\(?:documentclass|usepackage)")


def parse(text: str, name: str) -> Parsed:
    """The blocks of an article, in the order of the file.

    Raises:
        ParseError: the text is not well-formed XML, declares entities, or holds no article.
    """
    root = read_tree(text, name)
    article = root if root.name == "article" else root.first("article")
    if article is None:
        raise ParseError(f"{name} holds no <article>. Give the format that it has in the manifest.")
    blocks = [block for block in _Article().article(article) if block.text]
    return Parsed(text, tuple(blocks), proposal=_propose(article))


class _Article:
    """Walks through an article; a block that is not content carries the reason."""

    def article(self, article: Element, reason: str = "") -> Iterator[ParsedBlock]:
        for part in article.elements():
            if part.name in ("front", "front-stub"):
                yield from self._front(part, reason)
            elif part.name in ("body", "floats-group"):
                yield from self._inside(part, 1, reason)
            elif part.name == "back":
                yield from self._back(part, reason)
            elif part.name in ("sub-article", "response"):
                yield from self.article(part, ANOTHER)

    def _front(self, front: Element, reason: str) -> Iterator[ParsedBlock]:
        for meta in (front, *front.own("journal-meta", "article-meta")):
            for part in meta.elements():
                if part.name == "title-group":
                    yield from self._title(part, reason)
                elif part.name in ("abstract", "trans-abstract"):
                    yield from self._abstract(part, reason)
                elif part.name not in _RECORD:
                    yield ParsedBlock("paragraph", (_text(part),), left_out=reason or RECORD)

    def _title(self, group: Element, reason: str) -> Iterator[ParsedBlock]:
        for part in group.elements():
            if part.name == "article-title":
                yield ParsedBlock("heading", (_title(part),), level=1, left_out=reason)
            else:
                yield ParsedBlock("paragraph", (_text(part),), left_out=reason or RECORD)

    def _abstract(self, abstract: Element, reason: str) -> Iterator[ParsedBlock]:
        if next(abstract.own("title"), None) is None:
            # the tag's own name is the heading of the section: it stands in the file, after "<"
            word = abstract.tag.slice(1, 1 + len(abstract.name))
            yield ParsedBlock("heading", (word,), level=2, left_out=reason)
        yield from self._inside(abstract, 2, reason)

    def _back(self, back: Element, reason: str) -> Iterator[ParsedBlock]:
        for part in back.elements():
            if part.name == "ref-list":
                yield from self._references(part, reason)
            elif part.name in ("app-group", "glossary", "app", "sec"):
                yield from self._inside(part, 1, reason)
            else:
                yield from self._inside(part, 1, reason or BACK_MATTER)

    def _references(self, references: Element, reason: str) -> Iterator[ParsedBlock]:
        for title in references.own("title"):
            yield ParsedBlock("heading", (_text(title),), level=2, left_out=reason or REFERENCES)
        for number, reference in enumerate(references.all("ref"), 1):
            label = next(reference.own("label"), None)
            marker = (label.text() if label else "").strip("[]. ") or str(number)
            parts = [part for part in reference.elements() if part.name not in ("label", "element-citation")]
            for part in (parts or list(reference.own("element-citation")))[:1]:
                text = flat(part, _apart_in_citation(part), _change).clean(markdown=False)
                number_again = re.match(rf"\[?(?:{re.escape(marker)})?[\].)\s]*", text.text)
                text = text.slice(number_again.end() if number_again else 0)
                yield ParsedBlock("reference", (text,), marker=marker, left_out=reason or REFERENCES)

    def _inside(self, element: Element, level: int, reason: str) -> Iterator[ParsedBlock]:
        """What stands in a section, in order; `level` is that of its heading."""
        for child in element.elements():
            if child.name in ("label", "object-id", "sec-meta"):
                continue  # put before the title or caption that it belongs to
            if child.name == "title":
                text = _labelled(element, child)
                yield ParsedBlock("heading", (text,), level=min(level, _LEVELS), left_out=reason)
            elif child.name in _SECTIONS or child.name in (
                "sec-group",
                "ack",
                "fn-group",
                "app-group",
                "fn",
                "bio",
            ):
                yield from self._inside(child, level + 1, reason)
            elif child.name == "ref-list":
                yield from self._references(child, reason)
            else:
                yield from self._block(child, reason)

    def _block(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        if element.name == "p":
            yield from self._paragraph(element, reason)
        elif element.name in ("list", "def-list"):
            yield from self._list(element, reason)
        elif element.name in ("fig-group", "table-wrap-group"):
            for child in element.elements():
                yield from self._block(child, reason)
        elif element.name in ("fig", "table-wrap", "supplementary-material", "media", "caption"):
            yield from self._captioned(element, reason)
        elif element.name == "table":
            yield from _rows(element, reason)
        elif element.name in ("disp-formula", "disp-formula-group", "graphic"):
            yield ParsedBlock("paragraph", (_text(element),), left_out=reason or FORMULA)
        else:
            yield ParsedBlock("paragraph", (_text(element),), left_out=reason)

    def _paragraph(self, paragraph: Element, reason: str) -> Iterator[ParsedBlock]:
        """A paragraph, cut where a list, a formula or a table stands in it."""
        piece = Element("p", {})
        parted = any(isinstance(child, Element) and child.name in _BLOCKS for child in paragraph.children)
        for child in (*paragraph.children, None):
            if child is None or (isinstance(child, Element) and child.name in _BLOCKS):
                yield ParsedBlock("paragraph", (_text(piece),), left_out=reason, whole=not parted)
                piece = Element("p", {})
                if child is not None:
                    yield from self._block(child, reason)
            else:
                piece.children.append(child)

    def _list(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        for item in element.own("list-item", "def-item"):
            label = next(item.own("label"), None)
            rest = Element("item", {})
            nested = []
            for child in item.children:
                if isinstance(child, Element) and child.name in ("list", "def-list"):
                    nested.append(child)
                elif child is not label:
                    rest.children.append(child)
            marker = label.text() if label else ""
            yield ParsedBlock("list", (_text(rest),), marker=marker, left_out=reason)
            for inner in nested:
                yield from self._list(inner, reason)

    def _captioned(self, element: Element, reason: str) -> Iterator[ParsedBlock]:
        caption = element if element.name == "caption" else next(element.own("caption"), None)
        text = _labelled(element, caption)
        if text.text:
            yield ParsedBlock("caption", (text,), left_out=reason)
        for table in element.all("table"):
            yield from _rows(table, reason)
        for foot in element.own("table-wrap-foot"):
            for note in [*foot.all("fn", "attrib")] or [foot]:
                yield ParsedBlock("footnote", (_text(note),), left_out=reason)


_BLOCKS = {"list", "def-list", "disp-formula", "disp-formula-group", "fig", "fig-group", "table-wrap",
           "table-wrap-group", "boxed-text", "supplementary-material", "media", "graphic"}  # fmt: skip


def _rows(table: Element, reason: str) -> Iterator[ParsedBlock]:
    """The rows of a table; a cell over several rows or columns leaves those after the first empty."""
    rows = [[(_text(cell), cell.attributes) for cell in row.own("td", "th")] for row in table.all("tr")]
    for text in row_texts(rows):
        yield ParsedBlock("table", (text,), left_out=reason)


def _labelled(element: Element, words: Element | None) -> MappedText:
    """A title or caption with the label of the element that it belongs to, such as "Figure 1"."""
    label = next(element.own("label"), None)
    parts = [_text(part) for part in (label, words) if part is not None]
    return join([part for part in parts if part.text], " ")


def _text(element: Element) -> MappedText:
    return flat(element, _apart, _change).clean(markdown=False)


def _title(element: Element) -> MappedText:
    """A title without the marks of its footnotes."""
    plain = Element(element.name, element.attributes)
    notes = ("fn", "xref")
    plain.children = [c for c in element.children if not (isinstance(c, Element) and c.name in notes)]
    return _text(plain)


def _apart(element: Element) -> bool:
    return element.name not in _INLINE


def _apart_in_citation(citation: Element) -> Callable[[Element], bool]:
    """Which elements of a citation stand apart: all, unless it brings its own spaces and points."""
    own = "".join(child.text for child in citation.children if isinstance(child, MappedText))
    if not own.strip():
        return _apart
    adjacent: set[int] = set()
    for element in (citation, *citation.all("person-group", "name", "string-name")):
        for before, child in zip(element.children, element.children[1:], strict=False):
            if isinstance(before, Element) and isinstance(child, Element):
                adjacent.add(id(child))
    return lambda element: id(element) in adjacent


def _change(element: Element, text: MappedText) -> MappedText:
    """Raised digits as such; no source of formulas."""
    if element.name == "tex-math" and _OF_LATEX.search(text.text):
        return MappedText("", (), ())
    return raise_digits(text) if element.name == "sup" else text


def _propose(article: Element) -> Proposal:
    front = article.first("front") or article
    meta = front.first("article-meta") or front

    def of(element: Element | None, *names: str) -> str:
        found = element.first(*names) if element else None
        return _text(found).text if found else ""

    authors = []
    for person in meta.all("contrib"):
        if person.attributes.get("contrib-type", "author") == "author":
            given, family = of(person, "given-names"), of(person, "surname")
            authors.append(f"{given} {family}".strip() or of(person, "collab"))
    years = [of(date, "year") for date in meta.own("pub-date")]
    year = next((int(text) for text in years if text.isdigit()), None)
    ids = {each.attributes.get("pub-id-type"): each.text() for each in meta.own("article-id")}
    own = {each.name: each.text() for each in meta.elements()}
    first, last = own.get("fpage", ""), own.get("lpage", "")
    found = {
        "title": _title(meta.first("article-title") or Element("", {})).text,
        "authors": tuple(name for name in authors if name),
        "year": year,
        "journal": of(front, "journal-title"),
        "volume": own.get("volume", ""),
        "issue": own.get("issue", ""),
        "pages": "-".join(dict.fromkeys(filter(None, (first, last)))) or own.get("elocation-id", ""),
        "publisher": of(front, "publisher-name"),
        "doi": ids.get("doi", ""),
        "licence": of(meta, "license-p"),
    }
    return Proposal.of(found, "the article's record")
