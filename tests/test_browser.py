"""The chat page in a real browser, wide and on a phone, with an assistant that quotes the real documents."""

import os
import threading
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import uvicorn
from fake_assistant import QUOTES, FakeAssistant, corpus
from playwright.sync_api import expect, sync_playwright

from app import create_app, listen
from assistant.config import ServerConfig

CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"wide": (1280, 900), "phone": (360, 740)}
HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror='window.hit=1'> ${window.hit=1} {{value}} [1] "
    "\u202e how common?"
)
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"{CHROMIUM} is not installed"
)


@pytest.fixture(scope="module")
def served():
    """The address of a running server, and its assistant."""
    assistant = FakeAssistant()
    listener = listen(ServerConfig("127.0.0.1", 0))
    settings = uvicorn.Config(create_app(assistant), log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield SimpleNamespace(address=f"http://127.0.0.1:{listener.getsockname()[1]}", assistant=assistant)
    server.should_exit = True
    thread.join(timeout=30)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def page(request, browser, served):
    """A page of a new visitor; afterwards it must have had no error and asked no other host for anything."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(60_000)
    requested, errors = [], []
    page.on("request", lambda sent: requested.append(sent.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(served.address)
    expect(page.locator("#examples summary")).to_be_visible(timeout=60_000)
    yield page
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(served.address).netloc}
    assert errors == []
    context.close()


def ask(page, question):
    box = page.get_by_label("Question")
    answers = page.locator(".answer").count()
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".answer")).to_have_count(answers + 1, timeout=60_000)


def width_of_content(page):
    return page.evaluate("document.documentElement.scrollWidth")


def marked(page, number):
    """The text that is marked in the panel, once it shows the citation of this number."""
    expect(page.locator("#panel h2")).to_contain_text(f"[{number}]")
    return page.locator("#panel mark").text_content()


def check_panel(page, number):
    """The marked text and the text around it are the document's, character by character."""
    start, words = QUOTES[number - 1]
    document = next(d for d in corpus().values() if d.source.id.startswith(start))
    assert marked(page, number) == words
    context = page.locator("#panel .context").text_content()
    assert words in context
    assert context in document.text


def test_a_question_is_answered_with_quotes_that_open_in_their_source(page):
    ask(page, "How common is cement leakage?")
    assert page.title() == "Kyphoplasty assistant"
    expect(page.locator(".outcome")).to_have_text("Answered in these sources")
    quotes = page.locator(".answer .quote").all()
    assert [quote.text_content() for quote in quotes] == [words for _, words in QUOTES]

    page.locator(".quotation button.cite", has_text="[2]").click()
    expect(page.locator("#panel mark")).to_be_in_viewport()
    check_panel(page, 2)
    expect(page.locator("#panel .badges")).to_contain_text("n = 1")
    expect(page.locator("#panel .section-path")).to_have_text("OUTCOME AND FOLLOW-UP")

    page.get_by_role("button", name="Next quote").click()
    check_panel(page, 3)
    page.get_by_role("button", name="Previous quote").click()
    check_panel(page, 2)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel mark")).to_have_count(0)


def test_a_follow_up_sees_the_earlier_question_and_both_turns_stay(page, served):
    ask(page, "How common is cement leakage?")
    ask(page, "And in PKP?")
    question, history = served.assistant.asked[-1]
    assert (question, [turn.question for turn in history]) == (
        "And in PKP?",
        ["How common is cement leakage?"],
    )
    questions = page.locator(".question")
    expect(questions).to_have_text(["How common is cement leakage?", "And in PKP?"])
    expect(page.locator(".understood")).to_have_text(
        "Understood as: And in PKP? (How common is cement leakage?)"
    )
    page.locator(".turn").first.locator("button.cite", has_text="[1]").first.click()
    check_panel(page, 1)


def test_a_new_visitor_has_no_history(page, served):
    ask(page, "Why does cement leak?")
    assert served.assistant.asked[-1] == ("Why does cement leak?", ())


def test_a_hostile_question_stays_text(page):
    ask(page, HOSTILE)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    shown = page.locator(".question").text_content()
    assert shown.startswith(
        "<script>window.hit=1</script><img src=x onerror='window.hit=1'> ${window.hit=1} {{value}}"
    )
    assert page.locator("#conversation :is(script, img)").count() == 0


def test_examples_and_suggestions_ask_when_clicked(page):
    page.get_by_role("button", name="Which imaging shows cement leakage best?").click()
    expect(page.locator(".question")).to_have_text(["Which imaging shows cement leakage best?"])
    expect(page.locator(".answer")).to_have_count(1)
    ask(page, "What does it cost?")
    expect(page.locator(".nearest h3")).to_have_text("Near the question, not an answer")
    page.locator(".suggestions button").click()
    expect(page.locator(".answer")).to_have_count(3)
    expect(page.locator(".question").last).to_have_text(
        "How can cement leakage be prevented during kyphoplasty?"
    )


def test_an_empty_question_gets_a_message(page):
    page.get_by_label("Question").press("Enter")
    expect(page.locator(".problem")).to_have_text("The question is empty. Type a question about the sources.")


def test_the_page_fits_its_width_and_keeps_its_purpose_and_question_in_sight(page):
    width = page.viewport_size["width"]
    assert width_of_content(page) <= width
    ask(page, "How common is cement leakage?")
    assert width_of_content(page) <= width
    for place in ("0", "document.documentElement.scrollHeight / 2", "document.documentElement.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {place})")
        expect(page.get_by_text("Not for emergencies, not for patients.")).to_be_in_viewport(ratio=1)
        expect(page.get_by_label("Question")).to_be_in_viewport(ratio=1)
    page.locator(".quotation button.cite").first.click()
    expect(page.locator("#panel mark")).to_be_in_viewport()
    assert width_of_content(page) <= width


def test_the_citations_work_by_keyboard(page):
    ask(page, "How common is cement leakage?")
    page.locator(".quotation button.cite").nth(3).focus()
    page.keyboard.press("Enter")
    check_panel(page, 4)
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
