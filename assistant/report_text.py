"""A report as plain text and as Markdown. Quotes stand in it word for word."""

import re
from collections.abc import Iterator

from assistant.records import Answer, Citation
from assistant.render import (
    MISSING,
    NEAREST,
    OUTCOMES,
    REPORTS,
    UNDERSTOOD,
    badges,
    comparison_words,
    figure_words,
    measured,
    own_statements,
    place,
)
from assistant.report import Report

# Characters that Markdown, or HTML in it, gives a meaning to wherever they stand.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$])")
# What makes a list or a heading of the line that it opens: the character to escape.
_OPENS_LINE = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])", re.MULTILINE)


def plain_report(report: Report) -> str:
    """The report as plain text, as it is pasted into a letter or a note; ends with a line end."""
    blocks = []
    for answer in report.answers:
        blocks.append(f"Question: {answer.question}")
        blocks += before_quotes(answer)
        blocks += [_plain_quote(report, citation) for citation in answer.citations]
        blocks += after_quotes(answer)
    if report.sources:
        entries = (f"{n}. {entry}" for n, entry in enumerate(report.references(), 1))
        blocks.append("\n".join(("References", *entries)))
    blocks.append(report.provenance)
    return "\n\n".join(blocks) + "\n"


def _plain_quote(report: Report, citation: Citation) -> str:
    lead_in = f"{citation.lead_in}\n" if citation.lead_in else ""
    quote = f"{lead_in}“{citation.quote}” [{report.number(citation.source)}]"
    return "\n".join((quote, *about_quote(citation)))


def markdown_report(report: Report) -> str:
    """The report as Markdown; everything from a document or a user is escaped; ends with a line end."""
    blocks = ["# Kyphoplasty assistant", markdown(report.provenance)]
    for answer in report.answers:
        blocks.append(f"## {markdown(_one_line(answer.question))}")
        blocks += [markdown(line) for line in before_quotes(answer)]
        for citation in answer.citations:
            blocks += _markdown_quote(report, citation)
        blocks += [markdown(line) for line in after_quotes(answer)]
    if report.sources:
        entries = (f"{n}. {markdown(entry)}" for n, entry in enumerate(report.references(), 1))
        blocks += ["## References", "\n".join(entries)]
    return "\n\n".join(blocks) + "\n"


def _markdown_quote(report: Report, citation: Citation) -> Iterator[str]:
    if citation.lead_in:
        yield markdown(citation.lead_in).replace("\n", "\\\n")
    quote = markdown(citation.quote).replace("\n", "\\\n> ").replace("\t", "&#9;")
    yield f"> {quote}"
    about = "\\\n".join(markdown(line) for line in about_quote(citation))
    yield f"\\[{report.number(citation.source)}\\] {about}"


def markdown(text: str) -> str:
    """A text in Markdown that shows as it is."""
    return _OPENS_LINE.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def before_quotes(answer: Answer) -> list[str]:
    """What an answer says before its quotes, a line each."""
    lines = [*answer.limits]
    if answer.standalone_question != answer.question:
        lines.append(f"{UNDERSTOOD} {answer.standalone_question}")
    lines.append(f"{OUTCOMES[answer.status]}. {measured(answer)}".strip())
    lines += [f"Note: {notice}" for notice in answer.notices]
    lines += [f"{MISSING} {part}" for part in answer.missing]
    lines += [statement.text for statement in own_statements(answer)]
    return [_one_line(line) for line in lines]


def after_quotes(answer: Answer) -> list[str]:
    """What an answer says after its quotes, a line each: how they relate, and what is near the question."""
    labels = {citation.n: citation.source.label for citation in answer.citations}
    lines = [
        f"{' and '.join(labels.get(n, str(n)) for n in pair.citations)} {comparison_words(pair)}"
        for pair in answer.comparison
    ]
    lines += [f"{NEAREST}: “{near.text}” ({near.source.label})" for near in answer.nearest]
    return [_one_line(line) for line in lines]


def about_quote(citation: Citation) -> tuple[str, ...]:
    """Where a quote stands and what its source is worth, what its numbers mean, whom it reports."""
    reported = "; ".join(f"its reference {entry.number}: {entry.text}" for entry in citation.cited_as)
    lines = (
        " · ".join(
            part for part in (citation.source.label, place(citation), *badges(citation.source)) if part
        ),
        *(figure_words(figure) for figure in citation.figures),
        f"{REPORTS} {reported}" if reported else "",
    )
    return tuple(_one_line(line) for line in lines if line)


def _one_line(text: str) -> str:
    return " ".join(text.split())
