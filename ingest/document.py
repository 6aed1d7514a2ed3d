"""Structured blocks to a `Document`: one text, sections, references, and the way back to the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.abbreviations import find_abbreviations
from ingest.errors import ParseError
from ingest.mapped_text import MappedText, join
from ingest.parsed import Parsed, ParsedBlock
from ingest.records import Block, Document, Piece, Reference, Section, Source, Span
from ingest.sentences import sentence_spans
from ingest.structure import same_words, structure

_NUMBER = re.compile(r"\[?(\d{1,3})[\].)]?\s+")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\]\"<>]+")
_PMID = re.compile(r"\bPMID:?\s*(\d+)")


def make_document(parsed: Parsed, source: Source) -> Document:
    """The document of a source file that was parsed.

    Raises:
        ParseError: the file holds no content.
    """
    assembly = _Assembly(source)
    blocks = structure(parsed.blocks, source, paged=bool(parsed.pages))
    if parsed.pages and not any(_is_content(block) for block in blocks):
        # a page of a few lines: the rules for articles would leave it out as title and running heads
        blocks = tuple(replace(b, kind="paragraph") if b.kind == "heading" else b for b in parsed.blocks)
    for block in blocks:
        assembly.add(block)
    document = assembly.document(parsed)
    if not any(_is_content(block) for block in document.blocks):
        if source.format == "article-xml":
            raise ParseError(
                f"{source.path} is a record without an abstract: it holds no sentence that could be quoted. "
                "Add the article itself."
            )
        reasons = sorted({block.left_out for block in document.blocks if block.left_out})
        raise ParseError(
            f"{source.path} holds no content in the form {source.format!r}: everything was left out "
            f"({'; '.join(reasons)}). Check the file, and the format and title in the manifest."
        )
    return document


def _is_content(block: ParsedBlock | Block) -> bool:
    return not block.left_out and block.kind != "heading"


@dataclass(slots=True)
class _Assembly:
    """Puts blocks one after the other and keeps count of offsets and sections."""

    source: Source
    texts: list[MappedText] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    headings: list[tuple[int, str, int]] = field(default_factory=list)  # start, title, level
    references: list[Reference] = field(default_factory=list)
    lead_in: Span | None = None

    def add(self, block: ParsedBlock) -> None:
        start = self._append(block)
        pieces = self._pieces(block, start)
        end = self.length
        previous = self.blocks[-1] if self.blocks else None
        led = block.kind == "list" or (block.kind == "table" and previous and previous.kind == "table")
        if block.kind == "heading" and not block.left_out:
            self.headings.append((start, block.text, block.level))
        self.blocks.append(
            Block(
                kind=block.kind,
                start=start,
                end=end,
                pieces=pieces,
                section=len(self.headings) - 1,
                left_out=block.left_out,
                lead_in=self.lead_in if led and not block.left_out else None,
            )
        )
        self._remember_lead_in(block, start)
        if block.kind == "reference":
            self._add_reference(block, start)

    def document(self, parsed: Parsed) -> Document:
        whole = join(self.texts, "")
        return Document(
            source=self.source,
            text=whole.text,
            blocks=tuple(self.blocks),
            sections=self._sections(),
            references=tuple(self.references),
            abbreviations=tuple(find_abbreviations(self._content(whole.text)).items()),
            runs=_runs(whole),
            layer=parsed.text if parsed.made else "",
            pages=parsed.pages,
            lines=parsed.lines,
            notes=parsed.notes,
        )

    def _content(self, text: str) -> str:
        return "\n".join(text[block.start : block.end] for block in self.blocks if not block.left_out)

    def _append(self, block: ParsedBlock) -> int:
        previous = self.blocks[-1] if self.blocks else None
        if previous is not None:
            same = previous.kind == block.kind and block.kind in ("list", "table", "reference")
            self._append_separator("\n" if same else "\n\n")
        start = self.length
        for separator, piece in zip(block.separators, block.pieces, strict=True):
            self._append_separator(separator)
            self.texts.append(piece)
            self.length += len(piece)
        return start

    def _append_separator(self, separator: str) -> None:
        """Puts white space that stands for nothing in the file after the text so far."""
        if separator:
            at = self.texts[-1].ends[-1]
            size = len(separator)
            self.texts.append(MappedText(separator, (at,) * size, (at,) * size))
            self.length += size

    @staticmethod
    def _pieces(block: ParsedBlock, start: int) -> tuple[Piece, ...]:
        pieces = []
        for separator, piece in zip(block.separators, block.pieces, strict=True):
            start += len(separator)
            pieces.append(Piece(start, start + len(piece)))
            start += len(piece)
        return tuple(pieces)

    def _remember_lead_in(self, block: ParsedBlock, start: int) -> None:
        """A paragraph that ends in a colon leads in the list after it.

        The first row heads a table, with the caption before it. What is left out changes nothing.
        """
        if block.left_out:
            return
        if block.kind == "paragraph":
            last = sentence_spans(block.text)[-1] if block.text.endswith(":") else None
            self.lead_in = (start + last[0], start + last[1]) if last else None
        elif block.kind == "table" and self.blocks[-1].lead_in is None:
            before = self.blocks[-2] if len(self.blocks) > 1 else None
            titled = before is not None and before.kind == "caption" and not before.left_out
            self.lead_in = (before.start if before and titled else start, self.length)
        elif block.kind not in ("list", "table"):
            self.lead_in = None

    def _add_reference(self, block: ParsedBlock, start: int) -> None:
        number = block.marker.rstrip(".)")
        match = _NUMBER.match(block.text)
        if not number.isdigit() and match:
            number, start = match.group(1), start + match.end()
        if not number.isdigit():
            return
        text = block.text[match.end() :] if match and not block.marker[:1].isdigit() else block.text
        doi, pmid = _DOI.search(text), _PMID.search(text)
        self.references.append(
            Reference(
                number=int(number),
                text=text,
                start=start,
                end=self.length,
                doi=_clean_doi(doi.group()) if doi else "",
                pmid=pmid.group(1) if pmid else "",
            )
        )

    def _sections(self) -> tuple[Section, ...]:
        """Sections from heading to heading; the path leaves out the document's own title."""
        sections = []
        parents: list[tuple[int, str]] = []
        for i, (start, title, level) in enumerate(self.headings):
            parents = [parent for parent in parents if parent[0] < level]
            if not same_words(title, self.source.title):
                parents.append((level, title[:1].upper() + title[1:]))
            end = self.headings[i + 1][0] if i + 1 < len(self.headings) else self.length
            path = " › ".join(name for _, name in parents)
            sections.append(Section(title, path, level, start, end))
        return tuple(sections)


def _clean_doi(found: str) -> str:
    """The DOI without the point or bracket that goes on after it."""
    doi = found.rstrip(".,;")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    return doi


def _runs(text: MappedText) -> tuple[tuple[int, int, int, int], ...]:
    """The text's map to the file as runs `(start, length, file_start, file_length)`."""
    runs: list[tuple[int, int, int, int]] = []
    for i, (start, end) in enumerate(zip(text.starts, text.ends, strict=True)):
        if runs and end - start == 1:
            first, length, file_start, file_length = runs[-1]
            if length == file_length and file_start + length == start:
                runs[-1] = (first, length + 1, file_start, file_length + 1)
                continue
        runs.append((i, 1, start, end - start))
    return tuple(runs)


def sections_in_order(blocks: Sequence[Block]) -> list[list[Block]]:
    """Content blocks grouped by the section they stand in, in order, headings not included."""
    grouped: dict[int, list[Block]] = {}
    for block in blocks:
        if not block.left_out and block.kind != "heading":
            grouped.setdefault(block.section, []).append(block)
    return list(grouped.values())
