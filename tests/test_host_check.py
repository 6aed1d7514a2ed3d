"""Under which names a server of this machine answers: none that the owner of another site's page chooses."""

import pytest
from fake_assistant import FakeAssistant
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import WebSocketDenialResponse
from test_library_routes import Uploads

from app import create_app
from assistant.config import PageConfig
from assistant.host_check import KnownHostsOnly
from assistant.widget.sites import Site, Sites

PROXIED = "assistant.example.org"
REBOUND = {
    "host": "evil.example:7860",
    "origin": "http://evil.example:7860",
    "sec-fetch-site": "same-origin",
}


@pytest.fixture(scope="module")
def uploads():
    return Uploads()


@pytest.fixture(scope="module")
def client(uploads):
    sites = Sites({"clinic": Site("clinic", ("http://evil.example:7860",))}, "")
    application = create_app(FakeAssistant(), sites, page=PageConfig(uploads=True), upload=uploads)
    with TestClient(application, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/config"), ("GET", "/gradio_api/info"), ("GET", "/library"), ("GET", "/about"),
        ("GET", "/page/sources"), ("POST", "/page/export/markdown"), ("GET", "/page/static/page.css"),
        ("POST", "/library"), ("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/api/v1/sources"),
        ("POST", "/api/v1/ask"), ("OPTIONS", "/api/v1/ask"), ("GET", "/v1/models"), ("GET", "/widget.js"),
        ("POST", "/widget/v1/clinic/ask"), ("GET", "/nothing"),
    ],
)  # fmt: skip
def test_a_page_whose_name_was_pointed_at_this_machine_reads_and_sends_nothing(client, uploads, method, path):
    sent = {"files": {"file": ("a.txt", b"text")}} if path == "/library" and method == "POST" else {}
    reply = client.request(method, path, headers=REBOUND, **sent)
    assert reply.status_code == 421
    assert reply.headers["content-type"] == "application/problem+json"
    assert "ASSISTANT_HOST_NAMES" in reply.json()["detail"]
    assert uploads.taken == []


def test_the_server_answers_to_its_address(client):
    for path in ("/", "/library", "/api/v1/sources", "/widget.js"):
        assert client.get(path).status_code == 200


def checked(names=()):
    async def greet(socket):
        await socket.accept()
        await socket.close()

    routes = [Route("/", lambda request: PlainTextResponse("here")), WebSocketRoute("/", greet)]
    application = Starlette(routes=routes)
    application.add_middleware(KnownHostsOnly, names=names)
    return TestClient(application)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LocalHost", "localhost.:80", "[::1]", "[::1]:7860",
     "192.0.2.7:7860", "assistant.example.org", "Assistant.Example.Org:443", "assistant.example.org."],
)  # fmt: skip
def test_addresses_localhost_and_names_that_the_operator_gave_are_answered(host):
    client = checked([PROXIED])
    assert client.get("/", headers={"host": host}).text == "here"
    with client.websocket_connect("/", headers={"host": host}):
        pass


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil.example",
     "evil.localhost", "evilassistant.example.org", "evil.example:127.0.0.1", "evil.example/127.0.0.1",
     "evil@127.0.0.1", "[evil.example]", "[localhost]", "[::1]evil.example", "::1", "127.0.0.1, evil.example",
     "", ":7860"],
)  # fmt: skip
def test_every_other_host_is_refused_on_web_sockets_too(host):
    client = checked([PROXIED])
    assert client.get("/", headers={"host": host}).status_code == 421
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect("/", headers={"host": host}),
    ):
        pass
    assert refused.value.status_code == 421


def test_a_request_with_two_hosts_is_refused():
    assert checked().get("/", headers=[("host", "localhost"), ("host", "evil.example")]).status_code == 421
