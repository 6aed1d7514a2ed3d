"""Serves pages of another origin that embed the widget, under a strict policy: `make widget-demo`.

On port 7861; the assistant, on port 7860, has to list it: ASSISTANT_WIDGET_SITES=tools/widget_demo/sites.toml
"""

import argparse
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PAGES = Path(__file__).parent / "pages"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def policy(assistant: str) -> str:
    """The strictest Content-Security-Policy of a page that shows the widget in all its forms."""
    return (
        f"default-src 'none'; script-src 'self' {assistant}; connect-src {assistant}; frame-src {assistant}; "
        "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def demo_server(assistant: str, port: int) -> ThreadingHTTPServer:
    """A server of the pages.

    Args:
        assistant: origin of the assistant; stands in the pages as {assistant}.
        port: of 127.0.0.1; 0 for a free one.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = urlsplit(self.path).path.removeprefix("/") or "index.html"
            path = PAGES / name
            found = path in PAGES.iterdir()
            self.send_response(200 if found else 404)
            content = path.read_text("utf-8") if found else "Not found"
            self.send_header("Content-Type", f"{_KINDS.get(path.suffix, 'text/plain')}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy(assistant))
            self.end_headers()
            self.wfile.write(content.replace("{assistant}", assistant).encode("utf-8"))

        def log_message(self, *arguments: object) -> None:
            """Says nothing of each request."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> int:
    """Serves until Ctrl-C; returns 0."""
    parser = argparse.ArgumentParser(description="Pages that embed the widget, on another port.")
    parser.add_argument("--assistant", default="http://127.0.0.1:7860", help="origin of the assistant")
    parser.add_argument("--port", type=int, default=7861, help="of these pages")
    arguments = parser.parse_args()
    server = demo_server(arguments.assistant, arguments.port)
    print(f"The demo is at http://127.0.0.1:{server.server_port}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
