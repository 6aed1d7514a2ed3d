"""Serves the assistant: configuration from the environment, the index, the models, the chat page, the API.

python app.py; settings are the ASSISTANT_ variables that the README lists.
"""

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI

from assistant.api.app import NO_TELEMETRY, mount_api
from assistant.api.config import ApiConfig, api_config
from assistant.api.guard import CLOSED
from assistant.api.service import Service
from assistant.config import PageConfig, ServerConfig, page_config, server_config
from assistant.errors import AssistantError
from assistant.host_check import KnownHostsOnly
from assistant.library_routes import Upload
from assistant.live import Serving
from assistant.load import load_live_assistant
from assistant.page import mount_page
from assistant.page_image import PageImages, page_images
from assistant.uploads import uploads
from assistant.widget.server import mount_widget
from assistant.widget.sites import Sites, read_sites
from ingest.config import ingest_config
from ingest.errors import IngestError
from ingest.pipeline import build

# Pages keep a connection open; after Ctrl-C they are given this long.
_SHUTDOWN_SECONDS = 1
_LOCAL = ApiConfig()
_PAGE = PageConfig()


def create_app(
    assistant: Serving,
    sites: Sites | None = None,
    api: ApiConfig = _LOCAL,
    page: PageConfig = _PAGE,
    images: PageImages | None = None,
    upload: Upload | None = None,
    names: Sequence[str] | None = (),
) -> FastAPI:
    """The web server of an assistant: the chat page at /, the pages beside it, the API, and the widget.

    Args:
        assistant: that is asked.
        sites: that may show the widget; None serves it to nobody.
        api: who may call the API, how often and how long.
        page: what the operator allows on the page.
        images: draws the pages of sources that have pages; None where no source has.
        upload: adds documents to the corpus, if the page's configuration allows it.
        names: in lower case, that the server answers to besides addresses and localhost; None for every name.
    """
    server = FastAPI(
        title="Kyphoplasty assistant", docs_url=None, redoc_url=None, openapi_url=None, telemetry=NO_TELEMETRY
    )
    service = Service(assistant, api)
    mount_api(server, service, api)
    if sites is not None:
        mount_widget(server, service, sites)
    mount_page(server, assistant, page, upload, images)
    if names is not None:
        server.add_middleware(KnownHostsOnly, names=names)  # last, so that it stands before all of these
    return server


def main(argv: Sequence[str] | None = None) -> int:
    """Builds the index if need be and serves until Ctrl-C; returns 0, or 2 after a printed error."""
    argparse.ArgumentParser(prog="python app.py", description=__doc__).parse_args(argv)
    try:
        config = server_config(os.environ)
        api = api_config(os.environ, config.host)
        sites = read_sites(config.widget_sites) if config.widget_sites else None
        with listen(config) as listener:
            ingest, page = ingest_config(os.environ), page_config(os.environ)
            build(ingest, _say)
            images = page_images(ingest.corpus_folder)
            assistant = load_live_assistant(ingest)
            server = create_app(assistant, sites, api, page, images, uploads(ingest), config.names)
            if api.closed:
                _say(CLOSED)
            serve(server, listener, config)
    except (IngestError, AssistantError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def listen(config: ServerConfig) -> socket.socket:
    """A socket that listens where the configuration says; port 0 takes a free one.

    Raises:
        OSError: the port is taken, or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        code = error.errno or 0  # negative if the host's name is not known
        reason = os.strerror(code) if code in errno.errorcode else error.strerror
        raise OSError(
            f"Port {config.port} of {config.host} cannot be used: {reason}. Choose another with "
            f"ASSISTANT_PORT, for example: ASSISTANT_PORT={config.port % 65535 + 1} python app.py"
        ) from error


def serve(server: FastAPI, listener: socket.socket, config: ServerConfig) -> None:
    """Serves until Ctrl-C. Nothing is logged: neither requests nor what is in them."""
    settings = uvicorn.Config(
        server, log_level="critical", access_log=False, timeout_graceful_shutdown=_SHUTDOWN_SECONDS
    )
    host = f"[{config.host}]" if ":" in config.host else config.host
    _say(f"The assistant is at http://{host}:{listener.getsockname()[1]}")
    uvicorn.Server(settings).run(sockets=[listener])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
