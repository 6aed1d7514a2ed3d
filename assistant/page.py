"""The chat page: a Gradio app of plain HTML parts, mounted into a web server.

The browser keeps the conversation and sends it with each question; the server keeps nothing. The scripts in
static/ hold the conversation together; Gradio carries questions to `Page.ask` and its HTML back.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.applications import Starlette

from assistant.config import PageConfig
from assistant.defects import DEFECT, log_defect
from assistant.errors import AssistantError
from assistant.examples import examples
from assistant.library_routes import Upload, library_routes
from assistant.own_host import OwnHostOnly
from assistant.page_image import PageImages
from assistant.page_routes import page_routes
from assistant.parts import Found, ask_in_parts
from assistant.records import Answer
from assistant.render_page import (
    TITLE,
    render_examples_html,
    render_head_html,
    render_panel_html,
    render_turns_html,
)
from assistant.render_turn import render_answered_html, render_asking_html, render_problem_html
from assistant.replay import Served, read_turns

_STATIC = Path(__file__).parent / "static"
# Fonts of the reader's own machine: Gradio's themes load theirs from elsewhere.
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
_HEAD = (
    "".join(
        f'<link rel="stylesheet" href="/page/static/{name}.css" media="{media}">'
        for name, media in (("tokens", "all"), ("dark", "screen"), ("page", "all"), ("answer", "all"))
    )
    + '<script type="module" src="/page/static/page.js"></script>'
)
# Questions answered at the same time. Source: the reader uses all cores for one; more would only wait there.
_AT_ONCE = 8


class Page:
    """What the page does on each question, from values to values. Holds no conversation."""

    def __init__(self, assistant: Served, today: Callable[[], date] = date.today) -> None:
        self._assistant = assistant
        self._today = today

    def ask(self, request: str, question: str, history: object) -> Iterator[str]:
        """The turn of a question as it grows: being answered, then the answer, or why there is none.

        Args:
            request: name that the browser gave to the request; comes back with each part.
            question: as it was typed.
            history: the earlier turns as the browser has them.
        """
        found: list[Found] = []
        so_far: Answer | None = None
        yield render_asking_html(request, question)
        try:
            for part in ask_in_parts(self._assistant, question, read_turns(history)):
                if isinstance(part, Found):
                    found.append(part)
                    yield render_asking_html(request, question, found)
                    continue
                if so_far is not None:
                    yield render_asking_html(request, question, found, so_far)
                so_far = part
        except AssistantError as error:
            yield render_problem_html(request, question, str(error))
        except Exception as error:
            log_defect(error)
            yield render_problem_html(request, question, DEFECT)
        else:
            assert so_far is not None
            yield render_answered_html(request, so_far, self._assistant.index.sources, self._today())

    def blocks(self, config: PageConfig) -> gr.Blocks:
        """The Gradio app."""
        app = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
        with app:
            _part(render_head_html(history=config.history), "head")
            with gr.Row(elem_id="columns"):
                with gr.Column(elem_id="chat", scale=3, min_width=280):
                    _part(render_examples_html(examples()), "examples")
                    _part(render_turns_html(), "conversation")
                    typed = gr.Textbox(
                        label="Question",
                        placeholder="Type a question",
                        elem_id="question",
                        lines=1,
                        max_lines=6,
                        submit_btn="Ask",
                        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
                    )
                with gr.Column(elem_id="beside", scale=2, min_width=280):
                    _part(render_panel_html(), "panel")
            # An empty template: what comes back is for the scripts, which put it into the conversation.
            script = (_STATIC / "wire.js").read_text("utf-8")
            wire = gr.HTML("", elem_id="wire", visible="hidden", html_template="", js_on_load=script)
            self._connect(typed, wire)
        return app

    def _connect(self, typed: gr.Textbox, wire: gr.HTML) -> None:
        def ask(event: gr.EventData) -> Iterator[str]:
            request, question = (str(getattr(event, name, "")) for name in ("request", "question"))
            yield from self.ask(request, question, getattr(event, "history", None))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Scripts of the page put the question into the conversation and send it when its turn comes.
        typed.submit(None, typed, typed, js="(text) => window.assistantTyped(text)", **quiet)
        wire.submit(ask, None, wire, trigger_mode="multiple", concurrency_limit=_AT_ONCE, **quiet)


def _part(html: str, name: str) -> gr.HTML:
    """A fixed part of the page."""
    return gr.HTML(html, elem_id=name, js_on_load=None, apply_default_css=False)


def mount_page(
    server: Starlette,
    assistant: Served,
    config: PageConfig | None = None,
    upload: Upload | None = None,
    images: PageImages | None = None,
) -> None:
    """Serves the chat page of the assistant at the root of the server, and the pages beside it.

    Args:
        server: a FastAPI server; what it already serves stays.
        assistant: answers the questions.
        config: what the operator allows; the default if None.
        upload: adds a document to the corpus; None if nobody may.
        images: draws the pages of sources that have pages; None where no source has.
    """
    config = config or PageConfig()
    server.router.routes.extend(page_routes(assistant, images))
    server.router.routes.extend(library_routes(assistant, upload if config.uploads else None))
    gr.mount_gradio_app(
        server,
        Page(assistant).blocks(config),
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=gr.themes.Default(font=_FONTS, font_mono=_MONO),
        head=_HEAD,
    )
    server.add_middleware(OwnHostOnly)
