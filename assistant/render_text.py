"""An answer as plain text for a terminal."""

import re
from collections.abc import Iterable

from assistant.records import Answer, Citation
from assistant.render import (
    MISSING,
    NEAREST,
    OUTCOMES,
    REPORTS,
    SUGGESTIONS,
    UNDERSTOOD,
    address,
    badges,
    comparison_words,
    figure_words,
    groups,
    measured,
    names_of,
    own_statements,
    place,
    vancouver,
    web_link,
)
from ingest.records import Source

_INDENT = "    "
# Control characters but tab and line end, and those that change the direction of the text after them.
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render_text(answer: Answer, sources: Iterable[Source] = ()) -> str:
    """The answer as text, without a final line end.

    Quotes stand in it character by character, but for control and direction characters, which a terminal
    would obey: those are written as escapes.

    Args:
        answer: the answer.
        sources: records of the corpus, to name the sources that were searched.
    """
    sections = [
        _opening(answer),
        _not_held(answer, sources),
        _own_words(answer),
        *(_group(source, citations) for source, citations in groups(answer.citations)),
        _comparison(answer),
        _nearest(answer),
        _listed(SUGGESTIONS, answer.suggestions if answer.missing else ()),
        _references(answer),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _opening(answer: Answer) -> list[str]:
    lines = [OUTCOMES[answer.status].upper(), f"Question: {_line(answer.question)}"]
    if answer.standalone_question != answer.question:
        lines.append(f"{UNDERSTOOD} {_line(answer.standalone_question)}")
    lines += [_line(measured(answer))] * (answer.band is not None)
    lines = [*(_line(limit) for limit in answer.limits), *lines]
    return lines + [f"Note: {_line(notice)}" for notice in answer.notices]


def _own_words(answer: Answer) -> list[str]:
    lines = []
    for statement in own_statements(answer):
        numbers = "".join(f"[{n}]" for n in statement.citations)
        lines.append(f"{_line(statement.text)} {numbers}".rstrip())
    return lines


def _group(source: Source, citations: tuple[Citation, ...]) -> list[str]:
    lines = [_line(source.label), _line(" · ".join(badges(source)))]
    if web_link(source):
        lines.append(_line(web_link(source)))
    for citation in citations:
        where = place(citation)
        lines += ["", f"[{citation.n}] {_line(where)}".rstrip()]
        if citation.lead_in:
            lines += [_INDENT + _printable(line) for line in citation.lead_in.splitlines() if line]
        lines.append(f"{_INDENT}“{_printable(citation.quote)}”")
        lines += [_INDENT + _line(figure_words(figure)) for figure in citation.figures]
        if citation.cited_as:
            lines.append(_INDENT + REPORTS)
            lines += [
                f"{_INDENT}  its reference {entry.number}: {_line(entry.text)}" for entry in citation.cited_as
            ]
    return lines


def _comparison(answer: Answer) -> list[str]:
    return [
        f"[{pair.citations[0]}] and [{pair.citations[1]}] {_line(comparison_words(pair))}"
        for pair in answer.comparison
    ]


def _not_held(answer: Answer, sources: Iterable[Source]) -> list[str]:
    lines = _listed(MISSING, answer.missing)
    if answer.status != "answered" and answer.sources_searched:
        lines += _listed("Searched:", names_of(answer.sources_searched, answer, sources))
    return lines


def _nearest(answer: Answer) -> list[str]:
    lines = [NEAREST.upper()] if answer.nearest else []
    for item in answer.nearest:
        about = " · ".join((item.source.label, *badges(item.source), *([item.section] * bool(item.section))))
        lines += [f"{_INDENT}“{_printable(item.text)}”", f"{_INDENT}{_line(about)}"]
    return lines


def _listed(heading: str, items: Iterable[str]) -> list[str]:
    lines = [f"  - {_line(item)}" for item in items]
    return [heading, *lines] if lines else []


def _references(answer: Answer) -> list[str]:
    lines = ["References"] if answer.citations else []
    for source, citations in groups(answer.citations):
        numbers = "".join(f"[{citation.n}]" for citation in citations)
        lines.append(_line(f"{numbers} {vancouver(source)} {address(source)}"))
    return lines


def _line(text: str) -> str:
    """The text on one line."""
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """The text with characters that steer a terminal or the direction of writing made visible."""
    return _STEERS.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)
