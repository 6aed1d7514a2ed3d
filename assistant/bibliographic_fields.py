"""The bibliographic fields: how each is asked for, its value, and the words it stands under in a document."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from ingest.records import Source

_DOCUMENT = (
    r"(?:article|paper|report|review|study|source|document|publication|page|website|case report|text|guide"
    r"|manuscript|abstract|leaflet|handout|brochure)"
)
# A document as the subject or object of what is asked: no word before it makes it the place where something
# else is found ("the patient in the report"), none after it owns something ("the report's patient").
_THE_DOCUMENT = (
    r"(?:(?!(?:in|of|from|by|at|to|for|with|on|about|and|or|per|when|where|if|as|that|which|who|he|she|is|are"
    r"|was|were|patients?) )[\w'’-]+ ){0,4}DOCUMENTs?\b(?!['’])"
)
_IT = r"(?:it|this|that|they|these|those)"
_AUTHORS = r"(?:the |its |their |these |those |this )?(?:\w+ )?authors?\b(?!['’])"
# What may follow "accepted" or "received" of a document: patients receive drugs, findings are accepted too.
_BY_JOURNAL = (
    r"(?=\W*$|[,;]| (?:and|or|for publication|by (?:the|its|which) (?:journal|publisher|editors?))\b)"
)
_STAND_FOR = (
    ("BY_JOURNAL", _BY_JOURNAL),
    ("THE_DOCUMENT", _THE_DOCUMENT),
    ("AUTHORS", _AUTHORS),
    ("IT", _IT),
    ("DOCUMENT", _DOCUMENT),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A bibliographic field: how it is asked for, its value, and the words it stands under."""

    name: str
    asked: re.Pattern[str]
    value: Callable[[Source], str]
    stands: Callable[[Source], re.Pattern[str] | None]  # is searched for in a text without accents


def _asked(pattern: str) -> re.Pattern[str]:
    return re.compile(_filled(pattern), re.IGNORECASE)


def _filled(pattern: str) -> str:
    """The pattern with what its words in capitals stand for."""
    for name, words in _STAND_FOR:
        pattern = pattern.replace(name, words)
    return pattern


def _asked_of_document(pattern: str) -> re.Pattern[str]:
    """As `_asked`, for words that also stand in clinical questions: the question must name a document."""
    named = rf"\b{_DOCUMENT[:-1]}|journal|manuscript|authors?|abstract|when was (?:it|this|that))s?\b"
    return re.compile(rf"^(?=.*{named}).*(?:{_filled(pattern)})", re.IGNORECASE)


def unaccented(text: str) -> str:
    """The text with accents dropped, character for character, so that offsets stay."""
    return "".join(unicodedata.normalize("NFD", character)[:1] or character for character in text)


def _literal(*values: str) -> re.Pattern[str] | None:
    """Finds one of the values in a text without accents; None without a value."""
    found = [re.escape(unaccented(value)) for value in values if value]
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


def _issue_stands(source: Source) -> re.Pattern[str] | None:
    if not source.volume:
        return None
    cited = f"{source.volume}({source.issue}): {source.pages}" if source.issue and source.pages else ""
    return _literal(cited, f"{source.year}, {source.volume}" if source.year else "")


AUTHORS = Field(
    "Authors",
    _asked(
        r"\bwho (?:wrote|authored|has written|have written|(?:is|are|was|were) the (?:\w+ )?authors?)\b"
        r"|\bwho (?:published|reported) THE_DOCUMENT"
        r"|(?:^|\b(?:is|are|was|were|list|names?|give|show|know) )AUTHORS of (?:IT\b|THE_DOCUMENT)"
        r"|\b(?:IT|THE_DOCUMENT)(?: \w+)? written by\b|\b(?:written|published|authored)\b.{0,20}\bby whom\b"
        r"|\bby whom (?:is|are|was|were) (?:IT|THE_DOCUMENT)\b.{0,40}\b(?:written|published|authored)\b"
        r"|\bhow many authors (?:are|were|does|do|did|wrote|of|has (?:IT|THE_DOCUMENT))\b|\bauthor list\b"
        r"|\b(?:list|name) (?:\w+ )?(?:the )?authors\b"
        r"|(?:^|^and |\b(?:who|what|which|whose|name)\b(?! (?:do|does|did)\b).{0,30} )(?:the )?"
        r"(?:first|last|senior|lead) author\b"
    ),
    lambda source: ", ".join(source.authors),
    _families,
)

# Each field with the ways of asking for it. The words must speak of the document, since "volume", "authors"
# and "published" also stand in questions about its content.
FIELDS = (
    Field(
        "Corresponding author",
        _asked_of_document(
            r"\bcorresponding author|\bcorrespondence (?:to|address|author)|\bfor correspondence\b"
            r"|\be-?mail\b"
        ),
        lambda source: "",
        _label(r"correspond\w*"),
    ),
    Field(
        "Affiliations",
        _asked(
            r"\baffiliat|\b(?:is|are|was|were) AUTHORS(?: of THE_DOCUMENT)?(?: \w+)? (?:based|from|working)\b"
            r"|\b(?:do|does|did) AUTHORS(?: of THE_DOCUMENT)?(?: all| both)? (?:work|come from)\b"
            r"|\bwhere (?:do|does|did) (?:(?:and )?(?-i:[A-Z][\w.'’-]*[a-z.]),? ){1,6}work\b"
            r"|\b(?:which|what) (?:hospital|institution|university|department|country|centre|center)s?"
            r" (?:(?:do|does|did|is|are|was|were) (?:AUTHORS|THE_DOCUMENT)\b.{0,40}"
            r"\b(?:from|work|based|belong)\b"
            r"|(?:published|wrote|produced) THE_DOCUMENT"
            r"|(?:is|are|was|were) (?:AUTHORS|THE_DOCUMENT)(?: of THE_DOCUMENT)?\W*$)"
            r"|\bTHE_DOCUMENT (?:come|comes) from\b"
        ),
        lambda source: "",
        lambda source: re.compile(r"\b(?:Department|University|Hospital|Faculty|Centre|Center)\b.*"),
    ),
    AUTHORS,
    Field(
        "Journal",
        _asked(
            r"\b(?:which|what) journal|\bname of the journal|\bjournal (?:is|was|did|published)\b"
            r"|\bwhere (?:was|is|were) THE_DOCUMENT.{0,40}\bpublished\b"
            r"|\bDOCUMENT\b.{0,30}\bpublished in\?"
        ),
        lambda source: source.journal,
        lambda source: _literal(source.journal),
    ),
    Field(
        "Received",
        _asked_of_document(
            r"\bwhen (?:is|was|were) (?:IT|THE_DOCUMENT)\b.{0,40}\b(?:received|submitted)BY_JOURNAL"
            r"|\bdate (?:of receipt|received)\b"
        ),
        lambda source: source.received,
        _date("received", "received"),
    ),
    Field(
        "Accepted",
        _asked_of_document(
            r"\bwhen (?:is|was|were) (?:IT|THE_DOCUMENT)\b.{0,40}\bacceptedBY_JOURNAL"
            r"|\b(?:acceptance date|date of acceptance|date accepted)\b"
        ),
        lambda source: source.accepted,
        _date("accepted", "accepted"),
    ),
    Field(
        "Published",
        _asked_of_document(
            r"\bwhen (?:is|are|was|were|did|does) (?:IT|THE_DOCUMENT)\b.{0,40}"
            r"\b(?:published|written|come out|came out)\b"
            r"|\b(?:which|what) year (?:is|are|was|were) (?:IT|THE_DOCUMENT)\b.{0,40}"
            r"\b(?:published|written|from)\b"
            r"|\b(?:publication (?:date|year)|date of publication|year of publication)\b"
            r"|\bhow (?:old|recent|new) (?:is|are) THE_DOCUMENT"
            r"(?=\W*$|[,;]| (?:on|about|of|by|from|in|and)\b)"
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
        _asked_of_document(
            r"\blicen[cs]e\b|\bcopyright\b|\bcreative commons\b"
            r"|\b(?:re-?use|redistribute) (?:\w+ ){0,2}?(?:IT|THE_DOCUMENT|figures?|images?|tables?)\b"
        ),
        lambda source: source.licence,
        lambda source: re.compile(r"licen[cs]e|Creative Commons|©|International\b.*4\.0"),
    ),
    Field(
        "Issue",
        _asked_of_document(
            r"\bvolume (?:and issue|number|of the journal)|\bpage numbers?\b|\bwhich pages\b"
            r"|\b(?:in|of) (?:which|what) issue\b"
            r"|\b(?:which|what) issue (?:(?:is|was) (?:IT|THE_DOCUMENT)|of)\b"
            r"|\bjournal.{0,20}\bissue\b"
        ),
        _issue,
        _issue_stands,
    ),
    Field(
        "Peer review",
        _asked(r"\bpeer[- ]?review"),
        lambda source: ("yes: " if source.peer_reviewed else "no: ") + source.peer_review_basis,
        lambda source: re.compile(r"peer[- ]review(?:ed\b|-model|ed by)|^Academic Editor", re.IGNORECASE),
    ),
    Field(
        "Funding",
        _asked_of_document(
            r"\bwho (?:funded|paid for|sponsored) (?:IT\b|THE_DOCUMENT|(?:the |this )?(?:research|work)\b)"
            r"|\bTHE_DOCUMENT(?: \w+)? funded\b|\bfunding\b|\bfinancial support\b"
        ),
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
