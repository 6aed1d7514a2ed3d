"""The library page in a real browser: documents that are added there."""

from dataclasses import replace

import pytest
from browsing import (
    Assistant,
    ask,
    check_accessible,
    chip,
    chromium,
    needs_chromium,
    screenshot,
    serving,
    visiting,
)
from fake_assistant import COMMON, Corpus, corpus
from playwright.sync_api import expect

from assistant.config import PageConfig
from assistant.render_library import Added
from ingest.errors import CorpusError

pytestmark = needs_chromium
GUIDE = {"name": "guide.md", "mimeType": "text/markdown", "buffer": b"# Rest\n\nPatients rest."}


class Uploads:
    """Adds a copy of a document under another name; refuses a file that is no text; waits until it is let."""

    def __init__(self, assistant):
        self._assistant = assistant

    def __call__(self, name, content, given):
        self._assistant.let.wait(timeout=30)
        if not content.isascii():
            raise CorpusError(f"{name} cannot be read: it is damaged. Open and save it anew.")
        document = next(d for d in corpus().values() if COMMON in d.text)
        source = replace(document.source, id="guide", title=given.get("title", "<i>A guide</i>"), authors=())
        added = {"guide": replace(document, source=source)}
        self._assistant.index = Corpus(dict(self._assistant.index.documents) | added)
        return Added(name, source, ("note: page 1: two columns",))


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def library(browser):
    """The library page of a server whose operator allows it, with its assistant."""
    assistant = Assistant()
    assistant.let.set()
    with (
        serving(assistant, PageConfig(uploads=True), upload=Uploads(assistant)) as served,
        visiting(browser, served.address) as page,
    ):
        page.goto(f"{served.address}/library")
        yield page, served


def send(page, file):
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Add", exact=True).click()


def test_a_document_is_added_with_word_of_how_far_it_is_and_found_at_once(library):
    page, served = library
    served.assistant.let.clear()
    send(page, GUIDE)
    said = page.locator(".upload [role=status]")
    expect(said).to_contain_text("It is being read and added")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    check_accessible(page)
    served.assistant.let.set()
    expect(said).to_contain_text("guide.md was added as <i>A guide</i>")
    expect(said).to_be_focused()
    expect(said.locator(".badges")).to_contain_text("pictorial review")
    expect(page.locator("section.source h2").last).to_contain_text("<i>A guide</i>")
    check_accessible(page)
    screenshot(page, "library-added")
    said.get_by_role("link", name="ask one").click()
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#searched-sources > li > a").last).to_contain_text("<i>A guide</i>")
    ask(page, "How common is leakage?")
    expect(chip(page, 1)).to_be_visible()


def test_a_file_that_cannot_be_added_is_a_line_and_the_next_one_is_taken(library):
    page, _ = library
    send(page, GUIDE | {"name": "bad.pdf", "buffer": b"%PDF-\xff"})
    problem = page.locator(".upload .problem")
    expect(problem).to_have_text("bad.pdf cannot be read: it is damaged. Open and save it anew.")
    check_accessible(page)
    send(page, GUIDE)
    expect(page.locator(".upload .added")).to_contain_text("guide.md was added")
    expect(problem).to_have_count(0)


def test_a_file_that_is_too_large_is_not_even_sent(library):
    page, _ = library
    page.locator(".upload form").evaluate("form => form.dataset.mostBytes = 10")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    send(page, GUIDE)
    expect(page.locator(".upload .problem")).to_contain_text("The file is larger than 50 MB.")
    assert "POST" not in sent


def test_a_lost_connection_while_a_document_is_sent_is_a_line(browser):
    assistant = Assistant()
    with (
        serving(assistant, PageConfig(uploads=True), upload=Uploads(assistant)) as served,
        visiting(browser, served.address, errors_allowed=True) as page,
    ):
        page.goto(f"{served.address}/library")
        page.context.set_offline(True)
        send(page, GUIDE)
        expect(page.locator(".upload .problem")).to_contain_text("The server cannot be reached")
        expect(page.get_by_role("button", name="Add", exact=True)).to_be_enabled()
        page.context.set_offline(False)


def test_without_scripts_a_document_is_added_all_the_same(browser):
    assistant = Assistant()
    assistant.let.set()
    with serving(assistant, PageConfig(uploads=True), upload=Uploads(assistant)) as served:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{served.address}/library")
        send(page, GUIDE)
        expect(page.locator(".upload .added")).to_contain_text("guide.md was added")
        context.close()
