"""What an answer is shown as, whatever it is shown in: the words that text and HTML have in common.

Nothing here decides anything about the answer; it names, groups and formats what the records hold.
"""

from collections.abc import Iterable
from itertools import takewhile
from urllib.parse import urlsplit

from assistant.records import Answer, Citation, Comparison, Figure, Statement, Status
from ingest.records import Procedure, Source, Span

PURPOSE = "Literature look-up in named sources. Not for emergencies, not for patients."
OUTCOMES: dict[Status, str] = {
    "answered": "Answered in these sources",
    "partial": "Partly answered in these sources",
    "not_in_sources": "Not in these sources",
}
MISSING = "Not answered:"
NEAREST = "Near the question, not an answer"
SUGGESTIONS = "Questions that the sources answer"
REPORTS = "Reports another study:"
UNDERSTOOD = "Understood as:"
MEASURED = (
    "Of {cases} evaluation questions answered with such confidence, the first quote was right in {right}."
)
SHARE_OF = "share of: {value}"
PROCEDURE = "procedure: {value}"
FOUND_BY = "found by: {value}"
COMPARISON = "{relation} on {point}: {reason}"
NOT_EVIDENCE = "patient information, not clinical evidence"
UNDATED = "undated"
PEER_REVIEWED = "peer-reviewed"
NOT_PEER_REVIEWED = "not peer-reviewed"
ABSTRACT_ONLY = "abstract only"
ABOUT: dict[Procedure, str] = {
    "kyphoplasty": "about kyphoplasty",
    "vertebroplasty": "about vertebroplasty",
    "both": "about kyphoplasty and vertebroplasty",
    "other": "about another subject",
}
# A first quote up to this long is the direct line as a whole; of a longer one its answering words are.
# Source: two lines of the page on a laptop; not measured.
_DIRECT_CHARACTERS = 200
# Authors named before "et al." Source: the Vancouver style of the ICMJE and the NLM names six.
_AUTHORS_NAMED = 6


def badges(source: Source) -> tuple[str, ...]:
    """What a reader must know to judge a quote from the source, in a few words each."""
    patient = source.kind == "patient information"
    found = [
        NOT_EVIDENCE if patient else source.kind,
        f"n = {source.sample_size}" if source.sample_size is not None else "",
        str(source.year) if source.year is not None else UNDATED,
        PEER_REVIEWED if source.peer_reviewed else NOT_PEER_REVIEWED,
        ABSTRACT_ONLY if source.abstract_only else "",
        ABOUT[source.about],
    ]
    return tuple(badge for badge in found if badge)


def cautions(source: Source) -> tuple[str, ...]:
    """Those of the badges that say why a quote from the source counts for less."""
    weak = {NOT_EVIDENCE, "n = 1", UNDATED, NOT_PEER_REVIEWED, ABSTRACT_ONLY}
    return tuple(badge for badge in badges(source) if badge in weak)


def groups(citations: Iterable[Citation]) -> tuple[tuple[Source, tuple[Citation, ...]], ...]:
    """The citations by source, sources in order of appearance, the order within a source kept."""
    by_id: dict[str, list[Citation]] = {}
    for citation in citations:
        by_id.setdefault(citation.source.id, []).append(citation)
    return tuple((group[0].source, tuple(group)) for group in by_id.values())


def own_statements(answer: Answer) -> tuple[Statement, ...]:
    """The statements that are not themselves quotes, and so must be shown beside them."""
    quotes = {citation.quote for citation in answer.citations}
    return tuple(statement for statement in answer.statements if statement.text not in quotes)


def direct_span(first: Citation) -> Span:
    """The part of an answer's first quote that is its direct line: all of a short one, else what answers."""
    if first.highlight is None or len(first.quote) <= _DIRECT_CHARACTERS:
        return first.start, first.end
    return first.highlight


def direct_words(answer: Answer) -> str:
    """The answer in a line: its own words where it has some, else those of its first quote; else empty."""
    own = own_statements(answer)
    if own or not answer.citations:
        return " ".join(statement.text for statement in own)
    first = answer.citations[0]
    start, end = direct_span(first)
    before, after = "… " * (start > first.start), " …" * (end < first.end)
    return f"“{before}{first.quote[start - first.start : end - first.start]}{after}”"


def measured(answer: Answer) -> str:
    """How often answers of such confidence were right, in a sentence; empty if that was not measured."""
    if answer.band is None:
        return ""
    return MEASURED.format(cases=answer.band.cases, right=answer.band.right)


def figure_words(figure: Figure) -> str:
    """What a rate or a dose means: "41% – share of: patients; procedure: kyphoplasty; found by: CT"."""
    parts = [SHARE_OF.format(value=figure.share_of)] if figure.share_of else []
    parts.append(PROCEDURE.format(value=figure.procedure))
    parts += [FOUND_BY.format(value=figure.found_by)] if figure.found_by else []
    return f"{figure.text} – {'; '.join(parts)}"


def comparison_words(pair: Comparison) -> str:
    """How two citations relate, after their numbers: "differ on rate of leakage: 41% and 80%"."""
    return COMPARISON.format(relation=pair.relation, point=pair.point, reason=pair.reason)


def place(citation: Citation) -> str:
    """Where in its source a quote stands: section and page; empty if the source has neither."""
    page = f"page {citation.page}" if citation.page is not None else ""
    return ", ".join(part for part in (citation.section, page) if part)


def web_link(source: Source) -> str:
    """The address of the original if it is one that a browser may safely open, else empty."""
    try:
        address = urlsplit(source.link)
    except ValueError:
        return ""
    return source.link if address.scheme in ("http", "https") and address.netloc else ""


def names_of(ids: Iterable[str], answer: Answer, sources: Iterable[Source]) -> tuple[str, ...]:
    """Short names of sources; the id where no record of a source is at hand.

    Args:
        ids: of the sources.
        answer: holds the records of the sources that it cites or comes near to.
        sources: further records.
    """
    known = [
        *sources,
        *(citation.source for citation in answer.citations),
        *(near.source for near in answer.nearest),
    ]
    labels = {source.id: source.label for source in known}
    return tuple(labels.get(name, name) for name in ids)


def vancouver(source: Source) -> str:
    """The source as an entry of a reference list in Vancouver style, without its address.

    "Mao Z, Xiong ZH. Title. Journal. 2024;12(10):1837-1843."; what the source lacks is left out.
    """
    issue = f"({source.issue})" if source.issue else ""
    pages = f":{source.pages}" if source.pages else ""
    year = str(source.year) if source.year is not None else "Undated"
    where = f"{year};{source.volume}{issue}{pages}" if source.volume else year
    kind = "" if source.journal else f" [{source.kind}]"
    parts = [_authors(source.authors), source.title + kind, source.journal, where]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)


def address(source: Source) -> str:
    """How a reference list names the place of the original: doi or URL; empty if it has neither."""
    return f"doi:{source.doi}" if source.doi else source.url


def _authors(names: tuple[str, ...]) -> str:
    written = [_author(name) for name in names[:_AUTHORS_NAMED]]
    return ", ".join(written + ["et al"] * (len(names) > _AUTHORS_NAMED))


def _author(name: str) -> str:
    """Family name and initials: "Zhi-Hong Xiong" becomes "Xiong ZH", "Jan van der Berg" "van der Berg J"."""
    words = name.split()
    if len(words) < 2:
        return name
    particles = list(takewhile(str.islower, reversed(words[1:-1])))
    given = words[: len(words) - 1 - len(particles)]
    initials = "".join(part[0].upper() for word in given for part in word.split("-") if part)
    return " ".join([*reversed(particles), words[-1], initials])
