"""A quote of a PDF in a real browser: the picture of its page, with boxes over its words."""

from dataclasses import replace

import pymupdf
import pytest
import sources
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
from fake_assistant import Corpus, cited
from playwright.sync_api import expect
from test_page_image import marked

from assistant.page_image import page_images
from assistant.records import Statement
from ingest.document import make_document
from ingest.parse import parse as parse_file

pytestmark = needs_chromium
PRINTED = "Most leaks of thick fillers are silent, and few of them need an operation at all."


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def folder(tmp_path):
    """A folder with a PDF file whose words stand at the foot of a page."""
    with pymupdf.open() as file:
        page = file.new_page()
        page.insert_text((72, 72), "Leaks of thick fillers", fontsize=16)
        page.insert_textbox((72, 700, 500, 800), PRINTED)
        (tmp_path / "a.pdf").write_bytes(file.tobytes())
    return tmp_path


@pytest.fixture
def quoting(folder):
    """An assistant that quotes the words of the file."""
    content = (folder / "a.pdf").read_bytes()
    document = make_document(parse_file(content, "pdf", "a.pdf"), sources.source("pdf", path="a.pdf"))
    quote = cited(1, "s", PRINTED, document=document)

    class Quoting(Assistant):
        def ask(self, question, history=(), *, report=None):
            answer = super().ask(question, history, report=report)
            statements = (Statement(PRINTED, (1,)),)
            return replace(answer, citations=(quote,), statements=statements, comparison=())

    assistant = Quoting()
    assistant.index = Corpus({"s": document})
    return assistant


def test_the_page_is_shown_at_the_words_of_the_quote_and_they_are_marked(browser, quoting, folder):
    with serving(quoting, images=page_images(folder)) as served, visiting(browser, served.address) as page:
        ask(page, "Why?")
        chip(page, 1).click()
        expect(page.locator("#panel mark")).to_have_text(PRINTED)
        region = page.get_by_role("region", name="Page 1 of the original")
        page.wait_for_function("document.querySelector('.page-image div').scrollTop > 0")
        left, _, right, _ = marked(region.screenshot())
        assert right - left > 0.3
        check_accessible(page)
        screenshot(page, "pdf")


def test_a_page_that_cannot_be_drawn_is_a_line_beside_the_quote(browser, quoting, folder):
    (folder / "a.pdf").unlink()
    with (
        serving(quoting, images=page_images(folder)) as served,
        visiting(browser, served.address, errors_allowed=True) as page,
    ):
        ask(page, "Why?")
        chip(page, 1).click()
        expect(page.locator("#panel .problem")).to_have_text(
            "This page cannot be drawn. Open the original instead."
        )
        expect(page.locator("#panel mark")).to_have_text(PRINTED)
