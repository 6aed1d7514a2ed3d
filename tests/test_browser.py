"""The chat page in a real browser: answers, evidence, keyboard, widths, light and dark.

The assistant is a fake that quotes the real documents.
"""

import re
from dataclasses import replace

import pytest
from browsing import (
    Assistant,
    ask,
    box,
    check_accessible,
    check_panel,
    chip,
    chromium,
    needs_chromium,
    screenshot,
    serving,
    visiting,
    width_of_content,
)
from fake_assistant import HIGHLIGHTS, QUOTES, RATE, Corpus, cited, corpus
from playwright.sync_api import expect

from assistant.records import Statement
from ingest.records import Block, Document, Piece

pytestmark = needs_chromium
SIZES = {
    "1440": {"width": 1440, "height": 900},
    "768": {"width": 768, "height": 1024},
    "360": {"width": 360, "height": 740},
}
HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror='window.hit=1'> ${window.hit=1} {{value}} [1] "
    "javascript:window.hit=1 \u202e how common?"
)


@pytest.fixture(scope="module")
def served():
    with serving(Assistant()) as served:
        yield served


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, served):
    """The page of a new visitor on a laptop."""
    with visiting(browser, served.address) as page:
        yield page


@pytest.fixture
def phone(browser, served):
    """The page of a new visitor on a phone."""
    with visiting(browser, served.address, viewport={"width": 360, "height": 740}, has_touch=True) as page:
        yield page


# Colours fade from one scheme to the other: half-way, text has neither colour.
COLOURS_CHANGED = "document.getAnimations().every(running => !(running instanceof CSSTransition))"


def check_in_light_and_dark(page, name):
    """The page fits its width and is accessible as it is now, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        if page.locator("gradio-app").count():
            expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))
        page.wait_for_function(COLOURS_CHANGED)
        width = page.viewport_size["width"]
        screenshot(page, f"{width}-{scheme}-{name}")
        assert width_of_content(page) <= width
        check_accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_and_is_accessible_at_every_width_in_light_and_dark(browser, served, size):
    with visiting(browser, served.address, viewport=SIZES[size]) as page:
        check_in_light_and_dark(page, "start")
        ask(page, "How common is sudden cement leakage?")
        check_in_light_and_dark(page, "answer")
        chip(page, 2).click()
        expect(page.locator("#panel mark")).to_be_in_viewport()
        check_in_light_and_dark(page, "source")
        page.keyboard.press("Escape")
        ask(page, "What does it cost?")
        page.get_by_role("button", name="No", exact=True).last.click()
        check_in_light_and_dark(page, "refusal")
        page.get_by_role("button", name="History").click()
        check_in_light_and_dark(page, "history")


@pytest.mark.parametrize(
    "path", ["/library", "/library/002_63fa46c042cc48fb?start=16648&end=16746", "/about"]
)
def test_the_pages_beside_the_chat_fit_and_are_accessible(browser, served, path):
    with visiting(browser, served.address, viewport=SIZES["360"]) as page:
        page.goto(served.address + path)
        name = path.split("?")[0].strip("/").replace("/", "-")
        check_in_light_and_dark(page, name)
        page.set_viewport_size(SIZES["1440"])
        check_in_light_and_dark(page, name)
        assert page.locator("script").count() == 0


@pytest.mark.parametrize("size", SIZES)
def test_a_question_stands_under_the_head_while_it_is_answered_and_afterwards(browser, served, size):
    with visiting(browser, served.address, viewport=SIZES[size]) as page:
        for question in ("How common is cement leakage?", "And in PKP?"):
            ask(page, question)
            expect(page.locator(".direct").last).to_be_in_viewport(ratio=1)
            head, heading = (page.locator(name).bounding_box() for name in ("#head", ".question >> nth=-1"))
            below = heading["y"] - head["y"] - head["height"]
            assert 0 <= below <= 24, question


def test_the_menu_of_a_phone_covers_nothing(phone):
    purpose = phone.locator(".purpose").bounding_box()
    for item in phone.locator(".top :is(button, a, summary):visible").all():
        box_ = item.bounding_box()
        assert box_["y"] + box_["height"] <= purpose["y"], item.text_content()


def test_an_answer_opens_with_a_direct_line_and_then_quotes_by_source(page):
    ask(page, "How common is cement leakage?")
    assert page.title() == "Kyphoplasty assistant"
    expect(page.locator(".outcome")).to_have_text("Answered in these sources")
    expect(page.locator(".measured")).to_contain_text("right in 46.")
    assert page.locator(".direct .words").text_content() == RATE
    assert page.locator(".direct strong").text_content() == HIGHLIGHTS[RATE]
    quotes = page.locator(".answer .quote").all()
    assert [quote.text_content() for quote in quotes] == [words for _, words in QUOTES]
    expect(page.locator(".quotation .cite")).to_have_text(["[1]", "[2]", "[3]", "[4]"])
    expect(page.locator("section.source .badges").first).to_contain_text("n = 1")
    expect(page.locator(".pair .point")).to_have_text("not comparable on the rate of cement leakage")
    assert [said.text_content() for said in page.locator(".pair .said").all()] == [RATE, QUOTES[2][1]]
    expect(page.locator(".meta")).to_contain_text("Answered in 0.10 s")


def test_what_was_retrieved_is_shown_before_the_answer_is_there(page, served):
    served.assistant.let.clear()
    box(page).fill("a slow question")
    box(page).press("Enter")
    expect(page.locator(".turn .pending")).to_contain_text("4 passages of 3 sources found in 0.")
    expect(page.locator("#spoken")).to_have_text("Searching the sources …")
    served.assistant.let.set()
    expect(page.locator(".outcome")).to_have_text("Answered in these sources")
    expect(page.locator("#spoken")).to_have_text(
        f"Answered in these sources. “{RATE}” Of 50 evaluation questions answered with such confidence, the "
        "first quote was right in 46. 4 quotes from 3 sources."
    )


def test_a_citation_opens_its_source_at_the_exact_place(page):
    ask(page, "How common is cement leakage?")
    chip(page, 2).click()
    expect(page.locator("#panel mark")).to_be_in_viewport()
    check_panel(page, 2, QUOTES[1][1])
    expect(page.locator("#panel .badges").first).to_contain_text("n = 1")
    expect(page.locator("#panel .section-path")).to_have_text("OUTCOME AND FOLLOW-UP")
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    original = page.locator("#panel .links a", has_text="Original")
    expect(original).to_have_attribute("href", "https://doi.org/10.12998/wjcc.v12.i10.1837")

    page.get_by_role("button", name="Next quote").click()
    check_panel(page, 3, QUOTES[2][1])
    page.get_by_role("button", name="Previous quote").click()
    check_panel(page, 2, QUOTES[1][1])
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel mark")).to_have_count(0)
    expect(chip(page, 2)).to_be_focused()


def test_the_whole_text_of_a_source_opens_at_the_quote(page):
    ask(page, "How common is cement leakage?")
    chip(page, 1).click()
    page.get_by_role("link", name="Whole text").click()
    expect(page.locator("mark#quote")).to_be_in_viewport()
    assert page.locator("mark#quote").text_content() == RATE


def test_a_place_that_is_not_exactly_the_quote_is_not_shown(page):
    ask(page, "How common is cement leakage?")
    page.locator(".quotation").first.evaluate("quotation => quotation.dataset.span = '100-160'")
    chip(page, 1).click()
    expect(page.locator("#panel .problem")).to_contain_text("cannot be shown exactly")
    expect(page.locator("#panel mark")).to_have_count(0)


def test_pointing_at_a_number_shows_its_quote_and_esc_hides_it(page):
    ask(page, "How common is cement leakage?")
    page.locator(".pair .cite").last.hover()
    expect(page.locator("#card")).to_be_visible()
    assert page.locator("#card .said").text_content() == QUOTES[2][1]
    screenshot(page, "card")
    expect(page.locator("#card .label")).to_contain_text("[3] Cavka et al. 2023")
    page.locator("#card").hover()
    page.wait_for_timeout(400)
    expect(page.locator("#card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()


def test_a_number_that_the_keyboard_reaches_shows_its_quote(page):
    ask(page, "How common is cement leakage?")
    page.locator(".question").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".direct .cite")).to_be_focused()
    expect(page.locator("#card .said")).to_have_text(RATE)
    assert page.locator(".direct .cite").get_attribute("aria-describedby") == "card"
    page.keyboard.press("Tab")
    expect(page.locator("#card")).to_be_hidden()


def test_the_page_works_by_keyboard_alone(page, served):
    page.keyboard.press("/")
    page.keyboard.type("How common is")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("leakage? 1/2")
    page.keyboard.press("Enter")
    expect(page.locator(".turn[data-state=done]")).to_have_count(1)
    assert served.assistant.asked[-1][0].split() == ["How", "common", "is", "leakage?", "1/2"]
    page.keyboard.press("Tab")  # from the box to the button beside it
    page.keyboard.press("3")
    check_panel(page, 3, QUOTES[2][1])
    page.keyboard.press("Escape")
    expect(page.locator("#panel mark")).to_have_count(0)
    expect(chip(page, 3)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_single_keys_can_be_turned_off_for_good(page):
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    page.reload()
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_label("Single keys")).not_to_be_checked()


def test_a_follow_up_sees_the_earlier_question_and_says_how_it_was_understood(page, served):
    ask(page, "How common is cement leakage?")
    ask(page, "And in PKP?")
    question, history = served.assistant.asked[-1]
    assert (question, [turn.question for turn in history]) == (
        "And in PKP?",
        ["How common is cement leakage?"],
    )
    expect(page.locator(".question")).to_have_text(["How common is cement leakage?", "And in PKP?"])
    understood = "And in PKP? (How common is cement leakage?)"
    expect(page.locator(".understood span")).to_have_text(f"Understood as: {understood}")
    page.locator(".understood").get_by_role("button", name="Edit").click()
    expect(page.locator(".understood + .edit textarea")).to_have_value(understood)
    page.keyboard.press("Escape")
    expect(page.locator(".understood").get_by_role("button", name="Edit")).to_be_focused()


def test_the_question_as_it_was_understood_can_be_changed_and_asked_again(page, served):
    ask(page, "How common is cement leakage?")
    page.get_by_role("button", name="Edit question").click()
    edited = page.locator(".edit textarea")
    expect(edited).to_have_value("How common is cement leakage?")
    expect(edited).to_be_focused()
    edited.fill("How common is epidural leakage?")
    edited.press("Enter")
    expect(page.locator(".turn[data-state=done]")).to_have_count(2)
    assert served.assistant.asked[-1][0] == "How common is epidural leakage?"


def test_a_new_visitor_has_no_history(page, served):
    ask(page, "Why does cement leak?")
    assert served.assistant.asked[-1] == ("Why does cement leak?", ())


def test_examples_and_suggestions_ask_when_clicked_and_examples_fold_away(page):
    page.get_by_role("button", name="Which imaging shows cement leakage best?").click()
    expect(page.locator(".question")).to_have_text(["Which imaging shows cement leakage best?"])
    expect(page.locator(".turn[data-state=done]")).to_have_count(1)
    expect(page.locator("#examples .topics")).to_be_hidden()
    ask(page, "What does it cost?")
    expect(page.locator(".nearest h3")).to_have_text("Near the question, not an answer")
    page.locator(".suggestions button").last.click()
    expect(page.locator(".turn[data-state=done]")).to_have_count(3)
    expect(page.locator(".question").last).to_have_text(
        "How can cement leakage be prevented during kyphoplasty?"
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "The question is empty. Type a question about the sources."),
        ("a" * 2001, "The question has 2001 characters; at most 2000 are read."),
    ],
    ids=["empty", "very long"],
)
def test_a_question_that_cannot_be_taken_gets_a_line_and_stays_in_the_box(page, question, words):
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.locator(".problem:visible")).to_contain_text(words)
    expect(box(page)).to_have_value(question)
    ask(page, "Why?")
    expect(page.locator(".problem:visible")).to_have_count(0)


def test_on_a_phone_the_purpose_and_the_question_stay_in_sight_and_sources_open_as_a_sheet(phone):
    ask(phone, "How common is cement leakage?")
    for place in ("0", "document.documentElement.scrollHeight / 2", "document.documentElement.scrollHeight"):
        phone.evaluate(f"window.scrollTo(0, {place})")
        expect(phone.get_by_text("Not for emergencies, not for patients.")).to_be_in_viewport(ratio=1)
        expect(box(phone)).to_be_in_viewport(ratio=1)
    expect(phone.locator("#panel")).to_be_hidden()
    chip(phone, 4).tap()
    expect(phone.locator("#panel mark")).to_be_in_viewport()
    check_panel(phone, 4, QUOTES[3][1])
    phone.get_by_role("button", name="Close").tap()
    expect(phone.locator("#panel")).to_be_hidden()


def test_on_a_phone_a_question_is_edited_within_the_width(phone):
    ask(phone, "How common is cement leakage in the long and winding course of such operations?")
    phone.get_by_role("button", name="Edit question").tap()
    for part in (".edit textarea", ".edit button >> nth=-1"):
        place = phone.locator(part).bounding_box()
        assert place["x"] >= 0 and place["x"] + place["width"] <= 360, part


def test_motion_is_left_out_for_who_asks_for_it(browser, served):
    served.assistant.let.clear()
    with visiting(browser, served.address, reduced_motion="reduce") as page:
        box(page).fill("a slow question")
        box(page).press("Enter")
        expect(page.locator(".turn .pending")).to_be_visible()
        style = "getComputedStyle(document.querySelector('.pending'), '::before').animationName"
        assert page.evaluate(style) == "none"
        served.assistant.let.set()
        expect(page.locator(".outcome")).to_have_count(1)


def test_in_print_the_answer_stands_alone(page):
    ask(page, "How common is cement leakage?")
    page.emulate_media(media="print")
    expect(page.locator(".quote").first).to_be_visible()
    expect(page.locator(".purpose")).to_be_visible()
    expect(page.locator(".references")).to_be_visible()
    for gone in (".top nav", "#panel", "#examples", ".tools", "#question"):
        expect(page.locator(gone)).to_be_hidden()
    screenshot(page, "print")


def test_print_is_dark_on_light_whatever_the_screen_is(browser, served):
    with visiting(browser, served.address, color_scheme="dark") as page:
        ask(page, "How common is cement leakage?")
        page.emulate_media(media="print", color_scheme="dark")
        for name in (".quote", ".question", ".purpose"):
            shade = page.locator(name).first.evaluate("element => getComputedStyle(element).color")
            assert sum(int(part) for part in re.findall(r"\d+", shade)[:3]) < 250, (name, shade)


def test_a_hostile_question_stays_text(page):
    ask(page, HOSTILE)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    shown = page.locator(".question").text_content()
    assert shown.startswith(
        "<script>window.hit=1</script><img src=x onerror='window.hit=1'> ${window.hit=1} {{value}}"
    )
    page.get_by_role("button", name="Edit question").click()
    page.get_by_role("button", name="History").click()
    expect(page.locator("#conversations .open")).to_contain_text("<script>window.hit=1</script>")
    assert page.evaluate("window.hit") is None
    assert page.locator("main :is(script, img, iframe, object)").count() == 0


def test_a_hostile_source_stays_text(browser):
    """A document whose title, author, address and text try to be markup."""
    source = replace(
        next(d.source for d in corpus().values() if RATE in d.text),
        title=HOSTILE, authors=(HOSTILE,), journal=HOSTILE, doi="", url="javascript:window.hit=1",
    )  # fmt: skip
    length = len(HOSTILE)
    block = Block("paragraph", 0, length, (Piece(0, length),), -1)
    document = Document(source, HOSTILE, (block,), (), (), (), ((0, length, 0, length),))
    quote = cited(1, source.id, HOSTILE, document=document)

    class Hostile(Assistant):
        def ask(self, question, history=(), *, report=None):
            answer = super().ask(question, history, report=report)
            statements = (Statement(HOSTILE, (1,)),)
            return replace(answer, citations=(quote,), statements=statements, comparison=())

    assistant = Hostile()
    assistant.index = Corpus({source.id: document})
    with serving(assistant) as served, visiting(browser, served.address) as page:
        ask(page, "Why?")
        assert page.locator(".answer .quote").text_content() == HOSTILE
        page.locator(".direct .cite").hover()
        expect(page.locator("#card")).to_be_visible()
        chip(page, 1).click()
        check = page.locator("#panel mark")
        expect(check).to_be_visible()
        assert check.text_content() == HOSTILE
        assert page.locator("a[href^='javascript']").count() == 0
        for path in ("/library", f"/library/{source.id}"):
            page.goto(served.address + path)
            expect(page.get_by_text("<script>window.hit=1</script>").first).to_be_visible()
            assert page.evaluate("window.hit") is None
            assert page.locator("main :is(script, img, iframe, object)").count() == 0
            assert page.locator("a[href^='javascript']").count() == 0
