"""A turn of the conversation as HTML: its question, and its answer as far as it is ready.

The section's data attributes are for the scripts of the page: which request it belongs to, how far it is,
the sentence that a screen reader speaks, and what later questions may lean on.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Literal

from assistant.feedback import reasons
from assistant.limits import IDENTIFIER
from assistant.parts import Found
from assistant.records import Answer
from assistant.render import OUTCOMES, direct_words, measured
from assistant.render_html import render_answer_html
from assistant.render_parts import edit_button
from assistant.replay import turn_json
from assistant.report import report
from assistant.report_text import plain_report
from ingest.records import Source

SEARCHING = "Searching the sources …"
_State = Literal["asking", "done", "problem"]


def render_asking_html(
    request: str, question: str, found: Sequence[Found] = (), so_far: Answer | None = None
) -> str:
    """A question that is being answered.

    Args:
        request: name that the browser gave to the request.
        question: as it was asked.
        found: what was retrieved for each part of the question so far.
        so_far: the answer without its comparison, once the quotes are there.
    """
    status = SEARCHING
    if found:
        passages = sum(item.passages for item in found)
        names = len({name for item in found for name in item.source_ids})
        status = (
            f"{_counted(passages, 'passage')} of {_counted(names, 'source')} found in "
            f"{found[-1].seconds:.2f} s. Reading …"
        )
    shown = ""
    if so_far is not None:
        shown = render_answer_html(so_far)
        status = f"{_counted(len(so_far.citations), 'quote')} after {so_far.seconds:.2f} s. Comparing …"
    content = shown + f'<p class="pending">{escape(status)}</p>'
    return _section(request, "asking", question, content, SEARCHING)


def render_answered_html(request: str, answer: Answer, sources: Iterable[Source], day: date) -> str:
    """An answered question with what can be done with the answer.

    Args:
        request: name that the browser gave to the request.
        answer: the answer.
        sources: records of the corpus, to name the sources that were searched.
        day: of today, for the text to copy.
    """
    content = render_answer_html(answer, sources) + _use(answer, day)
    turn = json.dumps(turn_json(answer.turn()))
    private = ' data-private=""' * (IDENTIFIER in answer.limits)
    extra = f' data-answer="{escape(answer.id)}" data-turn="{escape(turn)}"{private}'
    return _section(request, "done", answer.question, content, _spoken(answer), extra)


def render_problem_html(request: str, question: str, problem: str) -> str:
    """A question that could not be answered, and why."""
    return _section(request, "problem", question, f'<p class="problem">{escape(problem)}</p>', problem)


def _section(request: str, state: _State, question: str, content: str, spoken: str, extra: str = "") -> str:
    heading = (
        f'<h2 class="question" dir="auto" tabindex="-1">{escape(question)}</h2>' if question.strip() else ""
    )
    return (
        f'<section class="turn" data-request="{escape(request)}" data-state="{state}" '
        f'data-spoken="{escape(spoken)}"{extra}>{heading}{content}</section>'
    )


def _spoken(answer: Answer) -> str:
    """The answer in sentences for a live region: the outcome, the direct line, how sure, quotes of whom."""
    sources = len({citation.source.id for citation in answer.citations})
    counts = f"{_counted(len(answer.citations), 'quote')} from {_counted(sources, 'source')}."
    direct = " ".join(direct_words(answer).split())
    sentences = (
        *answer.limits,
        f"{OUTCOMES[answer.status]}.",
        direct,
        measured(answer),
        counts * bool(answer.citations),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _use(answer: Answer, day: date) -> str:
    text = plain_report(report([answer], day))
    return (
        '<footer class="use"><div class="tools">'
        + f'<button type="button" class="tool" data-action="copy" data-copy="{escape(text)}">Copy</button>'
        + '<button type="button" class="tool" data-action="link">Copy link</button>'
        + edit_button(answer.standalone_question, "Edit question")
        + '<span class="judge" role="group" aria-label="Was this right?"><span>Was this right?</span>'
        + '<button type="button" class="tool" data-verdict="right" aria-pressed="false">Yes</button>'
        + '<button type="button" class="tool" data-verdict="wrong" aria-pressed="false">No</button></span>'
        + "</div>"
        + _judgement(answer)
        + f'<p class="meta">Answered in {answer.seconds:.2f} s · answer {escape(answer.id)} · '
        + f"corpus {escape(answer.corpus[:12])}</p></footer>"
    )


def _judgement(answer: Answer) -> str:
    """The form that asks why an answer was not right; hidden until it is called for."""
    choices = "".join(
        f'<label><input type="radio" name="reason" value="{code}"> {escape(words)}</label>'
        for code, words in reasons(answer).items()
    )
    return (
        '<form class="judgement" hidden><fieldset><legend>What was wrong?</legend>'
        + choices
        + '</fieldset><label class="note">In your words (no patient data)'
        + '<textarea name="note" rows="2" maxlength="1000"></textarea></label>'
        + '<p class="muted">Kept in this browser only. It changes no answer by itself.</p>'
        + '<p><button type="submit" class="tool">Keep</button> '
        + '<button type="button" class="tool" data-action="case">Save as a draft evaluation case</button></p>'
        + "</form>"
    )
