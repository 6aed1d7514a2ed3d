"""Building, loading, answering and serving with every way out of the machine closed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Refuses every connection but to this machine, and every name but this machine's, and lists the attempts.
PROGRAM = """
import ipaddress, json, socket, sys

attempts = []

def local(host):
    if host in ("localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

def closed(method):
    def guarded(self, address, *rest):
        if self.family != socket.AF_UNIX and not local(address[0]):
            attempts.append(repr(address))
            raise OSError(101, "Network is unreachable")
        return method(self, address, *rest)
    return guarded

for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, closed(getattr(socket.socket, name)))
send = socket.socket.sendto

def sendto(self, data, *rest):
    if not local(rest[-1][0]):
        attempts.append(repr(rest[-1]))
        raise OSError(101, "Network is unreachable")
    return send(self, data, *rest)

socket.socket.sendto = sendto
look_up = socket.getaddrinfo

def getaddrinfo(host, *rest, **named):
    if not local(host):
        attempts.append(repr(host))
        raise socket.gaierror(-3, "Temporary failure in name resolution")
    return look_up(host, *rest, **named)

socket.getaddrinfo = getaddrinfo

try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError:
    pass
assert attempts, "the guard does not guard"
attempts.clear()

import os
from fastapi.testclient import TestClient
from app import create_app
from assistant.load import load_assistant
from ingest.config import ingest_config
from ingest.pipeline import build

config = ingest_config(os.environ)
result = build(config, lambda line: None)
assistant = load_assistant(config)
question = "What is the first sign of a filler in the lung?"
answer = assistant.ask(question)
with TestClient(create_app(assistant, names=["testserver"])) as client:
    served = client.post("/api/v1/ask", json={"question": question})
    refused = client.post("/api/v1/ask", json={"question": ""})
    page = client.get("/")
again = build(config, lambda line: None)
print(json.dumps({
    "attempts": attempts,
    "embedded": result.embedded,
    "unchanged": again.unchanged,
    "served": [served.json()["id"] == answer.id, refused.status_code, page.status_code],
    "status": answer.status,
    "quotes": [citation.quote for citation in answer.citations] + [near.text for near in answer.nearest],
}))
"""


@pytest.mark.real_model
def test_building_loading_answering_and_serving_try_no_connection_to_elsewhere(config):
    environment = {
        **os.environ,
        "ASSISTANT_CORPUS": str(config.corpus_folder),
        "ASSISTANT_INDEX": str(config.index_folder),
        # what would make FastAPI send what it sees to elsewhere
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318",
    }
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert "telemetry" not in run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["attempts"] == []
    assert found["served"] == [True, 422, 200]
    assert found["embedded"] > 0 and found["unchanged"]
    assert "Breathlessness is the first sign." in found["quotes"]
