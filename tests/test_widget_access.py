"""The widget for everybody: keyboard, screen reader, small screen, colours, motion, direction of writing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from fake_assistant import QUOTES, RATE
from playwright.sync_api import expect
from widget_host import (  # noqa: F401
    ask,
    assistant_server,
    both,
    browser,
    needs_chromium,
    opened,
    script,
    told,
    visit,
    world,
)

pytestmark = needs_chromium
BODY = "<main><h1>Host</h1><p>Text <a href='/page'>link</a></p>%s</main>"
FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot && element.shadowRoot.activeElement) element = element.shadowRoot.activeElement;
  return element.getAttribute("aria-label") || element.textContent;
}"""


def check_accessible(page, state):
    """axe-core finds nothing at all, of any impact."""
    page.wait_for_function("document.getAnimations().length === 0")
    response = Axe().run(page).response
    passed = [node["target"][0] for rule in response["passes"] for node in rule["nodes"]]
    assert any(isinstance(target, list) for target in passed), "axe did not look into the shadow tree"
    found = [(state, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in response["violations"]]
    assert found == []


def focused(page):
    return page.evaluate(FOCUSED)


def tab_to(page, name, most=40):
    """Presses Tab until an element of the name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"{name} is not reached by Tab; the last was {focused(page)}")


@both
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(visit, scheme):
    page = visit(BODY % "", color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator(".launcher")).to_be_visible()
    check_accessible(page, "closed")
    opened(page)
    check_accessible(page, "open")
    ask(page, "How common is cement leakage?")
    check_accessible(page, "answered")
    page.locator(".own").first.click()
    expect(page.locator("mark")).to_be_visible()
    check_accessible(page, "in its source")
    ask(page, "What does it cost?")
    check_accessible(page, "refused")


@pytest.mark.parametrize("accent", ["#ffd54a", "#777777", "#000000", "#ffffff", "#b00020"])
def test_axe_finds_nothing_whatever_colour_a_page_gives(visit, world, accent):
    head = script(world.served, accent=accent, highlight=accent)
    page = opened(visit(BODY % "", head, reduced_motion="reduce"))
    ask(page, "How common is cement leakage?")
    page.locator(".own").first.click()
    expect(page.locator("mark")).to_be_visible()
    check_accessible(page, accent)


@pytest.mark.parametrize("lang", ["de", "ar"])
def test_axe_finds_nothing_in_the_inline_form_and_other_languages(visit, world, lang):
    element = f"<kyphoplasty-assistant data-site='clinic' data-lang='{lang}'></kyphoplasty-assistant>"
    head = f"<script src='{world.served.address}/widget.js' defer></script>"
    page = visit(BODY % element, head, reduced_motion="reduce")
    ask(page, "partly how common?")
    check_accessible(page, lang)


@both
def test_a_question_is_asked_and_a_quote_checked_by_keyboard_alone(visit):
    page = visit(BODY % "")
    expect(page.locator(".launcher")).to_be_visible()
    tab_to(page, "Kyphoplasty assistant")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("How common is cement leakage?")
    page.keyboard.press("Enter")
    expect(page.locator(".outcome")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "[1] Show quote 1 in its source":
            break
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(RATE)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".launcher")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)


def test_the_dialog_is_named_and_the_page_behind_it_stays_within_reach(visit):
    page = opened(visit(BODY % ""))
    dialog = page.get_by_role("dialog", name="Kyphoplasty assistant")
    expect(dialog).to_have_attribute("aria-modal", "false")
    expect(page.locator(".launcher")).to_have_attribute("aria-expanded", "true")
    tab_to(page, "link")


@pytest.mark.parametrize("visit", ["phone"], indirect=True)
def test_on_a_phone_the_dialog_is_the_whole_screen_and_keeps_the_focus(visit):
    page = opened(visit(BODY % "<p>Line</p>" * 60, reduced_motion="reduce"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_attribute("aria-modal", "true")
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    names = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        names.add(focused(page))
    assert "link" not in names
    ask(page, "How common is cement leakage?")
    for part in (".purpose", "textarea", ".send", "header"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    for part in (".conversation", ".panel"):
        assert page.locator(part).evaluate("part => part.scrollWidth") <= 360
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()


@both
def test_the_inline_form_fits_its_column(visit, world):
    element = "<kyphoplasty-assistant data-site='clinic'></kyphoplasty-assistant>"
    head = f"<script src='{world.served.address}/widget.js' defer></script>"
    page = visit(BODY % element, head)
    ask(page, "How common is cement leakage?")
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("kyphoplasty-assistant").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    expect(page.get_by_role("textbox")).to_be_in_viewport()


@both
def test_the_focus_returns_to_what_the_page_had_focused(visit):
    pressed = 'document.querySelector("kyphoplasty-assistant").open()'
    page = visit(f"<button id='own' onclick='{pressed}'>Help</button>")
    expect(page.locator(".launcher")).to_be_visible()
    page.locator("#own").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#own")).to_be_focused()


def test_a_screen_reader_hears_finished_sentences(visit):
    page = opened(visit(reduced_motion="reduce"))
    page.evaluate(
        """() => {
      window.heard = [];
      const { shadowRoot } = document.querySelector("kyphoplasty-assistant");
      const region = shadowRoot.querySelector("[role=status]");
      new MutationObserver(() => window.heard.push(region.textContent)).observe(region, { childList: true });
    }"""
    )
    ask(page, "How common is cement leakage?")
    page.locator(".own").nth(1).click()
    expect(page.locator("mark")).to_be_visible()
    ask(page, "What does it cost?")
    assert page.evaluate("window.heard") == [
        "Searching the sources …",
        "This may be an emergency: act by your local protocol first. Answered in these sources. "
        "Quotes: 4. Sources: 3.",
        "Quote 2 in its source",
        "Searching the sources …",
        "Not in these sources.",
    ]


def test_english_words_are_marked_as_english_among_other_labels(visit, world):
    page = opened(visit(lang="de"))
    ask(page, "How common is cement leakage?")
    root = page.locator(".root")
    expect(root).to_have_attribute("lang", "de")
    expect(page.locator(".quote").first).to_have_attribute("lang", "en")
    expect(page.locator(".label").first).to_have_attribute("lang", "en")


def test_labels_from_right_to_left_mirror_the_dialog_but_not_the_quotes(visit, world):
    page = opened(visit(head=script(world.served, lang="ar")))
    ask(page, "How common is cement leakage?")
    send, box = page.locator(".send").bounding_box(), page.get_by_role("textbox").bounding_box()
    assert send["x"] < box["x"]
    quote = page.locator("blockquote.quote").first
    expect(quote).to_have_css("direction", "ltr")
    expect(quote).to_have_css("border-left-width", "3px")
    assert quote.text_content() == QUOTES[0][1]


def test_light_and_dark_follow_the_reader_and_the_page_can_insist(visit, world):
    def ground(**settings):
        scheme = settings.pop("scheme")
        page = opened(visit(head=script(world.served, **settings), color_scheme=scheme))
        return page.locator(".panel").evaluate("panel => getComputedStyle(panel).backgroundColor")

    light, dark = "rgb(255, 255, 255)", "rgb(22, 25, 29)"
    assert ground(scheme="light") == ground(scheme="dark", theme="light") == light
    assert ground(scheme="dark") == ground(scheme="light", theme="dark") == dark


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_readers_who_want_no_motion(visit, motion, moves):
    page = visit(reduced_motion=motion)
    page.locator(".launcher").click()
    names = page.locator("dialog").evaluate("dialog => getComputedStyle(dialog).animationName")
    assert (names != "none") is moves


def test_the_widget_tells_nothing_of_what_was_asked_to_the_address_bar_or_title(visit):
    page = opened(visit())
    before = page.url, page.title()
    ask(page, "How common is cement leakage?")
    assert (page.url, page.title()) == before
    assert told(page, "error") == []
