"""Questions about the documents themselves: who wrote, which journal, what DOI, which licence.

Answered from the manifest's records, each with a quote of the place in the document where it stands: the
front and back matter that is kept out of retrieval.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.parse_xml import RECORD
from ingest.records import Block, Document, Source, Span
from ingest.structure import AUTHORS

_DOCUMENT = (
    r"(?:article|paper|report|review|study|source|document|publication|page|website|case report|text|guide)"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A bibliographic field: how it is asked for, its value, and the words it stands under."""

    name: str
    asked: re.Pattern[str]
    value: Callable[[Source], str]
    stands: Callable[[Source], re.Pattern[str] | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A field of one document: its value, and where the document states it (spans of its text)."""

    document: Document
    field: Field
    value: str
    spans: tuple[Span, ...]


def _asked(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("DOCUMENT", _DOCUMENT), re.IGNORECASE)


def _asked_of_document(pattern: str) -> re.Pattern[str]:
    """As `_asked`, for words that also stand in clinical questions: the question must name a document."""
    named = rf"\b{_DOCUMENT[:-1]}|journal|authors?|abstract|when was (?:it|this|that))s?\b"
    return re.compile(rf"^(?=.*{named}).*(?:{pattern})", re.IGNORECASE)


def _literal(*values: str) -> re.Pattern[str] | None:
    found = [re.escape(value) for value in values if value]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _label(*labels: str) -> Callable[[Source], re.Pattern[str]]:
    pattern = re.compile(rf"^(?:\* )?(?:{'|'.join(labels)})\b.*", re.IGNORECASE)
    return lambda source: pattern


def _date(label: str, attribute: str) -> Callable[[Source], re.Pattern[str] | None]:
    """A date stands after its label, or, in a record, as year, month and day."""

    def stands(source: Source) -> re.Pattern[str] | None:
        date = getattr(source, attribute)
        parts = re.escape(date.replace("-", " "))
        return re.compile(rf"^{label}\b.*\d|^{parts}$", re.IGNORECASE) if date else None

    return stands


def _families(source: Source) -> re.Pattern[str] | None:
    return _literal(*(author.split()[-1] for author in source.authors))


def _issue(source: Source) -> str:
    pages = f", pages {source.pages}" if source.pages else ""
    issue = f", issue {source.issue}" if source.issue else ""
    return f"volume {source.volume}{issue}{pages}" if source.volume else ""


# Each field with the ways of asking for it. The words must speak of the document, since "volume", "authors"
# and "published" also stand in questions about its content.
FIELDS = (
    Field(
        "Corresponding author",
        _asked_of_document(r"\bcorresponding author|\bcorrespondence\b|\be-?mail\b"),
        lambda source: "",
        _label(r"correspond\w*"),
    ),
    Field(
        "Affiliations",
        _asked(
            r"\baffiliat|\bauthors?\b.{0,20}\b(?:work|based|come from|from)\b"
            r"|\bwhere (?:do|does|did) (?:\w+ ){1,6}work\b"
            r"|\b(?:which|what) (?:hospital|institution|university|department|country|centre|center)s?\b"
            r".{0,60}\b(?:authors?|DOCUMENT)\b|\bDOCUMENT (?:come|comes) from\b"
        ),
        lambda source: "",
        lambda source: re.compile(r"\b(?:Department|University|Hospital|Faculty|Centre|Center)\b.*"),
    ),
    Field(
        "Authors",
        _asked(
            r"\bwho (?:wrote|authored|has written|have written|(?:is|are|was|were) the (?:\w+ )?authors?)\b"
            r"|\bwho (?:published|reported) (?:the |this |that )(?:\w+ ){0,3}DOCUMENT\b"
            r"|\bauthors? of (?:the |this |that )?(?:\w+ ){0,3}DOCUMENT\b"
            r"|\bwritten by\b|\bby whom\b|\bhow many authors\b|\bauthor list\b"
            r"|\b(?:list|name) (?:\w+ )?(?:the )?authors\b|\b(?:first|last|senior|lead) author\b"
        ),
        lambda source: ", ".join(source.authors),
        _families,
    ),
    Field(
        "Journal",
        _asked(
            r"\b(?:which|what) journal|\bname of the journal|\bjournal (?:is|was|did|published)\b"
            r"|\bwhere (?:was|is|were) (?:the |this |that )?(?:\w+ ){0,3}DOCUMENT\b.{0,40}\bpublished\b"
            r"|\bDOCUMENT\b.{0,30}\bpublished in\?"
        ),
        lambda source: source.journal,
        lambda source: _literal(source.journal),
    ),
    Field(
        "Received",
        _asked_of_document(r"\bwhen\b.{0,60}\b(?:received|submitted)\b|\bdate (?:of receipt|received)\b"),
        lambda source: source.received,
        _date("received", "received"),
    ),
    Field(
        "Accepted",
        _asked_of_document(
            r"\bwhen\b.{0,60}\baccepted\b|\b(?:acceptance date|date of acceptance|date accepted)\b"
        ),
        lambda source: source.accepted,
        _date("accepted", "accepted"),
    ),
    Field(
        "Published",
        _asked_of_document(
            r"\bwhen\b.{0,60}\b(?:published|written|come out|came out)\b"
            r"|\b(?:which|what) year\b.{0,60}\b(?:published|written|from)\b"
            r"|\b(?:publication (?:date|year)|date of publication|year of publication)\b"
            r"|\bhow (?:old|recent|new) (?:is|are)\b"
        ),
        lambda source: source.published or (str(source.year) if source.year else ""),
        _date(r"published(?: online)?", "published"),
    ),
    Field(
        "DOI",
        _asked(r"\bdoi\b"),
        lambda source: source.doi,
        lambda source: _literal(source.doi),
    ),
    Field(
        "URL",
        _asked(r"\b(?:url|web ?address|link to the (?:\w+ )?DOCUMENT)\b"),
        lambda source: source.url,
        lambda source: _literal(source.url),
    ),
    Field(
        "Licence",
        _asked_of_document(r"\blicen[cs]e\b|\bcopyright\b|\bcreative commons\b|\bre-?use\b|\bredistribute\b"),
        lambda source: source.licence,
        lambda source: re.compile(r"licen[cs]e|Creative Commons|©|International\b.*4\.0"),
    ),
    Field(
        "Issue",
        _asked_of_document(
            r"\bvolume (?:and issue|number|of the journal)|\bwhich (?:issue|pages)\b|\bpage numbers?\b"
            r"|\bjournal.{0,20}\bissue\b"
        ),
        _issue,
        lambda source: _literal(
            f"{source.volume}({source.issue}): {source.pages}", f"{source.year}, {source.volume}"
        ),
    ),
    Field(
        "Peer review",
        _asked(r"\bpeer[- ]?review"),
        lambda source: ("yes: " if source.peer_reviewed else "no: ") + source.peer_review_basis,
        lambda source: re.compile(r"peer[- ]review(?:ed\b|-model|ed by)|^Academic Editor", re.IGNORECASE),
    ),
    Field(
        "Funding",
        _asked_of_document(r"\bwho (?:funded|paid for|sponsored)\b|\bfund(?:ing|ed)\b|\bfinancial support\b"),
        lambda source: "",
        _label("funding"),
    ),
    Field(
        "Conflicts of interest",
        _asked(r"\bconflicts? of interest|\bcompeting interests?\b"),
        lambda source: "",
        _label(r"conflicts?", "competing"),
    ),
    Field(
        "Keywords",
        _asked(r"\bkey ?words\b"),
        lambda source: "",
        _label("key ?words"),
    ),
    Field(
        "Title",
        _asked(r"\btitle of\b|\bwhat is the DOCUMENT called\b"),
        lambda source: source.title,
        lambda source: _literal(source.title),
    ),
)  # fmt: skip

# A quote of front matter is at most this long; longer paragraphs are cut to the sentence that holds the
# value.
_QUOTE_CHARACTERS = 600
_MAX_SPANS = 8


def asked_fields(question: str) -> tuple[Field, ...]:
    """The bibliographic fields a question asks for; none if it asks for content."""
    return tuple(field for field in FIELDS if field.asked.search(question))


def meant_documents(
    question: str, documents: Sequence[Document], earlier: Sequence[str]
) -> tuple[Document, ...]:
    """The documents a question about documents speaks of.

    Told by author, year, journal, kind, procedure or words of the title; else by what the last answer
    cited (`earlier`, source ids); else all.
    """
    scores = [_likeness(question, document.source) for document in documents]
    best = max(scores, default=0)
    if best > 0:
        return tuple(d for d, score in zip(documents, scores, strict=True) if score == best)
    cited = tuple(document for document in documents if document.source.id in earlier)
    return cited or tuple(documents)


def findings(field: Field, document: Document) -> Finding | None:
    """What a document states of a field; None if it states nothing."""
    value = field.value(document.source)
    pattern = field.stands(document.source)
    spans = _places(document, pattern, field.name)
    if not spans and field.name != "Peer review":
        return None
    if not value:
        value = "; ".join(document.text[start:end] for start, end in spans)
    return Finding(document, field, value, spans)


def _places(document: Document, pattern: re.Pattern[str] | None, field: str) -> tuple[Span, ...]:
    """Spans of front or back matter, or of the title, that match.

    One span: the line that holds most of what is looked for, and of those the shortest. Affiliations stand
    in several lines, and so do authors if no line names more than one of them.
    """
    if pattern is None:
        return ()
    found: list[tuple[int, int, Span]] = []
    for block in document.blocks:
        if block.kind in ("reference", "caption", "table") or not (block.left_out or _is_title(block)):
            continue
        if field == "Affiliations" and block.left_out not in (AUTHORS, RECORD):
            continue
        text = document.text[block.start : block.end]
        matches = {match.group().casefold() for match in pattern.finditer(_unaccented(text))}
        if matches:
            start, end = _quoted(text, pattern)
            found.append((-len(matches), end - start, (block.start + start, block.start + end)))
    if not found:
        return ()
    best = min(found)
    if field == "Affiliations" or (field == "Authors" and best[0] == -1):
        return tuple(span for _, _, span in found[:_MAX_SPANS])
    return (best[2],)


def _quoted(text: str, pattern: re.Pattern[str]) -> Span:
    if len(text) <= _QUOTE_CHARACTERS:
        return 0, len(text)
    match = pattern.search(_unaccented(text))
    at = match.start() if match else 0
    start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
    end = text.find(". ", at)
    return start, (end + 1 if end >= 0 else len(text))


def _is_title(block: Block) -> bool:
    return block.kind == "heading" and block.section == 0


def _likeness(question: str, source: Source) -> int:
    """How many marks of a source a question holds; a name or year counts most."""
    words = set(re.findall(r"\w+", _unaccented(question).casefold()))
    families = {_unaccented(author.split()[-1]).casefold() for author in source.authors}
    score = 8 * bool(families & words or any(family.split("-")[0] in words for family in families))
    score += 8 * bool(source.year and str(source.year) in words)
    text = _unaccented(question).casefold()
    score += 8 * bool(source.journal and re.search(rf"\b{re.escape(source.journal.casefold())}\b", text))
    kind = set(source.kind.split())
    score += 6 * (kind <= words) + 2 * len(kind & words)
    score += 2 * bool(source.abstract_only and "abstract" in words)
    score += 2 * bool({"website", "blog", "webpage", "guide"} & words and source.kind == "web article")
    score += 2 * bool({"leaflet", "handout", "brochure"} & words and source.kind == "patient information")
    title = {word for word in re.findall(r"\w+", source.title.casefold()) if len(word) > 3}
    return score + len(title & words)


def _unaccented(text: str) -> str:
    """The text with accents dropped, character for character, so that offsets stay."""
    return "".join(unicodedata.normalize("NFD", character)[:1] or character for character in text)
