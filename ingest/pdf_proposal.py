"""What a PDF says of itself: title, authors, year and DOI, from its first pages and its properties."""

import re
from collections.abc import Mapping, Sequence

from ingest.mapped_text import MappedText
from ingest.parsed import Proposal
from ingest.pdf_parts import Part

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>,;]+[^\s\"<>,;.)\]]")
_DATED = re.compile(
    r"(?:published|publication date|accepted|©|\(c\)|copyright)[^.\n]{0,40}?\b((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_BESIDE_A_JOURNAL = re.compile(r"\b((?:19|20)\d\d)\s*[;,:]\s*\d{1,4}\b|\b\d{1,4}\s*\(((?:19|20)\d\d)\)")
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|document\d*|slide \d|powerpoint|layout \d)"
    r"|\.(?:docx?|pdf|tex|indd|qxd|dvi|ps|rtf)\b|^\W*$",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|·|•|\band\b)\s*")
_DEGREES = re.compile(r"^(?:MD|PhD|MSc|BSc|MPH|MS|MBBS|FRCS|FRCR|DO|RN|Dr|Prof|Jr|Sr|M\.D\.|Ph\.D\.)\.?$")
_MARKS = re.compile(r"[\d*†‡§¶#+$∗⁎\u00b9\u00b2\u00b3\u2070-\u209f|]+")
# Words of a name begin with a capital, but for particles: "Ludwig van den Berg".
_NAME = re.compile(
    r"^(?!The |A |In |Of )(?P<word>[^\W\d_a-z][\w.’'-]*)"
    r"(?: (?:(?:de|da|di|del|der|den|van|von|la|le|bin|al|el|ter|y|e)\b|[^\W\d_a-z][\w.’'-]*)){1,4}$"
)
_NO_NAME = re.compile(
    r"universit|hospital|department|institut|school|college|center|centre|journal|abstract|faculty|clinic"
    r"|correspond|received|author|article|review|guideline|society|association|administration|agency"
    r"|information|service|committee|office|ministry|council|@|http",
    re.IGNORECASE,
)
_MOST_WORDS = 40


def propose(pages: Sequence[Sequence[Part]], properties: Mapping[str, str]) -> Proposal:
    """What the document says of itself, for a person to confirm.

    Args:
        pages: parts of the first pages, in reading order.
        properties: of the file.
    """
    found_in: dict[str, str] = {}
    parts = [part for part in pages[0] if part.text] if pages else []
    text = "\n".join(part.text for page in pages for part in page)
    in_file = "the file's properties"

    at = _title_at(parts)
    title = _spelt(" ".join(part.text for part in parts[at[0] : at[1]])) if at else ""
    found_in["title"] = "page 1"
    named = properties.get("title", "")
    if not title and named and not _NO_TITLE.search(named):
        title, found_in["title"] = named, in_file

    authors = _authors(parts, at[1]) if at else ()
    found_in["authors"] = "page 1"
    if not authors and properties.get("author"):
        authors = _names(properties["author"], at_least=1)
        found_in["authors"] = in_file

    doi = _DOI.search(text)
    found_in["doi"] = "page 1"
    dated = _DATED.search(text) or _BESIDE_A_JOURNAL.search(text)
    year = next((int(group) for group in dated.groups() if group), None) if dated else None
    found_in["year"] = "page 1"
    made = re.search(r"(?:19|20)\d\d", properties.get("creationDate", ""))
    if year is None and made:
        year, found_in["year"] = int(made.group()), "the date on which the file was made"
    values = {"title": title, "authors": authors, "year": year, "doi": doi.group() if doi else ""}
    return Proposal(
        title=title,
        authors=authors,
        year=year,
        doi=doi.group() if doi else "",
        found_in={field: where for field, where in found_in.items() if values[field]},
    )


def _spelt(text: str) -> str:
    """The text with ligatures spelt out, as it is quoted."""
    return MappedText.of_file(text).clean(markdown=False).text


def _title_at(parts: Sequence[Part]) -> tuple[int, int] | None:
    """Where the title stands among the parts of page 1: as a layout analysis says, else the largest."""
    own = [i for i, part in enumerate(parts) if part.kind == "title"]
    able = [
        i
        for i, part in enumerate(parts)
        if part.kind in ("heading", "text", "title")
        and 2 <= len(part.text.split()) <= _MOST_WORDS
        and any(character.isalpha() for character in part.text)
    ]
    candidates = own or able
    if not candidates:
        return None
    words = [len(part.text.split()) for part in parts]
    candidates = [i for i in candidates if sum(words[:i]) <= sum(words) / 2]  # what is larger below is none
    if not candidates:
        return None
    first = max(candidates, key=lambda i: (parts[i].size, -i))
    end = first + 1
    while end < len(parts) and end in candidates and parts[end].size == parts[first].size:
        end += 1
    return first, end


def _authors(parts: Sequence[Part], after: int) -> tuple[str, ...]:
    """The names in the first part after the title that holds some."""
    for part in parts[after : after + 4]:
        if part.text.lower().startswith(("abstract", "summary")):
            break
        names = _names(part.text, at_least=1)
        if names:
            return names
    return ()


def _names(text: str, at_least: int) -> tuple[str, ...]:
    """The names that a line of authors lists; none if it holds much that is no name."""
    pieces = [_MARKS.sub(" ", piece) for piece in _BETWEEN_NAMES.split(_spelt(text))]
    pieces = [" ".join(piece.split()).strip(" .,") for piece in pieces]
    pieces = [piece for piece in pieces if len(piece) > 1 and not _DEGREES.match(piece)]
    names = [piece for piece in pieces if _NAME.match(piece) and not _NO_NAME.search(piece)]
    if len(names) < at_least or len(names) < 0.7 * len(pieces) or len(names) > 100:
        return ()
    return tuple(dict.fromkeys(names))
