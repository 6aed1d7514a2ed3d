"""Which blocks are content, why the others are not, and which belong together.

General rules on the form of documents, applied in order; the reason each gives is shown by
`python -m ingest show`. Nothing here knows a particular file.

- Before the article's title (the last place where it stands before the abstract or the first prose): cover
  page, contents, masthead. Where the title stands again later it is a running head.
- Between title and abstract: authors, affiliations, dates.
- Paragraphs that open with a label of article information ("Received:", "Funding:"), and sections
  under a heading of back matter ("Footnotes", "References"); after the references: publisher's notes.
- Site furniture: set phrases of web pages, everything from the comment form on, headings with nothing
  under them.
- Running heads and page numbers: short lines that recur with other digits and are no sentences.
- A paragraph cut by a page break, a caption or furniture is joined with its other half.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.hyphens import count_words, ends_in_hyphen, hyphen_stays
from ingest.mapped_text import plain
from ingest.parsed import ParsedBlock, is_references
from ingest.records import Source
from ingest.sentences import ends_a_sentence

COVER = "before the article's title: cover page, table of contents or masthead"
AUTHORS = "between title and abstract: authors, affiliations and dates"
INFORMATION = "article information, not findings"
BACK_MATTER = "back matter"
REFERENCES = "reference list: kept to resolve reference markers"
AFTER_REFERENCES = "after the reference list: publisher's notes"
FURNITURE = "site furniture"
EMPTY_HEADING = "heading with nothing under it"
RUNNING_HEAD = "running head or page number"

_LABEL = re.compile(
    r"(?:key ?words|citation|url|doi|academic editor|editor|reviewed by|received|revised|accepted"
    r"|article in press|published(?: online)?|correspond\w+(?: author)?|copyright|©|\(c\)|licen[cs]e"
    r"|author contributions|funding|institutional review board statement|ethic\w+ (?:statement|approval)"
    r"|informed consent(?: statement)?|data availability(?: statement)?|conflicts?[ -]of[ -]interests?"
    r"(?: statement)?|competing interests|disclaimer|publisher’?'?s note|acknowledge?ments?|abbreviations"
    r"|care checklist[^:]*|open[- ]access|country/territory of origin|orcid number"
    r"|[a-z]-(?:editor|reviewer)|specialty type|provenance and peer review|peer-review\w*[^:]*)\s*(?::|©)"
    r"|©\s*(?:the author|\d{4})|copyright (?:©|\(c\)|c⃝|\d{4})"
    r"|(?:index terms|key ?words)\s*[—–]"
    r"|permission (?:to make (?:digital|copies)|is granted to (?:copy|reproduce))",
    re.IGNORECASE,
)
_BACK_MATTER = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?\s+)?(?:footnotes|acknowledge?ments?|funding|author contributions?"
    r"|conflicts? of interests?|disclosures?"
    r"|ethics statement|supplementary (?:materials?|data)|data availability):?$",
    re.IGNORECASE,
)
_ABSTRACT_LABEL = re.compile(r"(Abstract|Summary)\s*(?:[:.]\s+|[—–]\s*)", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:skip to (?:main )?content|accessibility (?:tools|menu)|(?:main )?(?:menu|navigation)|search|home"
    r"|share(?: this(?: (?:page|post|article))?)?(?: (?:on|via|by)\b.*)?[:!]?|related (?:posts|articles)"
    r"|previous post|next post|subscribe\b.*|sign up\b.*|follow us\b.*|contact us|privacy policy"
    r"|cookies?(?: (?:policy|notice|settings|preferences))?|all rights reserved\.?|back to top|read more"
    r"|table of contents|print|posted (?:on|in|by)\b.*|request an appointment|book (?:an )?appointment)$",
    re.IGNORECASE,
)
_COMMENT_FORM = re.compile(r"(?:leave a (?:reply|comment)|post a comment|\d+ comments?)$", re.IGNORECASE)
_CONTINUES = re.compile(r"[0-9(\[<≤≥±]")
# Words that leave a sentence open: what follows them goes on, even with a capital.
_OPEN_END = re.compile(
    r"(?:,|\b(?:a|an|the|of|and|or|in|on|at|to|for|from|by|with|as|than|that|which|is|are|was|were|be|been"
    r"|has|have|had|not|between|into|its|their|our))$"
)
# A line that recurs this often but for its digits is a running head. Source: two can be chance
# (a heading and its mention in the contents); running heads stand on every page.
_RECURS = 3
_FEW_WORDS = 12
# Items of a list, this share of them with a year and an initial, show it to be references without a heading.
_ENTRIES, _ENTRY_SHARE = 6, 0.8
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_INITIAL = re.compile(r"\b[A-Z]\.|\b[A-Z][a-z’'-]+ [A-Z]{1,2}\b")
_DEEPEST = 6
# Headings this deep are never running heads: "Treatment" may stand under every disease.
_DEEP = 3


def structure(
    blocks: Sequence[ParsedBlock], source: Source, *, paged: bool = False
) -> tuple[ParsedBlock, ...]:
    """The blocks with what is not content marked and cut paragraphs joined, in reading order.

    Args:
        blocks: of a document.
        source: its entry in the manifest.
        paged: whether its pages are known: then their running heads were told by their place already.
    """
    result = _split_abstract_label(blocks)
    result = _mark_front(result, source)
    result = result if paged else _mark_running_heads(result)
    result = _mark_information(result)
    result = _mark_furniture(result)
    result = _mark_back(result)
    result = _join_cut(result)
    return tuple(_mark_empty_headings(result))


def same_words(one: str, other: str) -> bool:
    """Whether two lines are the same but for case, spaces, mark-up and a point at the end."""
    return plain(one).casefold().rstrip(".") == plain(other).casefold().rstrip(".")


def _split_abstract_label(blocks: Sequence[ParsedBlock]) -> list[ParsedBlock]:
    """A paragraph "Abstract: …" becomes a heading and a paragraph."""
    result: list[ParsedBlock] = []
    for block in blocks:
        match = _ABSTRACT_LABEL.match(block.text) if block.kind == "paragraph" else None
        if match and len(block.pieces) == 1:
            piece = block.pieces[0]
            result.append(ParsedBlock("heading", (piece.slice(*match.span(1)),), level=2))
            result.append(replace(block, pieces=(piece.slice(match.end()),)))
        else:
            result.append(block)
    return result


def _mark_front(blocks: list[ParsedBlock], source: Source) -> list[ParsedBlock]:
    titles = [i for i, block in enumerate(blocks) if same_words(block.text, source.title)]
    if not titles:
        return blocks
    following = range(titles[0] + 1, len(blocks))
    abstract = next((i for i in following if _is_abstract(blocks[i])), None)
    prose = next((i for i in following if _is_prose(blocks[i])), len(blocks))
    limit = prose if abstract is None else abstract
    title = max(i for i in titles if i < limit)
    result = [block.leave_out(COVER) if i < title else block for i, block in enumerate(blocks)]
    result[title] = replace(blocks[title], kind="heading", level=1)
    for i in range(title + 1, abstract or title):
        result[i] = result[i].leave_out(AUTHORS)
    for i in titles:
        if i > title:
            result[i] = result[i].leave_out(RUNNING_HEAD)
    return result


def _is_abstract(block: ParsedBlock) -> bool:
    return block.kind == "heading" and same_words(block.text, "abstract")


def _is_prose(block: ParsedBlock) -> bool:
    """Whether the block is a paragraph of whole sentences, not a line of a form or a menu."""
    long = len(block.text.split()) > _FEW_WORDS
    return block.kind == "paragraph" and not block.left_out and long and ends_a_sentence(block.text)


def _mark_running_heads(blocks: list[ParsedBlock]) -> list[ParsedBlock]:
    def key(block: ParsedBlock) -> str:
        return re.sub(r"\d+", "#", plain(block.text).casefold())

    def may_be(block: ParsedBlock) -> bool:
        line = block.kind == "paragraph" and not ends_a_sentence(block.text)
        heading = block.kind == "heading" and block.level < _DEEP
        return (line or heading) and len(block.text.split()) <= _FEW_WORDS and not block.whole

    often = Counter(key(block) for block in blocks if may_be(block) and not block.left_out)
    return [
        block.leave_out(RUNNING_HEAD)
        if may_be(block) and (often[key(block)] >= _RECURS or block.text.strip().isdigit())
        else block
        for block in blocks
    ]


def _mark_information(blocks: list[ParsedBlock]) -> list[ParsedBlock]:
    return [
        block.leave_out(INFORMATION)
        if block.kind in ("paragraph", "footnote") and _LABEL.match(block.text)
        else block
        for block in blocks
    ]


def _mark_furniture(blocks: list[ParsedBlock]) -> list[ParsedBlock]:
    """Set phrases, and all after the comment form's first line; above the prose that is a link to it."""
    result = []
    seen_prose = in_comment_form = False
    for block in blocks:
        opens_form = bool(_COMMENT_FORM.match(block.text))
        in_comment_form = in_comment_form or (opens_form and seen_prose)
        seen_prose = seen_prose or _is_prose(block)
        furniture = in_comment_form or opens_form or bool(_FURNITURE.match(block.text))
        result.append(block.leave_out(FURNITURE) if furniture else block)
    return result


def _mark_back(blocks: list[ParsedBlock]) -> list[ParsedBlock]:
    result: list[ParsedBlock] = []
    reason, level = "", 0
    unheaded = _unheaded_references(blocks)
    for number, block in enumerate(blocks):
        if number == unheaded and not reason:
            reason, level = REFERENCES, _DEEPEST
        if block.kind == "heading" and not block.left_out:
            if is_references(block.text):
                reason, level = REFERENCES, block.level
            elif _BACK_MATTER.match(block.text):
                reason, level = BACK_MATTER, block.level
            elif block.level <= level:
                reason = ""
        elif reason in (REFERENCES, AFTER_REFERENCES) and block.kind == "list" and not block.left_out:
            block, reason = replace(block, kind="reference"), REFERENCES
        elif reason == REFERENCES and result[-1].kind == "reference" and not block.left_out:
            reason = AFTER_REFERENCES
        result.append(block.leave_out(reason) if reason else block)
    return result


def _unheaded_references(blocks: list[ParsedBlock]) -> int | None:
    """Where a list of references begins that nothing heads: items from 1 on with years and initials."""
    start, count, entries = 0, 0, 0
    for number, block in enumerate(blocks):
        marker = block.marker.strip(".)")
        if block.left_out or block.kind != "list" or not marker.isdigit():
            continue
        if int(marker) != count + 1:
            count = entries = 0
        if int(marker) == count + 1:
            start = number if count == 0 else start
            count += 1
            entries += bool(_YEAR.search(block.text) and _INITIAL.search(block.text))
        if count >= _ENTRIES and entries >= _ENTRY_SHARE * count:
            return start
    return None


def _join_cut(blocks: list[ParsedBlock]) -> list[ParsedBlock]:
    """Paragraphs cut in two are joined where the first half stands; what lay between follows."""
    result = list(blocks)
    counts: Counter[str] | None = None
    i = 0
    while i < len(result):
        other = _other_half(result, i)
        if other is None:
            i += 1
        else:  # look again from the same block: it may be cut more than once
            if counts is None and ends_in_hyphen(result[i].text):
                counts = count_words(block.text for block in blocks)
            result[i] = join_halves(result[i], result[other], counts or Counter())
            del result[other]
    return result


def join_halves(first: ParsedBlock, second: ParsedBlock, counts: Counter[str]) -> ParsedBlock:
    """Both halves of a block; a word that is cut between them is whole again."""
    pieces, count = first.pieces, len(first.pieces)
    unbroken = first.unbroken | {count + number for number in second.unbroken}
    if ends_in_hyphen(first.text):
        unbroken |= {count}
        if not hyphen_stays(first.text, second.text, counts):
            last = pieces[-1]
            pieces = (*pieces[:-1], last.slice(0, -1).widen(last.starts[0], last.ends[-1]))
    return replace(first, pieces=pieces + second.pieces, unbroken=unbroken)


def _other_half(blocks: list[ParsedBlock], index: int) -> int | None:
    """Index of the paragraph that goes on where the one at `index` breaks off; None if it does not.

    Captions, table rows and left-out lines may lie between; a heading or other content ends the search.
    """
    first = blocks[index]
    if first.kind != "paragraph" or first.left_out or first.whole or ends_a_sentence(first.text):
        return None
    for later in range(index + 1, len(blocks)):
        block = blocks[later]
        if block.kind == "paragraph" and not block.left_out:
            goes_on = block.text[0].islower() or (
                _CONTINUES.match(block.text) and not ends_in_hyphen(first.text)
            )
            return later if goes_on or _OPEN_END.search(first.text) else None
        if not block.left_out and block.kind not in ("caption", "table", "footnote"):
            return None
    return None


def _mark_empty_headings(blocks: list[ParsedBlock]) -> list[ParsedBlock]:
    """A heading is empty when no content follows before the next heading of its level or above."""
    result = list(blocks)
    for i, block in enumerate(blocks):
        if block.kind != "heading" or block.left_out:
            continue
        under = []
        for later in blocks[i + 1 :]:
            if later.kind == "heading" and not later.left_out and later.level <= block.level:
                break
            under.append(later)
        if not any(b.kind != "heading" and not b.left_out for b in under):
            result[i] = block.leave_out(EMPTY_HEADING)
    return result
