"""Who may call the API, how often, how much and how long, and what is said and logged when they may not."""

import hashlib
import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from fake_assistant import FakeAssistant, found_hits
from fastapi.testclient import TestClient
from served import api_of, served

from assistant.api.access import key_digests, known_key
from assistant.api.config import api_config
from assistant.api.rates import network
from assistant.errors import VerificationError
from ingest.errors import IndexDamagedError

KEY, OTHER = "a-key-of-forty-characters-made-for-tests", "another-key-of-sufficient-length"
QUESTION = {"question": "How common is cement leakage?"}
GUARDED = ("/api/v1/sources", "/api/v1/nowhere", "/v1/models", "/metrics")


class FailingAssistant(FakeAssistant):
    """Raises an error, whose words hold the question, when it is asked."""

    def __init__(self, error):
        super().__init__()
        self._error = error

    def ask(self, question, *rest):
        raise self._error(f"about: {question}")

    passages = ask


class SlowAssistant(FakeAssistant):
    """Takes its time to answer."""

    def __init__(self, seconds=1.5):
        super().__init__()
        self._seconds = seconds

    def ask(self, *asked):
        time.sleep(self._seconds)
        return super().ask(*asked)


def digests(*keys):
    return tuple(hashlib.sha256(key.encode()).hexdigest() for key in keys)


def client_of(assistant=None, **config):
    return TestClient(api_of(assistant or FakeAssistant(), **config))


@pytest.fixture
def guarded():
    with client_of(key_digests=digests(KEY, OTHER)) as client:
        yield client


@pytest.mark.parametrize("path", GUARDED)
def test_with_keys_nothing_is_given_without_one(guarded, path):
    reply = guarded.get(path)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.headers["content-type"] == "application/problem+json"
    assert "Authorization: Bearer" in reply.json()["detail"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/openapi.json"])
def test_what_tells_nothing_needs_no_key(guarded, path):
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": f"bearer  {OTHER}"},
        {"X-API-Key": KEY},
    ],
)
def test_each_key_opens_in_either_header(guarded, headers):
    assert guarded.post("/api/v1/ask", json=QUESTION, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": KEY},
        {"Authorization": "Bearer "},
        {"X-API-Key": ""},
        {"X-API-Key": digests(KEY)[0]},
        {"X-API-Key": "\u00e9\u00ff"},
    ],
)
def test_what_is_not_a_key_does_not_open(guarded, headers):
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    assert guarded.post("/api/v1/ask", json=QUESTION, headers=encoded).status_code == 401


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token"])
def test_a_key_in_the_address_does_not_open(guarded, name):
    assert guarded.get("/api/v1/sources", params={name: KEY}).status_code == 401


def test_the_body_of_a_request_without_a_key_is_not_looked_at(guarded):
    assert guarded.post("/api/v1/ask", content=b"{no json").status_code == 401


def test_every_key_is_compared_and_the_hash_of_the_one_that_fits_is_given():
    from starlette.datastructures import Headers

    both = digests(KEY, OTHER)
    for key, digest in zip((KEY, OTHER), both, strict=True):
        assert known_key(Headers({"x-api-key": key}), both) == digest
    assert known_key(Headers({}), both) == ""


def test_keys_come_from_the_environment_and_a_file_with_comments(tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"# of the harness\n{KEY}  # until May\n\n", "utf-8")
    found = key_digests({"ASSISTANT_API_KEYS": f"{OTHER}, {OTHER}1", "ASSISTANT_API_KEYS_FILE": str(file)})
    assert found == digests(OTHER, f"{OTHER}1", KEY)
    assert key_digests({}) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"short\n", "fewer than 20 characters"),
        (b"# nothing\n", "holds no key"),
        (b"\xff\xfe", "not UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_file_of_keys_that_cannot_be_used_is_named_and_no_key_is_repeated(tmp_path, content, said):
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        key_digests({"ASSISTANT_API_KEYS_FILE": str(file)})
    message = str(caught.value)
    assert said in message and str(file) in message and "\n" not in message
    assert "short" not in message


def test_on_this_machine_alone_nothing_is_asked_for_and_nothing_is_limited():
    for host in ("127.0.0.1", "::1", "localhost"):
        config = api_config({}, host)
        assert (config.closed, config.key_digests, config.rate_per_key, config.rate_per_address) == (
            False,
            (),
            "",
            "",
        )


def test_keys_bring_limits_with_them_and_the_operator_can_set_others():
    config = api_config({"ASSISTANT_API_KEYS": KEY, "ASSISTANT_API_RATE_PER_KEY": "7/second"}, "127.0.0.1")
    assert (config.rate_per_key, config.rate_per_address) == ("7/second", "300/minute")
    assert KEY not in repr(config) and digests(KEY)[0] not in repr(config)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_a_server_for_other_machines_is_closed_until_it_has_a_key(host):
    assert api_config({}, host).closed
    assert not api_config({"ASSISTANT_API_KEYS": KEY}, host).closed


def test_a_closed_server_says_why_and_what_to_do_and_is_still_watched():
    with client_of(closed=True) as client:
        for path in GUARDED:
            reply = client.get(path)
            assert reply.status_code == 403
            assert "ASSISTANT_API_KEYS" in reply.json()["detail"]
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSISTANT_API_RATE_PER_KEY", "many"),
        ("ASSISTANT_API_RATE_PER_ADDRESS", "5 per fortnight"),
        ("ASSISTANT_API_TIMEOUT_SECONDS", "0"),
        ("ASSISTANT_API_REPLAYED", "-1"),
        ("ASSISTANT_API_KEYS", "short"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(ValueError, match=name) as caught:
        api_config({name: value}, "127.0.0.1")
    assert "\n" not in str(caught.value)


def test_more_than_the_rate_of_an_address_is_refused_with_the_time_to_wait():
    with client_of(rate_per_address="2/minute") as client:
        replies = [client.post("/api/v1/ask", json=QUESTION) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        seconds = int(replies[2].headers["retry-after"])
        assert 1 <= seconds <= 60
        assert replies[2].json()["detail"] == (
            f"Too many requests came from this address. Ask again in {seconds} seconds."
        )
        assert client.get("/readyz").status_code == 429
        assert client.get("/healthz").status_code == 200


def test_each_key_has_a_rate_of_its_own():
    with client_of(key_digests=digests(KEY, OTHER), rate_per_key="1/minute") as client:

        def status(key):
            return client.get("/api/v1/sources", headers={"X-API-Key": key}).status_code

        assert [status(KEY), status(KEY), status(OTHER)] == [200, 429, 200]


def test_guesses_of_a_key_count_against_their_address():
    with client_of(key_digests=digests(KEY), rate_per_address="2/minute") as client:
        guesses = [
            client.get("/api/v1/sources", headers={"X-API-Key": f"guess-{i}"}).status_code for i in range(3)
        ]
        assert guesses == [401, 401, 429]


def test_a_window_that_has_passed_no_longer_counts():
    with client_of(rate_per_address="1/second") as client:
        assert client.get("/api/v1/sources").status_code == 200
        time.sleep(1.2)
        assert client.get("/api/v1/sources").status_code == 200


def test_addresses_of_one_ipv6_network_count_as_one():
    assert network("2001:db8::1") == network("2001:db8::ffff:1") == "2001:db8::/64"
    assert network("2001:db8:0:1::1") != network("2001:db8::1")
    assert network("192.0.2.1") == "192.0.2.1"
    assert network("testclient") == "testclient"


def test_a_body_that_is_too_large_is_refused():
    with client_of(body_bytes=1000) as client:
        reply = client.post("/api/v1/ask", json={"question": "cement " * 200})
        assert reply.status_code == 413
        assert reply.json()["detail"] == "The body has more than 1000 bytes. Send less at a time."


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"question": "x"}', {}, 415),
        (b'{"question": "x"}', {"content-type": "text/plain"}, 415),
        (b"{no json", {"content-type": "application/json"}, 422),
        (b'{"question": "\xff"}', {"content-type": "application/json"}, 400),
        (b"[" * 100_000, {"content-type": "application/json"}, 400),
        (b'{"question": "\\ud800 x"}', {"content-type": "application/json"}, 422),
    ],
)
def test_a_body_that_is_no_json_is_a_problem(content, headers, status):
    with client_of() as client:
        reply = client.post("/api/v1/ask", content=content, headers=headers)
        assert reply.status_code == status
        assert reply.headers["content-type"] == "application/problem+json"


def test_a_body_that_does_not_arrive_ends_the_request():
    with served(api_of(FakeAssistant(), body_seconds=0.5)) as address:
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port), timeout=30) as caller:
            caller.sendall(
                b"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b'Content-Length: 100\r\n\r\n{"question": '
            )
            reply = b""
            while part := caller.recv(65536):
                reply += part
    assert reply.startswith(b"HTTP/1.1 408")
    assert b"The body did not arrive in 0 seconds." in reply or b"0.5" in reply


def test_an_answer_that_takes_too_long_is_a_problem():
    with client_of(SlowAssistant(), timeout_seconds=0.3) as client:
        reply = client.post("/api/v1/ask", json=QUESTION)
        assert reply.status_code == 504
        assert "ask again later" in reply.json()["detail"]


def test_a_stream_that_was_begun_ends_with_an_error_if_its_answer_takes_too_long():
    class Searching(SlowAssistant):
        def ask(self, question, history=(), options=None, report=None):
            report(question, found_hits())
            return super().ask(question)

    with client_of(Searching(), timeout_seconds=0.3) as client:
        streamed = client.post("/api/v1/ask/stream", json=QUESTION)
    assert streamed.status_code == 200
    (found, error) = streamed.text.strip().split("\n\n")
    assert found.startswith("event: retrieved\n")
    assert error.startswith("event: error\ndata: {") and '"status":504' in error


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError, 500), (VerificationError, 500), (IndexDamagedError, 503)]
)
def test_a_defect_is_a_problem_without_its_words_in_reply_or_log(caplog, error, status):
    with client_of(FailingAssistant(error)) as client, caplog.at_level(logging.DEBUG):
        replies = [
            client.post("/api/v1/ask", json={"question": "secretword"}),
            client.post("/api/v1/ask/stream", json={"question": "secretword"}),
            client.post(
                "/v1/chat/completions",
                json={"model": "m", "messages": [{"role": "user", "content": "secretword"}]},
            ),
            client.get("/api/v1/search", params={"q": "secretword"}),
        ]
    assert [reply.status_code for reply in replies] == [status] * 4
    assert all(reply.headers["content-type"] == "application/problem+json" for reply in replies)
    assert all("secretword" not in reply.text for reply in replies)
    own = [record.getMessage() for record in caplog.records if record.name.startswith("assistant")]
    assert len(own) == 4 and all(message.startswith(error.__name__) for message in own)
    assert "secretword" not in " ".join(own)


def test_keys_and_questions_are_never_logged(caplog):
    with client_of(key_digests=digests(KEY)) as client, caplog.at_level(logging.INFO):
        for key in (KEY, OTHER):
            headers = {"Authorization": f"Bearer {key}"}
            client.post("/api/v1/ask", json={"question": "secretword"}, headers=headers)
            client.get("/api/v1/search", params={"q": "secretword", "key": key}, headers=headers)
    # the test's own client, which logs its requests, is not the server
    told = " ".join(r.getMessage() for r in caplog.records if not r.name.startswith("httpx"))
    assert KEY not in told and OTHER not in told and "secretword" not in told


def test_many_at_once_each_get_their_own_answer():
    questions = [f"Question number {i}?" for i in range(64)]
    with (
        served(api_of(FakeAssistant())) as address,
        httpx.Client(base_url=address, timeout=60) as client,
        ThreadPoolExecutor(16) as pool,
    ):
        replies = list(pool.map(lambda q: client.post("/api/v1/ask", json={"question": q}), questions))
    assert [reply.json()["question"] for reply in replies] == questions


@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/ask/stream", "/v1/chat/completions"])
def test_more_at_once_than_can_be_answered_in_time_are_refused_politely_and_none_is_lost(path):
    """With as many asking again as often as they are told to, every question is answered in the end."""
    refused = []

    def ask(number):
        question = f"Question number {number}?"
        chat = {"model": "m", "messages": [{"role": "user", "content": question}]}
        body = chat if path.startswith("/v1") else {"question": question}
        for _ in range(30):
            reply = httpx.post(address + path, json=body, timeout=60)
            if reply.status_code == 200:
                assert question in reply.text
                return
            assert reply.status_code == 503
            seconds = int(reply.headers["retry-after"])
            assert 1 <= seconds <= 5
            assert reply.json()["detail"] == f"Too many are asking at once. Ask again in {seconds} seconds."
            refused.append(number)
            time.sleep(seconds)
        raise AssertionError("never answered")

    slow = SlowAssistant(0.1)
    with served(api_of(slow, timeout_seconds=2)) as address:
        ask("one, so that it is known how long an answer takes")
        with ThreadPoolExecutor(48) as pool:
            list(pool.map(ask, range(48)))
    assert refused
    assert len(slow.asked) == 49
