"""The fixed parts of the chat page as HTML: head, dialogs, examples, panel.

What stands in `hidden` elements and dialogs is shown by the scripts of the page.
"""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.examples import Topic
from assistant.render_parts import badges_html, document_path, purpose_html, question_button
from ingest.records import Source

TITLE = "Kyphoplasty assistant"
# Sources that are listed beside the chat. Source: about two screens of the panel.
_LISTED = 25
_EXPORTS = {
    "Conversation": {"markdown": "Markdown", "html": "HTML page", "pdf": "PDF"},
    "References": {"ris": "RIS", "bibtex": "BibTeX"},
}
_KEYS = {
    "Enter": "asks the question",
    "Shift + Enter": "breaks the line",
    "/": "goes to the question box",
    "1 … 9": "goes to the quote of that number in the last answer and opens its source",
    "Esc": "closes what is open",
    "?": "shows this list",
}


def render_head_html(*, history: bool) -> str:
    """The title, the line that stays in sight, the menu and the dialogs.

    Args:
        history: whether the browser keeps conversations.
    """
    kept = "browser" if history else "tab"
    conversations = '<button type="button" class="tool" data-action="history">History</button>'
    return (
        f'<header class="top" data-keeps="{kept}"><h1>{TITLE}</h1><nav aria-label="Page">'
        + conversations * history
        + '<button type="button" class="tool" data-action="new">New</button>'
        + _exports()
        + '<button type="button" class="tool" data-action="print">Print</button>'
        + '<a class="tool" href="/library">Library</a><a class="tool" href="/about">About</a>'
        + '<button type="button" class="tool" data-action="keys" aria-label="Keyboard">Keys</button>'
        + f"</nav></header>{purpose_html()}"
        + '<div class="visually-hidden" role="status" id="spoken"></div>'
        + '<p class="banner" id="banner" role="alert" hidden></p>'
        + _history() * history
        + _keys()
    )


def _exports() -> str:
    groups = "".join(
        f'<p class="menu-head">{name}</p>'
        + "".join(
            f'<button type="button" data-export="{form}">{words}</button>' for form, words in forms.items()
        )
        for name, forms in _EXPORTS.items()
    )
    summary = '<summary class="tool">Export</summary>'
    return f'<details class="menu">{summary}<div class="items">{groups}</div></details>'


def _history() -> str:
    return (
        '<dialog id="history" aria-labelledby="history-head"><div class="dialog-head">'
        '<h2 id="history-head">Conversations</h2>'
        '<button type="button" class="tool" data-action="close">Close</button></div>'
        '<p class="muted">Kept in this browser only.</p><p class="problem" id="history-problem" hidden></p>'
        '<ul id="conversations"></ul><p class="muted" id="no-conversations">No conversations yet.</p>'
        '<p class="dialog-foot"><button type="button" class="tool" data-action="judgements">'
        "Save judgements as draft cases</button>"
        '<button type="button" class="tool" data-action="delete-all">Delete all …</button></p></dialog>'
    )


def _keys() -> str:
    rows = "".join(f"<dt><kbd>{escape(key)}</kbd></dt><dd>{words}</dd>" for key, words in _KEYS.items())
    return (
        '<dialog id="keys" aria-labelledby="keys-head">'
        '<div class="dialog-head"><h2 id="keys-head">Keyboard</h2>'
        '<button type="button" class="tool" data-action="close">Close</button></div>'
        f"<dl>{rows}</dl>"
        '<p><label><input type="checkbox" id="single-keys" checked> '
        "Single keys (/, 1 … 9, ?) are on</label></p></dialog>"
    )


def render_examples_html(topics: Iterable[Topic]) -> str:
    """Example questions by topic, each a button that asks it; open until a question is asked."""
    groups = "".join(
        f"<section><h3>{escape(topic.name)}</h3><ul>"
        + "".join(f"<li>{question_button(question)}</li>" for question in topic.questions)
        + "</ul></section>"
        for topic in topics
    )
    return (
        '<details id="example-questions" open><summary>Example questions</summary>'
        f'<div class="topics">{groups}</div></details>'
    )


def render_turns_html() -> str:
    """Where the conversation stands."""
    return '<div id="turns"></div>'


def render_panel_html() -> str:
    """The place beside the chat: a quote in its source, or, while none is open, the sources."""
    return (
        '<div id="open-quote"></div><div id="no-quote">'
        '<p class="muted">Choose a citation number, such as [1], to read its quote in the source.</p>'
        '<h2>What is searched</h2><ul id="searched-sources"></ul></div>'
    )


def render_searched_html(sources: Sequence[Source]) -> str:
    """The items of the list of sources; they may change while the server runs."""
    more = len(sources) - _LISTED
    return "".join(
        f'<li><a href="{escape(document_path(source.id))}" dir="auto">{escape(source.label)}</a>'
        f"{badges_html(source)}</li>"
        for source in sources[:_LISTED]
    ) + (f'<li>and {more:,} more in the <a href="/library">library</a></li>' if more > 0 else "")
