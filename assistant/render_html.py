"""An answer as HTML. Everything from a document or a user is escaped.

The text content of an element of class "quote" is the quote, character by character; of class "said" and
"words" it is words of a quote, as they stand in it.
"""

from collections.abc import Iterable, Mapping
from html import escape

from assistant.records import Answer, Citation, CitedReference, Comparison, Figure, Nearest
from assistant.render import (
    MISSING,
    NEAREST,
    OUTCOMES,
    REPORTS,
    SUGGESTIONS,
    UNDERSTOOD,
    address,
    badges,
    direct_span,
    figure_words,
    groups,
    measured,
    names_of,
    own_statements,
    vancouver,
)
from assistant.render_parts import (
    TAB,
    badges_html,
    cite_button,
    document_path,
    edit_button,
    linked,
    listed,
    marked_quote,
    place_html,
    question_button,
    source_html,
)
from ingest.records import Source

NEXT = "Questions to go on with"
SEARCHED = "Searched:"
COMPARED = "Where the sources agree and differ"
# Sources that are named as searched. Source: a third of a screen.
_NAMED = 12


def render_answer_html(answer: Answer, sources: Iterable[Source] = ()) -> str:
    """The answer as the content of one element.

    Args:
        answer: the answer.
        sources: records of the corpus, to name the sources that were searched.
    """
    return (
        f'<article class="answer answer-{escape(answer.status)}" data-answer="{escape(answer.id)}">'
        + _opening(answer)
        + _direct(answer)
        + _verdict(answer)
        + listed("notices", "Notes", answer.notices)
        + _not_held(answer, sources)
        + "".join(_group(source, citations) for source, citations in groups(answer.citations))
        + _comparison(answer)
        + _nearest(answer.nearest)
        + _references(answer)
        + _suggestions(answer)
        + "</article>"
    )


def _opening(answer: Answer) -> str:
    limits = "".join(f'<p class="limit" dir="auto">{escape(limit)}</p>' for limit in answer.limits)
    standalone = answer.standalone_question
    understood = (
        f'<p class="understood"><span dir="auto">{UNDERSTOOD} {escape(standalone)}</span> '
        f"{edit_button(standalone, 'Edit')}</p>"
    )
    return limits + understood * (standalone != answer.question)


def _verdict(answer: Answer) -> str:
    outcome = f'<p class="outcome">{OUTCOMES[answer.status]}</p>'
    return f'<div class="verdict">{outcome}{_measured(answer)}</div>'


def _measured(answer: Answer) -> str:
    """How often such answers were right: in words, and as the filled part of a bar."""
    if answer.band is None:
        return ""
    bar = (
        f'<meter min="0" max="{answer.band.cases}" value="{answer.band.right}" '
        f'aria-label="{answer.band.right} of {answer.band.cases} right"></meter>'
    )
    return f'<p class="measured">{bar * (answer.band.cases > 0)} {escape(measured(answer))}</p>'


def _direct(answer: Answer) -> str:
    """The answer in a line: its own words where it has some, else the first quote or its answering words."""
    own = own_statements(answer)
    if own:
        items = "".join(
            f'<p class="statement" dir="auto">{escape(statement.text)} '
            + "".join(cite_button(n) for n in statement.citations)
            + "</p>"
            for statement in own
        )
        return f'<div class="direct statements">{items}</div>'
    if not answer.citations:
        return ""
    first = answer.citations[0]
    start, end = direct_span(first)
    before, after = "… " * (start > first.start), " …" * (end < first.end)
    words = marked_quote(first, (start, end))
    return (
        f'<p class="direct" dir="auto">“{before}<span class="words">{words}</span>{after}” '
        f"{cite_button(first.n)}</p>"
    )


def _group(source: Source, citations: tuple[Citation, ...]) -> str:
    return (
        f'<section class="source">{source_html(source)}'
        + "".join(_quotation(citation) for citation in citations)
        + "</section>"
    )


def _quotation(citation: Citation) -> str:
    start, end = citation.highlight or (citation.start, citation.start)
    return (
        f'<div class="quotation" data-number="{citation.n}" data-source="{escape(citation.source.id)}" '
        f'data-span="{citation.start}-{citation.end}" data-words="{start}-{end}">'
        + f'<p class="where">{cite_button(citation.n)} {place_html(citation)}</p>'
        + (_table_row(citation) if _is_table_row(citation) else _blockquote(citation))
        + _figures(citation.figures)
        + _reported(citation.cited_as)
        + "</div>"
    )


def _blockquote(citation: Citation) -> str:
    lead_in = f'<p class="lead-in" dir="auto">{escape(citation.lead_in)}</p>' if citation.lead_in else ""
    return f'{lead_in}<blockquote class="quote" dir="auto">{marked_quote(citation)}</blockquote>'


def _is_table_row(citation: Citation) -> bool:
    return "\t" in citation.quote and "\n" not in citation.quote


def _table_row(citation: Citation) -> str:
    """A row under its table's caption and column heads. A tab stays, at the end of the cell before it."""
    *caption, heads = citation.lead_in.splitlines() or [""]
    if "\t" not in heads:
        caption, heads = [*caption, heads], ""
    words = " ".join(line for line in caption if line)
    cells = marked_quote(citation).split(TAB)
    return (
        '<div class="table-scroll"><table>'
        + (f'<caption class="lead-in">{escape(words)}</caption>' if words else "")
        + (f'<thead class="lead-in"><tr>{_cells("th", heads.split(chr(9)))}</tr></thead>' if heads else "")
        + '<tbody><tr class="quote">'
        + "".join(f"<td>{cell}{TAB}</td>" for cell in cells[:-1])
        + f"<td>{cells[-1]}</td></tr></tbody></table></div>"
    )


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)


def _figures(figures: Iterable[Figure]) -> str:
    items = "".join(f'<li dir="auto">{escape(figure_words(figure))}</li>' for figure in figures)
    return f'<ul class="figures" aria-label="What the numbers mean">{items}</ul>' if items else ""


def _reported(entries: tuple[CitedReference, ...]) -> str:
    numbers = ", ".join(str(entry.number) for entry in entries)
    items = "".join(
        f'<li dir="auto">its reference {entry.number}: {escape(entry.text)}</li>' for entry in entries
    )
    heading = f'<summary>{REPORTS} <span class="muted">its reference {numbers}</span></summary>'
    return f'<details class="cited-as">{heading}<ul>{items}</ul></details>' if items else ""


def _comparison(answer: Answer) -> str:
    """The pairs of quotes on one point, each pair side by side."""
    by_number = {citation.n: citation for citation in answer.citations}
    pairs = "".join(_pair(pair, by_number) for pair in answer.comparison)
    return f'<section class="comparison"><h3>{COMPARED}</h3>{pairs}</section>' if pairs else ""


def _pair(pair: Comparison, by_number: Mapping[int, Citation]) -> str:
    sides = "".join(_side(n, by_number.get(n)) for n in pair.citations)
    relation = f'<span class="relation">{escape(pair.relation)}</span>'
    return (
        f'<div class="pair pair-{escape(pair.relation.replace(" ", "-"))}">'
        f'<p class="point" dir="auto">{relation} on {escape(pair.point)}</p>'
        f'<div class="sides">{sides}</div><p class="reason" dir="auto">{escape(pair.reason)}</p></div>'
    )


def _side(n: int, citation: Citation | None) -> str:
    if citation is None:
        return f'<div class="side">{cite_button(n)}</div>'
    about = " · ".join(badges(citation.source))
    return (
        f'<div class="side"><p class="label" dir="auto">{cite_button(n)} {escape(citation.source.label)}</p>'
        f'<p class="muted">{escape(about)}</p>'
        f'<blockquote class="said" dir="auto">{marked_quote(citation)}</blockquote></div>'
    )


def _not_held(answer: Answer, sources: Iterable[Source]) -> str:
    """What is not answered, unless it is the whole question, and where it was looked for."""
    if answer.status == "answered":
        return ""
    whole = answer.missing in ((answer.question,), (answer.standalone_question,))
    names = names_of(answer.sources_searched[:_NAMED], answer, sources)
    more = len(answer.sources_searched) - len(names)
    searched = "; ".join((*names, *[f"and {more:,} more"] * (more > 0)))
    return listed("missing", MISSING.rstrip(":"), () if whole else answer.missing) + (
        f'<p class="searched" dir="auto"><strong>{SEARCHED}</strong> {escape(searched)}.</p>' if names else ""
    )


def _nearest(passages: Iterable[Nearest]) -> str:
    items = "".join(f"<li>{_near(item)}</li>" for item in passages)
    return f'<section class="nearest"><h3>{NEAREST}</h3><ul>{items}</ul></section>' if items else ""


def _near(item: Nearest) -> str:
    """A passage that comes near, with the way to its place in the source."""
    path = document_path(item.source.id, (item.start, item.end))
    return (
        f'<blockquote class="near" dir="auto">{escape(item.text)}</blockquote>'
        f'<p class="where" dir="auto"><a href="{escape(path)}">{escape(item.source.label)}</a> '
        f"{escape(item.section)}</p>{badges_html(item.source)}"
    )


def _suggestions(answer: Answer) -> str:
    items = "".join(f"<li>{question_button(question)}</li>" for question in answer.suggestions)
    heading = NEXT if answer.status == "answered" else SUGGESTIONS
    return f'<section class="suggestions"><h3>{heading}</h3><ul>{items}</ul></section>' if items else ""


def _references(answer: Answer) -> str:
    items = []
    for source, citations in groups(answer.citations):
        numbers = "".join(f"[{citation.n}]" for citation in citations)
        items.append(
            f'<li dir="auto">{numbers} {escape(vancouver(source))} {linked(source, address(source))}</li>'
        )
    if not items:
        return ""
    return f'<section class="references"><h3>References</h3><ul>{"".join(items)}</ul></section>'
