"""A document to passages: stretches of one section that are retrieved and read as a whole.

Passages are cut at sentence ends, never across sections. Prose that a caption, a table or something left
out interrupts is cut there; a caption is a passage of its own, and so is a table with its caption.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.abbreviations import spell_out
from ingest.document import sections_in_order
from ingest.records import Block, Document, Passage, Span
from ingest.sentences import sentence_spans

# List items and captions up to this many words are quoted whole: a part of one says too little.
# Source: the longest list item of the corpus has 50 words; only one caption is longer.
WHOLE_WORDS = 60


@dataclass(frozen=True, slots=True)
class ChunkConfig:
    """How long passages are, in words.

    Attributes:
        target_words: what a long section is cut into.
        max_words: a section's prose up to this length stays whole. With title and section it should
            stay within the embedding model's input (256 word pieces for MiniLM).
    """

    target_words: int = 130
    max_words: int = 180


@dataclass(frozen=True, slots=True)
class _Unit:
    """A span that may be quoted, and whether a block begins with it."""

    span: Span
    words: int
    lead_in: Span | None
    opens_block: bool


def chunk(document: Document, config: ChunkConfig) -> tuple[Passage, ...]:
    """The passages of a document's content, in order. A document without content gives none."""
    passages = []
    seen: Counter[str] = Counter()
    for blocks in sections_in_order(document.blocks):
        for run in _runs_of_blocks(document.text, blocks):
            start = run[0].start
            tabular = run[-1].kind == "table"
            units = [
                unit
                for block in run
                if not (tabular and block.kind == "caption")  # the lead-in of the rows
                for unit in _units(document, block)
            ]
            if not units:
                continue
            for part in _parts(units, config):
                text = document.text[start : part[-1].span[1]]
                seen[text] += 1
                passages.append(_passage(document, text, start, part, seen[text]))
                start = _next_start(units, part)
    return tuple(passages)


def embedding_text(document: Document, passage: Passage) -> str:
    """The text that is embedded and searched for a passage: title, section and words.

    Abbreviations that the document defines are spelt out. It is never quoted: quotes come from the
    document alone.
    """
    parts = (document.source.title, passage.section, passage.text)
    return spell_out("\n".join(part for part in parts if part), dict(document.abbreviations))


def sentence_texts(document: Document, passage: Passage) -> tuple[str, ...]:
    """The texts that are embedded and searched for a passage's sentences: lead-in and words."""
    abbreviations = dict(document.abbreviations)
    texts = []
    for (start, end), lead_in in zip(passage.sentences, passage.lead_ins, strict=True):
        lead = document.text[lead_in[0] : lead_in[1]] + "\n" if lead_in else ""
        texts.append(spell_out(lead + document.text[start:end], abbreviations))
    return tuple(texts)


def _runs_of_blocks(text: str, blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Blocks that may share a passage: prose and lists; one caption; a table with its caption.

    Nothing but white space stands between them in the text: what is left out ends a run.
    """
    run: list[Block] = []
    for block in blocks:
        if run and text[run[-1].end : block.start].strip():
            yield run
            run = []
        alone = block.kind in ("caption", "table")
        joins_table = block.kind == "table" and run and run[-1].kind in ("caption", "table")
        prose = not alone and run and run[-1].kind not in ("caption", "table")
        if run and not joins_table and not prose:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _units(document: Document, block: Block) -> Iterator[_Unit]:
    text = document.text[block.start : block.end]
    if block.kind == "table":
        # a row that heads the columns is the lead-in of the others, not a quote of its own
        if block.lead_in is not None:
            yield _Unit((block.start, block.end), len(text.split()), block.lead_in, True)
        return
    spans = sentence_spans(text)
    if len(spans) > 1 and text.endswith(":"):
        spans = spans[:-1]  # says nothing alone: it is the lead-in of the list that follows
    if block.kind in ("list", "caption") and len(text.split()) <= WHOLE_WORDS:
        spans = ((0, len(text)),)
    label = (block.start + spans[0][0], block.start + spans[0][1])
    for i, (start, end) in enumerate(spans):
        lead_in = label if block.kind == "caption" and i else block.lead_in
        span = (block.start + start, block.start + end)
        yield _Unit(span, len(text[start:end].split()), lead_in, i == 0)


def _parts(units: list[_Unit], config: ChunkConfig) -> Iterator[list[_Unit]]:
    """The units in parts of about equal length, cut at the end of a block where one is near."""
    total = sum(unit.words for unit in units)
    count = 1 if total <= config.max_words else max(2, round(total / config.target_words))
    part: list[_Unit] = []
    done = 0
    cuts = 1
    for i, unit in enumerate(units):
        part.append(unit)
        done += unit.words
        goal = total * cuts / count
        following = units[i + 1] if i + 1 < len(units) else None
        if following is None or cuts == count:
            continue
        # cut here if going on would overshoot the goal by more than stopping falls short of it;
        # the end of a block counts as a third of a sentence nearer
        overshoot = done + following.words - goal
        shortfall = goal - done
        if shortfall <= overshoot * (4 / 3 if following.opens_block else 1):
            yield part
            part = []
            cuts += 1
    if part:
        yield part


def _next_start(units: list[_Unit], part: list[_Unit]) -> int:
    last = units.index(part[-1])
    return units[last + 1].span[0] if last + 1 < len(units) else part[-1].span[1]


def _passage(document: Document, text: str, start: int, part: list[_Unit], occurrence: int) -> Passage:
    section = document.section_at(part[0].span[0])
    key = "\0".join((document.source.id, text, str(occurrence)))
    return Passage(
        id=hashlib.sha256(key.encode("utf-8")).hexdigest()[:16],
        source_id=document.source.id,
        text=text,
        start=start,
        end=start + len(text),
        section=section.path if section else "",
        sentences=tuple(unit.span for unit in part),
        lead_ins=tuple(unit.lead_in for unit in part),
    )
