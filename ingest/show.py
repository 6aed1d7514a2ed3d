"""How a source was read, for a person to review: sections, blocks, what was left out and why, and notes."""

from collections.abc import Sequence

from ingest.errors import CorpusError
from ingest.records import Block, Document

_WIDTH = 110


def show(documents: Sequence[Document], name: str) -> str:
    """A page of text on the source whose id starts with `name`.

    Raises:
        CorpusError: no source or several start so.
    """
    found = [document for document in documents if document.source.id.startswith(name)]
    if len(found) != 1:
        ids = ", ".join(document.source.id for document in documents)
        raise CorpusError(f"{len(found)} sources start with {name!r}. There are: {ids}.")
    document = found[0]
    source = document.source
    lines = [
        source.title,
        f"{source.id} · {source.kind} · {source.label} · about {source.about} · {source.licence}",
        "",
    ]
    section = None
    for block in document.blocks:
        if block.section != section and not block.left_out:
            section = block.section
            if section >= 0:
                lines += ["", f"§ {document.sections[section].path or source.title}"]
        if block.kind == "heading" and not block.left_out:
            continue
        lines.append(_line(document, block))
    lines += ["", f"{len(document.references)} references"]
    notes = [f"page {note.page}: {note.text}" if note.page else note.text for note in document.notes]
    lines += ["", *notes] if notes else []
    return "\n".join(lines)


def _line(document: Document, block: Block) -> str:
    text = " ".join(document.text[block.start : block.end].split())
    text = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 20]} … {text[-17:]}"
    spans = _pages(document, block) or ", ".join(
        f"{start}-{end}" for start, end in document.file_spans(block.start, block.end)
    )
    reason = f" [left out: {block.left_out}]" if block.left_out else ""
    joined = " [joined]" if len(block.pieces) > 1 else ""
    return f"  {block.kind:<9} {spans:<23} {text}{joined}{reason}"


def _pages(document: Document, block: Block) -> str:
    """The pages that a block stands on; empty where the original has none."""
    pages = dict.fromkeys(box[0] for box in document.boxes(block.start, block.end))
    return f"page {', '.join(map(str, pages))}" if pages else ""
