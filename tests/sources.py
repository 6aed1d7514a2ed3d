"""Sources and texts of tests of reading: records with only what a test names."""

from ingest.document import make_document
from ingest.parse import parse
from ingest.records import Source


def parsed(text, form="markdown"):
    """The blocks that a parser finds in a text."""
    return parse(text.encode("utf-8"), form, "s.txt").blocks


def source(form="markdown", title="No such title", **changes):
    """A source with empty fields but for those given."""
    fields = {
        "id": "s", "title": title, "authors": (), "year": None, "journal": "", "volume": "", "issue": "",
        "pages": "", "published": "", "received": "", "accepted": "", "publisher": "", "kind": "web article",
        "about": "kyphoplasty", "sample_size": None, "peer_reviewed": False, "peer_review_basis": "",
        "abstract_only": False, "doi": "", "url": "", "licence": "", "format": form, "path": "s.txt",
        "sha256": "",
    }  # fmt: skip
    return Source(**(fields | changes))


def blocks(text, form="markdown"):
    """(kind, text) of each block that a parser finds."""
    return [(block.kind, block.text) for block in parsed(text, form)]


def document(text, form="markdown", title="No such title"):
    """The document of a text."""
    return make_document(parse(text.encode("utf-8"), form, "s.txt"), source(form, title))


def content(made):
    """The texts of a document's content, headings not included."""
    return [made.text[b.start : b.end] for b in made.blocks if not b.left_out and b.kind != "heading"]


def left_out(made):
    """Reason by text of what is left out of a document."""
    return {made.text[b.start : b.end]: b.left_out for b in made.blocks if b.left_out}
