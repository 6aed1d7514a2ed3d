"""Who the widget is served to, in a real browser: origins, policies, frames, cookies."""

import re
import sys
import threading
from pathlib import Path

import pytest
from fake_assistant import QUOTES
from playwright.sync_api import expect
from widget_host import (  # noqa: F401
    ask,
    assistant_server,
    browser,
    host,
    needs_chromium,
    opened,
    script,
    texts,
    told,
    visit,
    visitor,
    world,
)

from assistant.widget.files import integrity

sys.path.insert(0, str(Path(__file__).parent.parent / "tools" / "widget_demo"))
from serve import demo_server, policy  # noqa: E402

pytestmark = needs_chromium
INLINE = "<h1>Host</h1><kyphoplasty-assistant data-site='clinic'></kyphoplasty-assistant>"
NOT_SERVED = (
    "This assistant cannot be reached from this page: it is not running, or it is not served to the page's "
    "address."
)
# Sends a request of each verb as a page can, spoofing what it can; what comes back must be unreadable.
TRY_ALL = """async (server) => {
  const readable = [];
  const spoofed = {
    "Content-Type": "application/json", Origin: "ALLOWED", Referer: "ALLOWED",
    "X-Forwarded-Origin": "ALLOWED", "X-Forwarded-Host": "ALLOWED", "X-Original-Origin": "ALLOWED",
    "Sec-Fetch-Site": "same-origin",
  };
  const body = JSON.stringify({ question: "How common is leakage?" });
  const paths = ["clinic", "ward", "unknown", ""].flatMap((site) =>
    ["start", "ask", "source-context"].map((path) => `${site}/${path}`));
  for (const path of paths) {
    const address = `${server}/widget/v1/${path}`;
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      for (const headers of [{}, spoofed]) {
        const sent = ["GET", "HEAD"].includes(method) ? {} : { body };
        const reply = await fetch(address, { method, headers, ...sent }).catch(() => null);
        if (reply) readable.push([method, address, reply.status]);
      }
    }
    await fetch(address, { method: "POST", mode: "no-cors", body });
  }
  return readable;
}"""


# Origins


def test_a_page_of_another_origin_gets_neither_button_nor_answer(visit, world):
    page = visit(pages=world.other, failing=True)
    page.wait_for_function("window.told.length")
    (detail,) = told(page, "error")
    assert detail["detail"] == NOT_SERVED
    expect(page.locator(".launcher")).to_have_count(0)
    asked = len(world.assistant.asked)
    assert page.evaluate("document.querySelector('kyphoplasty-assistant').ask('How common?')") is None
    assert len(world.assistant.asked) == asked


def test_the_inline_form_says_that_it_is_not_served(visit, world):
    head = f"<script src='{world.served.address}/widget.js' defer></script>"
    page = visit(INLINE, head, pages=world.other, failing=True)
    expect(page.get_by_role("alert")).to_have_text(NOT_SERVED)


def test_another_origin_can_read_nothing_on_any_verb_whatever_headers_it_sends(visit, world):
    page = visit(head="", pages=world.other, failing=True)
    asked = len(world.assistant.asked)
    attempt = TRY_ALL.replace("ALLOWED", world.pages.address)
    assert page.evaluate(attempt, world.served.address) == []
    assert len(world.assistant.asked) == asked


def test_the_allowed_origin_can_send_what_the_other_could_not(visit, world):
    """The test above can fail."""
    page = visit(head="", failing=True)
    readable = page.evaluate(TRY_ALL, world.served.address)
    served = [entry for entry in readable if "/clinic/ask" in entry[1] and entry[2] == 200]
    assert [method for method, _, _ in served] == ["POST"]


def test_a_page_without_an_origin_can_read_nothing(visit, world):
    """A sandboxed frame says that its origin is "null", even on an allowed page."""
    world.pages.add("/sandboxed", INLINE, f"<script src='{world.served.address}/widget.js' defer></script>")
    page = visit(
        "<h1>Host</h1><iframe sandbox='allow-scripts' src='/sandboxed'></iframe>", head="", failing=True
    )
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("alert")).to_have_text(NOT_SERVED)
    frame = page.frames[1]
    assert frame.evaluate("window.origin") == "null"
    asked = len(world.assistant.asked)
    attempt = TRY_ALL.replace("ALLOWED", world.pages.address)
    assert frame.evaluate(attempt, world.served.address) == []
    assert len(world.assistant.asked) == asked


@pytest.mark.parametrize("site", [None, "", "unknown", "../clinic"])
def test_without_the_id_of_a_site_nothing_is_served(visit, world, site):
    data = "" if site is None else f" data-site='{site}'"
    head = f"<script src='{world.served.address}/widget.js' defer></script>"
    page = visit(INLINE.replace(" data-site='clinic'", data), head, failing=True)
    said = NOT_SERVED if site else "The attribute data-site is missing: it names the site."
    expect(page.get_by_role("alert")).to_have_text(said)
    expect(page.get_by_role("textbox")).to_have_count(0)


# Policies of the host


def test_the_strictest_policy_of_a_page_is_kept(visit, world):
    strict = (
        f"default-src 'none'; script-src 'self' {world.served.address}/widget.js; "
        f"connect-src {world.served.address}/widget/v1/clinic/; style-src 'none'; img-src 'none'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    world.pages.add_script(
        "/watch.js",
        "window.broken = []; "
        "addEventListener('securitypolicyviolation', (event) => window.broken.push(event.blockedURI));",
    )
    page = visit(
        head="<script src='/watch.js'></script>" + script(world.served, accent="#063"), policy=strict
    )
    opened(page)
    expect(page.locator(".launcher")).to_have_css("background-color", "rgb(0, 102, 51)")
    ask(page, "How common is cement leakage?")
    assert texts(page.locator(".quote")) == [words for _, words in QUOTES]
    page.locator(".own").first.click()
    expect(page.locator("mark")).to_be_visible()
    expect(page.locator(".badges li").first).to_have_css("border-top-width", "1px")
    assert page.evaluate("window.broken") == []
    assert page.locator("kyphoplasty-assistant").evaluate(
        "widget => [...widget.shadowRoot.querySelectorAll('[style], style, script, link')].length"
    ) == 0  # fmt: skip


def test_a_page_can_insist_on_one_version_of_the_file(visit, world):
    checked = script(world.served).replace(" defer", " crossorigin='anonymous' integrity='%s' defer")
    page = visit(head=checked % integrity())
    expect(page.locator(".launcher")).to_be_visible()
    other = visit(head=checked % ("sha384-" + "A" * 64), failing=True)
    other.wait_for_load_state("networkidle")
    expect(other.locator("kyphoplasty-assistant")).to_have_count(0)


# The guide

GUIDE = (Path(__file__).parent.parent / "assistant/widget/README.md").read_text("utf-8")
# The lines to copy: button, element, iframe, button with the hash of the file.
COPIED = [*re.findall(r"```html\n(.*?)```", GUIDE, re.DOTALL)]
(GUIDE_POLICY,) = re.findall(r"^    (script-src .+)$", GUIDE, re.MULTILINE)
(GUIDE_FRAME_POLICY,) = re.findall(r"`(frame-src .+?)`", GUIDE)


@pytest.mark.parametrize("lines", COPIED)
def test_the_lines_of_the_guide_work_as_they_stand_under_its_policy(visit, world, lines):
    frame = "<iframe" in lines
    added = GUIDE_FRAME_POLICY if frame else GUIDE_POLICY.replace("script-src", "script-src 'self'")
    own = "default-src 'none'; script-src 'self'; " if frame else "default-src 'none'; "
    here = {"https://assistant.example.org": world.served.address, "sha384-…": integrity()}
    for example, real in here.items():
        lines, added = lines.replace(example, real), added.replace(example, real)
    page = visit(f"<h1>Host</h1>{lines}", head="", policy=own + added)
    inside = page.frame_locator("iframe") if frame else page
    if "<kyphoplasty-assistant" not in lines and not frame:
        opened(page)
    inside.get_by_role("textbox").fill("How common is cement leakage?")
    inside.get_by_role("textbox").press("Enter")
    expect(inside.locator(".quote")).to_have_count(4)


def test_the_guide_has_a_form_for_every_way_to_embed():
    assert [re.search(r"<iframe|<script", lines)[0] for lines in COPIED] == [
        "<script", "<script", "<iframe", "<script",
    ]  # fmt: skip
    assert "<kyphoplasty-assistant" in COPIED[1] and "integrity" in COPIED[3]


# Frames and cookies


def frame_of(world, site="clinic", query=""):
    address = f"{world.served.address}/widget/frame/{site}{query}"
    return f"<h1>Host</h1><iframe src='{address}' title='Assistant'></iframe>"


def test_the_iframe_form_answers_on_a_page_that_allows_no_script_of_others(visit, world):
    strict = f"default-src 'none'; script-src 'self'; frame-src {world.served.address}"
    page = visit(frame_of(world, query="?lang=de&title=Nachschlagen"), head="", policy=strict)
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", name="Nachschlagen")).to_be_visible()
    expect(inside.locator(".purpose strong")).to_have_text("Nicht für Notfälle, nicht für Patienten.")
    inside.get_by_role("textbox").fill("How common is cement leakage?")
    inside.get_by_role("textbox").press("Enter")
    expect(inside.locator(".quote")).to_have_count(4)
    inside.locator(".own").first.click()
    expect(inside.locator("mark")).to_have_text(QUOTES[0][1])


@pytest.mark.parametrize("site", ["clinic", "ward", "unknown"])
def test_a_page_of_another_origin_cannot_show_the_iframe_form(visit, world, site):
    page = visit(frame_of(world, site), head="", pages=world.other, failing=True)
    page.wait_for_load_state("networkidle")
    assert page.frames[1].evaluate("document.querySelectorAll('kyphoplasty-assistant').length") == 0
    if site != "unknown":
        assert page.frames[1].evaluate("location.protocol") == "chrome-error:"


def test_no_cookie_is_needed_where_third_party_cookies_are_blocked(visit, world, browser):
    """To a browser localhost and 127.0.0.1 are two sites. A probe's cookie is taken on its own page only."""
    world.other.add("/probe", "<p></p>", "<script src='/probe.js'></script>")
    world.other.add_script(
        "/probe.js",
        "document.cookie = 'a=b; SameSite=None; Secure'; addEventListener('DOMContentLoaded', () => "
        "{ document.querySelector('p').textContent = document.cookie || 'refused'; });",
    )
    with browser.new_context() as context:
        own = context.new_page()
        own.goto(f"{world.other.address}/probe")
        expect(own.locator("p")).to_have_text("a=b")
    body = frame_of(world) + f"<iframe id='probe' src='{world.other.address}/probe'></iframe>"
    page = visit(body, address=world.abroad, hosts=(world.other.address,))
    expect(page.frame_locator("#probe").locator("p")).to_have_text("refused")
    inside = page.frame_locator("iframe >> nth=0")
    inside.get_by_role("textbox").fill("How common is cement leakage?")
    inside.get_by_role("textbox").press("Enter")
    expect(inside.locator(".quote")).to_have_count(4)
    opened(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("How common is cement leakage?")
    dialog.get_by_role("textbox").press("Enter")
    expect(dialog.locator(".quote")).to_have_count(4)


# The demo


@pytest.fixture(scope="module")
def demo():
    """The demo's pages, with an assistant that lists them."""
    with host() as spare:
        port = int(spare.address.rpartition(":")[2])
    with assistant_server([f"http://127.0.0.1:{port}"], sites=("demo",)) as served:
        server = demo_server(served.address, port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_demo_shows_every_form_under_its_strict_policy(browser, demo):
    served, address = demo
    assert "unsafe" not in policy(served.address)
    with visitor(browser, (served.address, address)) as page:
        page.goto(address)
        expect(page.locator(".launcher")).to_be_visible()
        page.get_by_role("button", name="Ask “Which imaging").click()
        expect(page.locator(".quote")).to_have_count(4)
        expect(page.locator("#events li").last).to_contain_text("answered: Which imaging shows")
        page.goto(f"{address}/inline.html")
        ask(page, "How common is cement leakage?")
        page.goto(f"{address}/frame.html")
        expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
        page.goto(f"{address}/themes.html")
        expect(page.locator(".launcher")).to_have_text("مساعد رأب الحدب")
        expect(page.locator(".inline header")).to_have_css("background-color", "rgb(255, 213, 74)")
