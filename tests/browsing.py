"""Chromium and a running server for tests of the page: started once, and what each test does with them."""

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fake_assistant import FakeAssistant, corpus
from playwright.sync_api import expect, sync_playwright

from app import create_app, listen
from assistant.config import PageConfig, ServerConfig
from assistant.limits import IDENTIFIER, TIME_CRITICAL
from assistant.records import Band, Comparison

CHROMIUM = Path("/usr/bin/chromium")
# Where screenshots are kept; none are taken if the variable is not set.
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
PATIENT_MILLISECONDS = 60_000
expect.set_options(timeout=PATIENT_MILLISECONDS)
_PAGE = PageConfig()
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"{CHROMIUM} is not installed"
)
PAIR = Comparison(
    "the rate of cement leakage", (1, 3), "not comparable", "One gives a rate, the other calls it common."
)


class Assistant(FakeAssistant):
    """Answers as the fake does, with what words of the question call for; "slow" waits until it is let."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.let = threading.Event()
        self.version = "a"

    def ask(self, question, history=(), *, report=None):
        answer = super().ask(question, history, report=report)
        if "slow" in question:
            self.let.wait(timeout=30)
        # The same for the same question and conversation, as an answer's id is.
        number = sum(map(ord, question + "".join(turn.question for turn in history)))
        answer = replace(answer, id=f"{self.version}{number}", corpus="6b130ecfacb4" + "0" * 52)
        if answer.status != "answered":
            return answer
        return replace(
            answer,
            band=Band(0.9, 1.0, 46, 50),
            comparison=(PAIR,) if len(answer.citations) > 2 else (),
            limits=tuple([TIME_CRITICAL] * ("sudden" in question) + [IDENTIFIER] * ("MRN" in question)),
            suggestions=("Which imaging shows cement leakage best?",),
        )


@dataclass
class Served:
    """A running server."""

    address: str
    assistant: Assistant


@contextmanager
def serving(assistant, config=_PAGE, port=0, upload=None, images=None):
    """Serves an assistant until the block ends."""
    listener = listen(ServerConfig("127.0.0.1", port))
    settings = uvicorn.Config(
        create_app(assistant, page=config, upload=upload, images=images),
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", assistant)
    finally:
        server.should_exit = True
        thread.join(timeout=PATIENT_MILLISECONDS / 1000)  # a slow answer holds it for half of that
        listener.close()
        assert not thread.is_alive()


@contextmanager
def chromium():
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@contextmanager
def visiting(browser, address, *, errors_allowed=False, **settings):
    """A page of a new visitor; afterwards it must have had no error and asked no other host for anything."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | settings)
    context.set_default_timeout(PATIENT_MILLISECONDS)
    page = context.new_page()
    requested, errors = [], []
    context.on("request", lambda sent: requested.append(sent.url))
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    visit(page, address)
    yield page
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).netloc}
    assert errors == [] or errors_allowed
    context.close()


def visit(page, address):
    """Goes to the chat page and waits until it can be used."""
    page.goto(address)
    ready(page)


def ready(page):
    """Waits until the page can be used."""
    expect(page.locator("html[data-ready]")).to_be_attached()


def box(page):
    """Where questions are typed."""
    return page.get_by_role("textbox", name="Question", exact=True)


def ask(page, question):
    """Asks a question and waits for its answer."""
    answers = page.locator(".turn[data-state=done]").count()
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.locator(".turn[data-state=done]")).to_have_count(answers + 1)


def chip(page, number):
    """The button of a quote that stands beside it, in the last answer."""
    return page.locator(f'.answer >> nth=-1 >> .quotation[data-number="{number}"] .cite')


def check_panel(page, number, words):
    """The marked text and the text around it are the document's, character by character."""
    expect(page.locator("#panel h2").first).to_contain_text(f"[{number}]")
    assert page.locator("#panel mark").text_content() == words
    context = page.locator("#panel .context").text_content()
    assert words in context
    assert any(context in document.text for document in corpus().values())


def check_accessible(page):
    """The accessibility checker finds nothing that is serious or critical."""
    found = Axe().run(page).response["violations"]
    bad = [item for item in found if item["impact"] in ("serious", "critical")]
    assert [(item["id"], item["nodes"][0]["html"], item["help"]) for item in bad] == []


def width_of_content(page):
    """Width that the page takes; more than the window's means that it scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth")


def stored(page):
    """Everything that the browser keeps for the page."""
    return page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def screenshot(page, name):
    """Keeps a picture of the page, where pictures are kept."""
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")
