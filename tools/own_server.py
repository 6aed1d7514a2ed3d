"""A server of the assistant for a measurement: started on a free port, waited for, and stopped.

Needs nothing but Python, so that tools in an environment of their own can use it.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parent.parent
# A server that answers no sooner than this is reported as broken.
_SECONDS_TO_START = 120


@contextmanager
def own_server(url: str | None, python: str = sys.executable) -> Iterator[str]:
    """The address of the server that is asked, once it is ready.

    Args:
        url: of a server that runs; without one, a server is started.
        python: that the server is run with.
    """
    if url:
        yield url
        return
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "ASSISTANT_PORT": str(port)}
    with subprocess.Popen([python, "app.py"], cwd=ROOT, env=environment, stdout=sys.stderr) as server:
        try:
            _wait_until_ready(url)
            yield url
        finally:
            server.terminate()


def readiness(url: str) -> dict[str, Any]:
    """What the server's /readyz says.

    Raises:
        OSError: it is not reached, or not ready.
    """
    with build_opener(ProxyHandler({})).open(f"{url}/readyz", timeout=10) as reply:
        found: dict[str, Any] = json.load(reply)
    return found


def _wait_until_ready(url: str) -> None:
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end:
        try:
            readiness(url)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"The server was not ready within {_SECONDS_TO_START} seconds.")
