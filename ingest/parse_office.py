"""Word, Excel, OpenDocument, RTF, PowerPoint and EPUB files: made to a page by pandoc and read as one."""

import io
import zipfile

from ingest.errors import ParseError
from ingest.html_tree import read_html
from ingest.limits import MEGABYTE, Limits
from ingest.office_hidden import without_hidden
from ingest.pandoc import to_html
from ingest.parse_html import blocks_of
from ingest.parsed import Parsed, Proposal
from ingest.records import Note
from ingest.xml_tree import Element, read_tree

_ARCHIVES = ("docx", "odt", "epub", "pptx", "xlsx")
_MOST_PARTS = 20_000
# Where each kind of file keeps what it says of itself.
_PROPERTIES = {"docx": "docProps/core.xml", "pptx": "docProps/core.xml", "xlsx": "docProps/core.xml",
               "odt": "meta.xml"}  # fmt: skip
_HEAD = "title-block-header"
_NO_TITLES = {"", "-", "untitled", "document", "powerpoint presentation", "word document"}


def parse(content: bytes, form: str, name: str, limits: Limits) -> Parsed:
    """The blocks of an office file or a book. Offsets count in the page that was made of it.

    Raises:
        ParseError: the file is damaged, protected, unpacks to more than the limits allow, or cannot be
            converted.
    """
    properties = _check(content, form, name, limits) if form in _ARCHIVES else Element("", {})
    content, hidden = without_hidden(content, form)
    text = to_html(content, form, name, limits)
    root = read_html(text)
    proposal = _propose(root, properties)
    for head in root.all(
        "header"
    ):  # pandoc's own: the title stays, the properties are shown for confirmation
        if head.attributes.get("id") == _HEAD:
            head.children = list(head.own("h1"))
    what = "sheets" if form == "xlsx" else "words"
    notes = (Note(0, f"{hidden} {what} that cannot be seen in the file were left out."),) if hidden else ()
    return Parsed(text, blocks_of(root, root), made=True, notes=notes, proposal=proposal)


def _check(content: bytes, form: str, name: str, limits: Limits) -> Element:
    """What the archive says of itself, once it is known to be harmless.

    Raises:
        ParseError: it is damaged or protected, or unpacks to more than the limits allow.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > limits.unpacked_bytes or len(parts) > _MOST_PARTS:
                raise ParseError(
                    f"{name} unpacks to {size // MEGABYTE:,} MB in {len(parts):,} parts, more than the "
                    f"{limits.unpacked_bytes // MEGABYTE} MB that are read. Get it from one whom you trust."
                )
            names = {part.filename for part in parts}
            if form == "odt" and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise ParseError(f"{name} has a password. Open it and save it without one.")
            where = _PROPERTIES.get(form, "")
            return read_tree(archive.read(where).decode("utf-8"), name) if where in names else Element("", {})
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, UnicodeDecodeError) as error:
        raise ParseError(
            f"{name} is damaged ({error}). Get it again, or save it anew from the program that made it."
        ) from error


def _propose(root: Element, properties: Element) -> Proposal:
    def of(element: Element, *names: str) -> str:
        found = element.first(*names)
        return found.text() if found else ""

    head = next((e for e in root.all("header") if e.attributes.get("id") == _HEAD), Element("", {}))
    titles = (of(head, "h1"), of(properties, "title"), of(root, "h1"))
    authors = [each.text() for each in head.all("p") if each.attributes.get("class") == "author"]
    authors = authors or [of(properties, "creator", "initial-creator")]
    date = next((e.text() for e in head.all("p") if e.attributes.get("class") == "date"), "")
    date = date or of(properties, "modified", "created", "date", "creation-date")
    found = {
        "title": next((title for title in titles if title.lower() not in _NO_TITLES), ""),
        "authors": tuple(filter(None, authors)),
        "year": int(date[:4]) if date[:4].isdigit() else None,
    }
    return Proposal.of(found, "the file's properties or its first heading")
