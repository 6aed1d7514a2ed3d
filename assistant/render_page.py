"""The parts of the chat page that are not an answer, as HTML: head, sources, examples, conversation."""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.examples import Topic
from assistant.records import Answer
from assistant.render import OUTCOMES
from assistant.render_html import render_answer_html
from assistant.render_parts import question_button, source_html
from ingest.records import Source

TITLE = "Kyphoplasty assistant"
_EMPTY_PANEL = "Choose a citation number, such as [1], to read its quote in the source."


def render_head_html() -> str:
    """The title and what the page is for."""
    return f"<h1>{TITLE}</h1><p>Complications of kyphoplasty and vertebroplasty, answered in quotes.</p>"


def render_purpose_html(sources: Sequence[Source]) -> str:
    """The line that stays in sight."""
    return (
        f"<p>Literature look-up in {len(sources)} named sources. "
        "<strong>Not for emergencies, not for patients.</strong></p>"
    )


def render_sources_html(sources: Sequence[Source]) -> str:
    """The list of the sources, closed at first."""
    items = "".join(f"<li>{source_html(source)}</li>" for source in sources)
    return f"<details><summary>The {len(sources)} sources</summary><ul>{items}</ul></details>"


def render_examples_html(topics: Iterable[Topic], *, opened: bool) -> str:
    """Example questions by topic, each a button that asks it."""
    groups = "".join(
        f"<section><h2>{escape(topic.name)}</h2><ul>"
        + "".join(f"<li>{question_button(question)}</li>" for question in topic.questions)
        + "</ul></section>"
        for topic in topics
    )
    state = " open" if opened else ""
    return f'<details{state}><summary>Example questions</summary><div class="topics">{groups}</div></details>'


def render_conversation_html(
    answers: Sequence[Answer], sources: Sequence[Source], *, asking: str | None = None, problem: str = ""
) -> str:
    """The conversation so far.

    Args:
        answers: to the earlier questions, oldest first.
        sources: records of the corpus, to name the sources that were searched.
        asking: a question that is being answered, or that could not be; None if there is none.
        problem: why it could not be answered; empty if it is being answered or there is none.
    """
    turns = [_turn(answer.question, render_answer_html(answer, sources)) for answer in answers]
    status = OUTCOMES[answers[-1].status] if answers else ""
    if problem:
        status = problem
        turns.append(_turn(asking or "", f'<p class="problem">{escape(problem)}</p>'))
    elif asking is not None:
        status = "Searching the sources …"
        turns.append(_turn(asking, f'<p class="pending">{status}</p>'))
    return f'<p class="visually-hidden" role="status">{escape(status)}</p>' + "".join(turns)


def render_empty_panel_html() -> str:
    """What the panel says while no citation is chosen."""
    return f'<p class="muted">{_EMPTY_PANEL}</p>'


def render_gone_panel_html() -> str:
    """What the panel says of a citation whose answer is no longer in the session."""
    return '<p class="muted">This answer is no longer in memory. Ask the question again.</p>'


def _turn(question: str, content: str) -> str:
    asked = f'<h2 class="question" dir="auto">{escape(question)}</h2>' if question else ""
    return f'<section class="turn">{asked}{content}</section>'
