"""The chat page: a Gradio app of plain HTML parts, mounted into a web server.

The conversation lives in the browser session's state; the server keeps nothing once the session ends.
"""

import logging
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.examples import examples
from assistant.records import Answer, Turn
from assistant.render_page import (
    TITLE,
    render_conversation_html,
    render_empty_panel_html,
    render_examples_html,
    render_gone_panel_html,
    render_head_html,
    render_purpose_html,
    render_sources_html,
)
from assistant.render_source import render_source_html
from ingest.records import Document, Source

_LOG = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"
_DEFECT = "The question could not be answered because of a defect. The server's log says where."
# Fonts of the reader's own machine: Gradio's themes load theirs from elsewhere.
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
# Scripts are Gradio's own, some of them inline or made from strings; nothing comes from another host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
# What Gradio's page tells social networks: addresses of its own site.
_SOCIAL = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")

Session = tuple[Answer, ...]
# Conversation, typed question, examples, panel and session, in this order.
Outputs = tuple[str, str, str, str, Session]


class Documents(Protocol):
    """What the page needs of an index."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources in the order of the corpus."""
        ...

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by source id."""
        ...


class Asked(Protocol):
    """What the page needs of an assistant."""

    @property
    def index(self) -> Documents:
        """What answers are quoted from."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to a question after earlier turns."""
        ...


class Page:
    """What the page does on each event, from values to values. Holds no conversation."""

    def __init__(self, assistant: Asked) -> None:
        self._assistant = assistant

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources in the order of the corpus."""
        return self._assistant.index.sources

    def ask(self, question: str, session: Session) -> Iterator[Outputs]:
        """Shows that the question is being answered, then its answer, or why there is none.

        The typed question is cleared when it is taken, and put back if it cannot be answered.
        """
        empty = render_empty_panel_html()
        pending = render_conversation_html(session, self.sources, asking=question)
        yield pending, "", self._examples(opened=False), empty, session
        try:
            answer = self._assistant.ask(question, [earlier.turn() for earlier in session])
        except AssistantError as error:
            problem = str(error)
        except Exception as error:
            # The message may hold words of the question: only kind and place are logged.
            where = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s at %s:%s", type(error).__name__, where.filename, where.lineno)
            problem = _DEFECT
        else:
            session = (*session, answer)
            problem = ""
        asking = question if problem else None
        conversation = render_conversation_html(session, self.sources, asking=asking, problem=problem)
        yield conversation, asking or "", self._examples(opened=not session), empty, session

    def show_citation(self, answer_id: object, number: object, session: Session) -> str:
        """The panel for a citation of an answer of this session."""
        for answer in session:
            for citation in answer.citations:
                if (answer.id, citation.n) == (answer_id, number):
                    document = self._assistant.index.documents.get(citation.source.id)
                    # the document may have been replaced since it was quoted
                    if document and document.source.sha256 == citation.receipt.file_sha256:
                        return render_source_html(answer, document, citation)
        return render_gone_panel_html()

    def _examples(self, *, opened: bool) -> str:
        return render_examples_html(examples(), opened=opened)

    def blocks(self) -> gr.Blocks:
        """The Gradio app."""
        app = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
        with app:
            _part(render_head_html(), "head")
            _part(render_purpose_html(self.sources), "purpose")
            with gr.Row(elem_id="columns"):
                with gr.Column(elem_id="chat", scale=3, min_width=280):
                    examples_part = _part(self._examples(opened=True), "examples")
                    _part(render_sources_html(self.sources), "sources")
                    conversation = _part(render_conversation_html((), self.sources), "conversation")
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
                    panel = _part(render_empty_panel_html(), "panel")
            self._wire(conversation, typed, examples_part, panel)
        return app

    def _wire(self, conversation: gr.HTML, typed: gr.Textbox, offered: gr.HTML, panel: gr.HTML) -> None:
        session = gr.State(())

        def ask(text: str, answers: Session, event: gr.EventData) -> Iterator[Outputs]:
            clicked = event.target in (offered, conversation)
            yield from self.ask(str(getattr(event, "question", "")) if clicked else text, answers)

        def show(answers: Session, event: gr.EventData) -> str:
            answer_id, number = (getattr(event, name, None) for name in ("answer", "citation"))
            return self.show_citation(answer_id, number, answers)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        gr.on(
            [typed.submit, offered.submit, conversation.submit],
            ask,
            [typed, session],
            [conversation, typed, offered, panel, session],
            **quiet,
        )
        gr.on([conversation.select, panel.select], show, session, panel, queue=False, **quiet)
        panel.clear(render_empty_panel_html, None, panel, queue=False, **quiet)


def _part(html: str, name: str) -> gr.HTML:
    """A part of the page whose buttons make events."""
    script = (_STATIC / "clicks.js").read_text("utf-8")
    return gr.HTML(html, elem_id=name, js_on_load=script, apply_default_css=False)


def mount_page(server: FastAPI, assistant: Asked) -> None:
    """Serves the chat page of the assistant at the root of the server."""
    gr.mount_gradio_app(
        server,
        Page(assistant).blocks(),
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=gr.themes.Default(font=_FONTS, font_mono=_MONO),
        css_paths=_STATIC / "page.css",
    )
    server.add_middleware(OwnHostOnly)


class OwnHostOnly:
    """Keeps the browser from loading anything from another host, and other hosts out of the page.

    Adds a content security policy to each response that has none, and takes the addresses of Gradio's site
    out of pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and its response back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""
        if scope["path"] == "/":  # a compressed page could not be read
            plain = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
            scope = {**scope, "headers": plain}

        async def reply(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", _POLICY)
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
                start = message
                if scope["path"] == "/":
                    return
            elif message["type"] == "http.response.body" and scope["path"] == "/":
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                body = _SOCIAL.sub(b"", body)
                MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                await send(start)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, reply)
