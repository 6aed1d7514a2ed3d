import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from fake_assistant import FakeAssistant, corpus
from fastapi.testclient import TestClient

from app import create_app, listen, main
from assistant.config import ServerConfig

ROOT = Path(__file__).parent.parent
URL = re.compile(r"https?:(?:\\?/){2}[^\s\"'<>)\\]+")
# Names of XML vocabularies in inline pictures: never loaded.
NAMES = {"http://www.w3.org/2000/svg"}


@pytest.fixture(scope="module")
def client():
    with TestClient(create_app(FakeAssistant(), names=["testserver"])) as client:
        yield client


@pytest.fixture
def taken_port():
    with listen(ServerConfig("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port():
    with listen(ServerConfig("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_the_api_is_served_beside_the_page(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.post("/api/v1/ask", json={"question": "How common is it?"}).json()["status"] == "answered"
    assert client.get("/v1/models").status_code == 200


def test_pages_of_other_hosts_may_not_read_the_api(client):
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    reply = client.options("/api/v1/ask", headers=origin)
    assert reply.status_code == 405
    assert "access-control-allow-origin" not in reply.headers


def test_the_page_is_served_at_the_root(client):
    reply = client.get("/", headers={"accept-encoding": "gzip, br"})
    assert reply.status_code == 200
    assert "Kyphoplasty assistant" in reply.text
    assert "Which imaging shows cement leakage best?" in reply.text
    assert int(reply.headers["content-length"]) == len(reply.content)


@pytest.mark.parametrize("path", ["/", "/theme.css", "/config", "/manifest.json"])
def test_nothing_that_is_served_names_another_host(client, path):
    reply = client.get(path)
    assert reply.status_code == 200
    links = {document.source.link for document in corpus().values()}
    found = {url for url in URL.findall(reply.text) if not url.startswith("http://testserver")}
    assert found - links - NAMES == set()


def test_the_browser_is_told_to_load_nothing_from_another_host(client):
    for path in ("/", "/healthz", "/theme.css"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy
        assert "*" not in policy


def test_links_do_not_say_where_the_reader_came_from(client):
    assert client.get("/").headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/gradio_api/runs", "/monitoring"])
def test_pages_that_nobody_asked_for_are_not_there(client, path):
    assert client.get(path).status_code in (401, 403, 404)


def test_the_chat_is_no_open_interface(client):
    assert client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_the_page_counts_no_visits(client):
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == []


def test_a_port_in_use_is_named_with_the_way_out(taken_port, monkeypatch, capsys):
    monkeypatch.setenv("ASSISTANT_PORT", str(taken_port))
    assert main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"Port {taken_port} of 127.0.0.1 cannot be used: Address already in use.")
    assert "ASSISTANT_PORT=" in said.err


def test_a_host_that_is_not_of_this_machine_is_named(monkeypatch, capsys):
    monkeypatch.setenv("ASSISTANT_HOST", "192.0.2.1")
    monkeypatch.setenv("ASSISTANT_PORT", str(free_port()))
    assert main([]) == 2
    assert "192.0.2.1 cannot be used" in capsys.readouterr().err


def test_a_port_that_is_no_number_is_named(monkeypatch, capsys):
    monkeypatch.setenv("ASSISTANT_PORT", "http")
    assert main([]) == 2
    assert capsys.readouterr().err == "ASSISTANT_PORT is 'http'; give a number from 1 to 65535.\n"


def test_a_missing_corpus_is_a_message_and_frees_the_port(tmp_path, monkeypatch, capsys):
    port = free_port()
    monkeypatch.setenv("ASSISTANT_PORT", str(port))
    monkeypatch.setenv("ASSISTANT_CORPUS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ASSISTANT_INDEX", str(tmp_path / "index"))
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert "Traceback" not in said
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_the_program_serves_until_it_is_interrupted_and_ends_quietly():
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "ASSISTANT_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            lines = iter(program.stdout.readline, "")
            assert f"The assistant is at http://127.0.0.1:{port}\n" in lines
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as reply:
                assert reply.status == 200
            program.send_signal(signal.SIGINT)
            rest, errors = program.communicate(timeout=60)
        finally:
            program.kill()
    assert (program.returncode, rest, errors) == (0, "", "")
