"""For the widget's tests in a browser: an assistant's server, pages of other origins, and their visitors."""

import os
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import uvicorn
from fake_assistant import FakeAssistant
from playwright.sync_api import expect, sync_playwright

from app import create_app, listen
from assistant.config import ServerConfig
from assistant.records import Band, Comparison, Figure, Statement
from assistant.widget.sites import Site, Sites

CHROMIUM = Path("/usr/bin/chromium")
# What a browser is started with; third-party cookies are refused in all tests.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--test-third-party-cookie-phaseout",
)
SIZES = {"wide": (1280, 900), "phone": (360, 740)}
EVENTS = """
window.told = [];
const names = ["ready", "answered", "cited", "refused", "error"];
for (const name of names) document.addEventListener(name, (event) => {
  if (event instanceof CustomEvent) window.told.push([name, event.detail]);
}, true);
"""
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body>{body}</body></html>"""

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"{CHROMIUM} is not installed"
)
both = pytest.mark.parametrize("visit", SIZES, indirect=True)


@dataclass
class Host:
    """Pages of one origin; a test adds its own."""

    address: str
    pages: dict = field(default_factory=dict)

    def add(self, path, body="", head="", lang="en", **headers):
        """Serves a page and returns its address; headers are named with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (PAGE.format(lang=lang, head=head, body=body), "text/html", named)
        return f"{self.address}{path}"

    def add_script(self, path, text):
        """Serves a script and returns its address."""
        self.pages[path] = (text, "text/javascript", {})
        return f"{self.address}{path}"


@contextmanager
def host():
    """A server of pages on a port of its own."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content, kind, headers = pages.get(urlsplit(self.path).path, ("", "text/plain", {}))
            self.send_response(200 if content else 404)
            for name, value in {"Content-Type": f"{kind}; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content.encode("utf-8"))

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Host(f"http://127.0.0.1:{server.server_port}", pages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def assistant_server(origins, assistant=None, sites=("clinic", "ward"), **counts):
    """The server of an assistant that sites of these origins may embed."""
    assistant = assistant or FakeAssistant()
    counts = {"questions_per_minute": 10_000, "questions_per_minute_and_address": 10_000, **counts}
    with listen(ServerConfig("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        sites = Sites({name: Site(name, tuple(origins), **counts) for name in sites}, address)
        settings = uvicorn.Config(
            create_app(assistant, sites), log_level="critical", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield SimpleNamespace(address=address, assistant=assistant)
        finally:
            server.should_exit = True
            thread.join(timeout=30)
        assert not thread.is_alive()


class FullAssistant(FakeAssistant):
    """Answers with everything an answer can hold; one with "partly" in part, one on costs not at all."""

    def ask(self, question, history=(), *rest):
        answer = super().ask(question, history, *rest)
        if not answer.citations:
            return answer
        first, *others = answer.citations
        at = first.start + first.quote.index("80%")
        figures = (
            Figure("80%", at, at + 3, "not stated", "PVP", "CT"),
            Figure("50%", at, at + 3, "", "PKP", ""),
        )
        own = Statement("Mao et al. 2024 (case report). DOI: 10.12998/wjcc.v12.i10.1837", (2,))
        answer = replace(
            answer,
            statements=(*answer.statements, own),
            citations=(replace(first, figures=figures), *others),
            comparison=(Comparison("rate of cement leakage", (1, 3), "not comparable", "PKP and PVP"),),
            notices=("Also searched: PKP → percutaneous kyphoplasty.", "Of one only the abstract is there."),
            limits=("This may be an emergency: act by your local protocol first.",),
            band=Band(0.8, 1.0, 46, 50),
        )
        if "partly" in question:
            answer = replace(answer, status="partial", missing=("what does it weigh?",))
        return answer


@contextmanager
def chromium():
    """A browser that refuses third-party cookies."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visitor(browser, hosts, *, failing=False, **settings):
    """A page of a new visitor.

    Afterwards it must have asked no host but these for anything, got no cookie and, unless it is `failing`,
    had no error.
    """
    context = browser.new_context(**settings)
    page = context.new_page()
    page.set_default_timeout(30_000)
    requested, errors = [], []
    page.on("request", lambda sent: requested.append(sent.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    yield page
    assert {urlsplit(url).netloc for url in requested} <= {urlsplit(host).netloc for host in hosts}
    assert context.cookies() == []
    assert failing or errors == []
    context.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def world():
    """Pages of an allowed origin, pages of another, and the assistant's server.

    The allowed pages are reached as 127.0.0.1, which to a browser is the server's site, and as localhost,
    which is another's.
    """
    with ExitStack() as stack:
        pages, other = stack.enter_context(host()), stack.enter_context(host())
        abroad = pages.address.replace("127.0.0.1", "localhost")
        served = stack.enter_context(assistant_server([pages.address, abroad], FullAssistant()))
        for each in (pages, other):
            each.add_script("/events.js", EVENTS)
        yield SimpleNamespace(
            pages=pages, other=other, abroad=abroad, served=served, assistant=served.assistant
        )


def script(served, site="clinic", **settings):
    data = "".join(f" data-{name}='{value}'" for name, value in settings.items())
    return f"<script src='{served.address}/widget.js' data-site='{site}'{data} defer></script>"


@pytest.fixture
def visit(browser, world, request):
    """Opens pages of a host for new visitors."""
    width, height = SIZES[getattr(request, "param", "wide")]
    with ExitStack() as stack:

        def open_page(
            body="<h1>Host</h1>",
            head=None,
            served=None,
            pages=None,
            address=None,
            lang="en",
            policy="",
            hosts=(),
            **settings,
        ):
            served, pages = served or world.served, pages or world.pages
            address = address or pages.address
            settings = {"viewport": {"width": width, "height": height}, **settings}
            page = stack.enter_context(visitor(browser, (address, served.address, *hosts), **settings))
            head = script(served) if head is None else head
            headers = {"Content_Security_Policy": policy} if policy else {}
            pages.add("/page", body, f"<script src='/events.js'></script>{head}", lang, **headers)
            page.goto(f"{address}/page")
            return page

        yield open_page


def ask(page, question):
    box = page.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".turn").last.locator(".outcome, .problem")).to_be_visible()


def opened(page):
    page.locator(".launcher").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def texts(locator):
    return [item.text_content() for item in locator.all()]


def told(page, name):
    return [detail for event, detail in page.evaluate("window.told") if event == name]
