"""Servers for the widget's tests in a browser: an assistant's, and pages of other origins that embed it."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import uvicorn
from fake_assistant import FakeAssistant

from app import create_app, listen
from assistant.config import ServerConfig
from assistant.widget.sites import Site, Sites

# What a browser is started with; third-party cookies are refused in all tests.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--test-third-party-cookie-phaseout",
)
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body>{body}</body></html>"""


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
def assistant_server(origins, assistant=None, **counts):
    """The server of an assistant that two sites, "clinic" and "ward", may embed."""
    assistant = assistant or FakeAssistant()
    counts = {"questions_per_minute": 10_000, "questions_per_minute_and_address": 10_000, **counts}
    with listen(ServerConfig("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        sites = Sites({name: Site(name, tuple(origins), **counts) for name in ("clinic", "ward")}, address)
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
