"""An answer as HTML. Everything from a document or a user is escaped.

The text content of an element of class "quote" is the quote, character by character.
"""

from collections.abc import Iterable
from html import escape

from assistant.records import Answer, Citation, CitedReference, Figure, Nearest
from assistant.render import (
    MISSING,
    NEAREST,
    OUTCOMES,
    REPORTS,
    SUGGESTIONS,
    UNDERSTOOD,
    address,
    comparison_words,
    figure_words,
    groups,
    measured,
    names_of,
    own_statements,
    vancouver,
)
from assistant.render_parts import (
    TAB,
    cite_button,
    linked,
    marked_quote,
    place_html,
    question_button,
    source_html,
)
from ingest.records import Source


def render_answer_html(answer: Answer, sources: Iterable[Source] = ()) -> str:
    """The answer as the content of one element.

    Args:
        answer: the answer.
        sources: records of the corpus, to name the sources that were searched.
    """
    return (
        f'<article class="answer answer-{escape(answer.status)}">'
        + _opening(answer)
        + _not_held(answer, sources)
        + _own_words(answer)
        + "".join(_group(answer, source, citations) for source, citations in groups(answer.citations))
        + _comparison(answer)
        + _nearest(answer.nearest)
        + _suggestions(answer.suggestions)
        + _references(answer)
        + "</article>"
    )


def _opening(answer: Answer) -> str:
    understood = f'<p class="understood" dir="auto">{UNDERSTOOD} {escape(answer.standalone_question)}</p>'
    return (
        "".join(f'<p class="limit" dir="auto">{escape(limit)}</p>' for limit in answer.limits)
        + f'<p class="outcome">{OUTCOMES[answer.status]}</p>'
        + f'<p class="measured">{escape(measured(answer))}</p>' * (answer.band is not None)
        + understood * (answer.standalone_question != answer.question)
        + _list("notices", "Notes", answer.notices)
    )


def _own_words(answer: Answer) -> str:
    items = "".join(
        f'<p class="statement" dir="auto">{escape(statement.text)} '
        + "".join(cite_button(answer, n) for n in statement.citations)
        + "</p>"
        for statement in own_statements(answer)
    )
    return f'<div class="statements">{items}</div>' if items else ""


def _group(answer: Answer, source: Source, citations: tuple[Citation, ...]) -> str:
    return (
        f'<section class="source">{source_html(source)}'
        + "".join(_quotation(answer, citation) for citation in citations)
        + "</section>"
    )


def _quotation(answer: Answer, citation: Citation) -> str:
    first = " most-direct" if citation.n == 1 else ""
    return (
        f'<div class="quotation{first}">'
        + f'<p class="where">{cite_button(answer, citation.n)} {place_html(citation)}</p>'
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


def _reported(entries: Iterable[CitedReference]) -> str:
    items = "".join(
        f'<li dir="auto">its reference {entry.number}: {escape(entry.text)}</li>' for entry in entries
    )
    return f'<div class="cited-as"><p>{REPORTS}</p><ul>{items}</ul></div>' if items else ""


def _comparison(answer: Answer) -> str:
    items = "".join(
        f"<li>{cite_button(answer, pair.citations[0])} and {cite_button(answer, pair.citations[1])} "
        f"{escape(comparison_words(pair))}</li>"
        for pair in answer.comparison
    )
    return f'<ul class="comparison">{items}</ul>' if items else ""


def _not_held(answer: Answer, sources: Iterable[Source]) -> str:
    searched = ""
    if answer.status != "answered":
        searched = _list("searched", "Searched", names_of(answer.sources_searched, answer, sources))
    return _list("missing", MISSING.rstrip(":"), answer.missing) + searched


def _nearest(passages: Iterable[Nearest]) -> str:
    items = "".join(
        f'<li><blockquote class="near" dir="auto">{escape(item.text)}</blockquote>'
        f"{source_html(item.source)}"
        + (f'<p class="muted">{escape(item.section)}</p>' if item.section else "")
        + "</li>"
        for item in passages
    )
    return f'<section class="nearest"><h3>{NEAREST}</h3><ul>{items}</ul></section>' if items else ""


def _suggestions(questions: Iterable[str]) -> str:
    items = "".join(f"<li>{question_button(question)}</li>" for question in questions)
    return f'<section class="suggestions"><h3>{SUGGESTIONS}</h3><ul>{items}</ul></section>' if items else ""


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


def _list(name: str, heading: str, items: Iterable[str]) -> str:
    rows = "".join(f'<li dir="auto">{escape(item)}</li>' for item in items)
    return f'<div class="{name}"><p>{heading}</p><ul>{rows}</ul></div>' if rows else ""
