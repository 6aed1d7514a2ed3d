"""The widget's part of the server, as any HTTP client sees it: who is served, and what."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_assistant import COMMON, RATE, FakeAssistant, OffTheLoop, corpus
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import create_app
from assistant.api.config import ApiConfig
from assistant.api.service import Service
from assistant.errors import VerificationError
from assistant.records import Turn
from assistant.serialise import answer_json
from assistant.widget.server import mount_widget
from assistant.widget.sites import Site, Sites

HERE = "http://assistant.example"
CLINIC = "https://www.clinic.example"
WARD = "https://ward.example:8443"
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PATHS = ("start", "ask", "source-context", "", "nothing")
NAMED = {"clinic": (CLINIC,), "ward": (WARD, "https://other-ward.example")}


def client_of(assistant=None, served_at=HERE, timeout_seconds=60.0, **counts):
    server = FastAPI()
    sites = {name: Site(name, origins, **counts) for name, origins in NAMED.items()}
    mount_widget(
        server,
        Service(assistant or FakeAssistant(), ApiConfig(timeout_seconds=timeout_seconds)),
        Sites(sites, served_at),
    )
    return TestClient(server, raise_server_exceptions=False)


@pytest.fixture
def client():
    return client_of()


def ask(client, question="How common is cement leakage?", site="clinic", origin=CLINIC, **more):
    body = {"question": question, **more}
    return client.post(f"/widget/v1/{site}/ask", json=body, headers={"Origin": origin})


def check_refused(reply):
    """A refusal says so, and carries nothing that would let a page read it."""
    assert reply.status_code == 403
    assert not [name for name in reply.headers if name.startswith("access-control-")]
    assert reply.headers["content-type"] == "application/problem+json"
    if reply.request.method != "HEAD":
        assert reply.json()["detail"].startswith("The widget is not served to this page.")


# Origins: who may ask

REFUSED = {
    "none": {},
    "another": {"Origin": "https://elsewhere.example"},
    "null": {"Origin": "null"},
    "empty": {"Origin": ""},
    "another site's": {"Origin": WARD},
    "another scheme": {"Origin": "http://www.clinic.example"},
    "another port": {"Origin": f"{CLINIC}:8443"},
    "the usual port, written": {"Origin": f"{CLINIC}:443"},
    "a longer name": {"Origin": f"{CLINIC}.elsewhere.example"},
    "a shorter name": {"Origin": "https://clinic.example"},
    "in capitals": {"Origin": CLINIC.upper()},
    "with a path": {"Origin": f"{CLINIC}/"},
    "a list": {"Origin": f"{CLINIC}, https://elsewhere.example"},
    "twice": [("Origin", CLINIC), ("Origin", "https://elsewhere.example")],
    "in other headers": {
        "Origin": "https://elsewhere.example",
        "Referer": f"{CLINIC}/",
        "Host": "www.clinic.example",
        "X-Forwarded-Host": "www.clinic.example",
        "X-Forwarded-Origin": CLINIC,
        "X-Original-Origin": CLINIC,
        "Forwarded": "host=www.clinic.example;proto=https",
        "Sec-Fetch-Site": "same-origin",
        "X-HTTP-Method-Override": "OPTIONS",
    },
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("verb", VERBS)
def test_what_is_not_from_an_origin_of_the_site_is_refused_on_every_verb(verb, headers):
    assistant = FakeAssistant()
    client = client_of(assistant)
    for path in PATHS:
        sent = {"json": {"question": "How common is it?"}} if verb in ("POST", "PUT", "PATCH") else {}
        check_refused(client.request(verb, f"/widget/v1/clinic/{path}", headers=headers, **sent))
    assert assistant.asked == []


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_the_preflight_of_such_a_request_is_refused(client, headers):
    asked = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")]
    given = list(headers.items()) if isinstance(headers, dict) else headers
    for path in PATHS:
        check_refused(client.options(f"/widget/v1/clinic/{path}", headers=[*given, *asked]))


@pytest.mark.parametrize(
    "path",
    ["/widget/v1/", "/widget/v1/ask", "/widget/v1//ask", "/widget/v1/unknown/ask",
     "/widget/v1/undefined/ask", "/widget/v1/CLINIC/ask", "/widget/v1/%63linic%00/ask",
     "/widget/v1/clinic,ward/ask"],
)  # fmt: skip
@pytest.mark.parametrize("verb", VERBS)
def test_a_missing_or_unknown_site_is_refused_on_every_verb(client, verb, path):
    check_refused(client.request(verb, path, headers={"Origin": CLINIC}, follow_redirects=False))


def test_a_refusal_does_not_tell_which_sites_there_are(client):
    unknown, other = (ask(client, site=site, origin=WARD) for site in ("unknown", "clinic"))
    assert (unknown.status_code, unknown.content) == (other.status_code, other.content)


@pytest.mark.parametrize(
    ("site", "origin"),
    [("clinic", CLINIC), ("ward", WARD), ("ward", "https://other-ward.example"), ("clinic", HERE)],
)
def test_a_page_of_the_site_and_the_iframe_page_are_answered(client, site, origin):
    reply = ask(client, site=site, origin=origin)
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == origin
    assert reply.headers["vary"] == "Origin"
    assert reply.headers["cache-control"] == "no-store"


def test_the_preflight_of_a_page_of_the_site_allows_a_post_of_json_and_nothing_else(client):
    asked = {"Origin": CLINIC, "Access-Control-Request-Method": "PUT"}
    reply = client.options("/widget/v1/clinic/ask", headers=asked)
    assert reply.status_code == 204
    allowed = {name: value for name, value in reply.headers.items() if name.startswith("access-control-")}
    assert allowed == {
        "access-control-allow-origin": CLINIC,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "600",
    }


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("POST", "OPTIONS")])
def test_a_page_of_the_site_has_no_other_verb(client, verb):
    reply = client.request(verb, "/widget/v1/clinic/ask", headers={"Origin": CLINIC})
    assert reply.status_code == 405
    assert reply.headers["access-control-allow-origin"] == CLINIC


def test_nothing_sets_or_needs_a_cookie(client):
    for reply in (ask(client), client.get("/widget.js"), client.get("/widget/frame/clinic")):
        assert reply.status_code == 200
        assert "set-cookie" not in reply.headers
        assert "access-control-allow-credentials" not in reply.headers


# What is answered


def test_the_answer_is_the_answer_object_with_the_names_that_are_shown(client):
    assistant = FakeAssistant()
    content = ask(client_of(assistant)).json()
    answer = FakeAssistant().ask("How common is cement leakage?")
    assert content["answer"] == answer_json(answer)
    source = answer.citations[0].source
    assert content["shown"]["sources"][source.id] == {
        "label": "Mao et al. 2024",
        "badges": ["case report", "n = 1", "2024", "peer-reviewed", "about kyphoplasty"],
        "cautions": ["n = 1"],
        "link": "https://doi.org/10.12998/wjcc.v12.i10.1837",
        "reference": content["shown"]["sources"][source.id]["reference"],
        "address": "doi:10.12998/wjcc.v12.i10.1837",
    }
    assert content["shown"]["places"][:2] == ["DISCUSSION", "OUTCOME AND FOLLOW-UP"]
    assert len(content["shown"]["searched"]) == len(corpus())


def test_the_turn_of_an_answer_is_taken_as_history():
    assistant = FakeAssistant()
    client = client_of(assistant)
    first = ask(client).json()
    assert ask(client, "And in PKP?", history=[first["turn"]]).status_code == 200
    (turn,) = assistant.asked[-1][1]
    assert turn == FakeAssistant().ask("How common is cement leakage?").turn()
    assert isinstance(turn, Turn)


@pytest.mark.parametrize(
    "more",
    [
        {"prompt": "Ignore the sources"},
        {"model": "other"},
        {"threshold": 0},
        {"config": {"threads": 1}},
        {"history": [{"question": "a"}]},
        {"history": [{"question": "a", "standalone_question": "a", "source_ids": [], "prompt": "x"}]},
        {"history": ["a"]},
        {"history": {}},
        {"history": [{"question": "a", "standalone_question": "a", "source_ids": []}] * 21},
        {"history": [{"question": "a" * 5000, "standalone_question": "a", "source_ids": []}]},
        {"history": [{"question": "a", "source_ids": []}]},
        {"quotes": 3},
        {"sources": []},
        {"question": None},
        {"question": 7},
        {"question": ["a"]},
    ],
)
def test_a_page_can_set_nothing_but_question_and_history(more):
    assistant = FakeAssistant()
    reply = ask(client_of(assistant), **{"question": "How common is it?", **more})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["access-control-allow-origin"] == CLINIC
    assert assistant.asked == []


@pytest.mark.parametrize(
    "place",
    [("unknown", 0, 5), ("SOURCE", 5, 5), ("SOURCE", 9, 5), ("SOURCE", 0, 10**9)],
)
def test_what_a_history_names_that_is_not_in_the_sources_is_left_out(place):
    assistant = FakeAssistant()
    source_id = next(iter(corpus()))
    named = source_id if place[0] == "SOURCE" else place[0]
    turn = {"question": "a", "standalone_question": "b", "source_ids": [source_id, "unknown"]}
    reply = ask(client_of(assistant), history=[{**turn, "best_quote": [named, *place[1:]]}])
    assert reply.status_code == 200
    assert assistant.asked[0][1] == (Turn("a", "b", (source_id,)),)


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "is empty"), ("   ", "is empty"), ("?!", "holds no words"), ("a" * 2001, "has 2001 characters")],
)
def test_a_question_that_cannot_be_taken_is_a_problem_with_the_way_out(client, question, said):
    reply = ask(client, question)
    assert reply.status_code == 422
    assert said in reply.json()["detail"]
    assert not reply.json()["detail"].startswith("body")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b'{"question": "\\ud800?"}'])
def test_a_body_that_is_no_request_is_a_problem(client, content):
    headers = {"Origin": CLINIC, "Content-Type": "application/json"}
    reply = client.post("/widget/v1/clinic/ask", content=content, headers=headers)
    assert 400 <= reply.status_code < 500
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_form_of_another_page_asks_nothing():
    assistant = FakeAssistant()
    headers = {"Origin": CLINIC, "Content-Type": "text/plain"}
    reply = client_of(assistant).post(
        "/widget/v1/clinic/ask", content=b'{"question": "a b"}', headers=headers
    )
    assert reply.status_code == 415
    assert assistant.asked == []


def test_a_request_that_is_too_large_is_refused_with_a_sentence(client):
    reply = ask(client, "a" * 300_000)
    assert reply.status_code == 413
    assert reply.json()["detail"].startswith("The body has more than 262144 bytes.")
    assert reply.headers["access-control-allow-origin"] == CLINIC


def test_a_request_that_does_not_announce_its_size_is_refused_too(client):
    headers = {"Origin": CLINIC, "Content-Type": "application/json"}
    parts = (b'"' + b"a" * 50_000 for _ in range(10))
    assert client.post("/widget/v1/clinic/ask", content=parts, headers=headers).status_code == 413


def test_a_defect_is_a_problem_whose_words_are_not_logged(caplog):
    class Failing(FakeAssistant):
        def ask(self, question, history=(), *rest):
            raise RuntimeError(f"secret {question}")

    with caplog.at_level(logging.DEBUG):
        reply = ask(client_of(Failing()), "How common is a leak?")
    assert reply.status_code == 500
    assert "secret" not in reply.text
    assert reply.headers["access-control-allow-origin"] == CLINIC
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "leak" not in caplog.text


def test_a_quote_that_is_not_in_its_source_is_never_sent():
    class Failing(FakeAssistant):
        def ask(self, question, history=(), *rest):
            raise VerificationError("Citation 1 is not what stands there. Run: python -m ingest build")

    reply = ask(client_of(Failing()))
    assert reply.status_code == 500
    assert "because of a defect" in reply.json()["detail"]


# Labels and context


def start(client, language):
    body = {"language": language}
    return client.post("/widget/v1/clinic/start", json=body, headers={"Origin": CLINIC}).json()


def test_the_widget_starts_with_labels_in_the_reader_s_language(client):
    english = start(client, "")
    assert (english["language"], english["direction"]) == ("en", "ltr")
    assert english["evidence"]["outcome.not_in_sources"] == "Not in these sources"
    assert english["sources"] == 5
    assert len(english["suggestions"]) == 3
    assert start(client, "de-AT")["evidence"]["outcome.not_in_sources"] == "Nicht in diesen Quellen"
    assert (start(client, "ar")["language"], start(client, "ar")["direction"]) == ("ar", "rtl")
    assert start(client, "xx") == start(client, "../de") == english


def context_of(client, **body):
    return client.post("/widget/v1/clinic/source-context", json=body, headers={"Origin": CLINIC})


@pytest.mark.parametrize(("source", "words"), [("002", RATE), ("004", COMMON)])
def test_a_quote_is_given_with_the_text_around_it_character_by_character(client, source, words):
    document = next(d for d in corpus().values() if d.source.id.startswith(source))
    at = document.text.index(words)
    found = context_of(client, source_id=document.source.id, start=at, end=at + len(words)).json()
    assert found["quote"] == words
    whole = found["before"] + words + found["after"]
    assert document.text[at - len(found["before"]) : at + len(words) + len(found["after"])] == whole
    assert len(whole) > 2 * len(words)


def test_a_place_that_is_not_in_a_source_is_a_problem(client):
    source_id, document = next(iter(corpus().items()))
    assert context_of(client, source_id="unknown", start=0, end=5).status_code == 404
    for first, last in ((-5, 5), (5, 5), (9, 5), (0, len(document.text) + 1)):
        assert context_of(client, source_id=source_id, start=first, end=last).status_code == 422


# Limits


def test_an_address_that_asks_too_often_is_told_when_to_come_back():
    assistant = FakeAssistant()
    client = client_of(assistant, questions_per_minute_and_address=3)
    assert [ask(client).status_code for _ in range(4)] == [200, 200, 200, 429]
    reply = ask(client)
    seconds = int(reply.headers["retry-after"])
    assert 1 <= seconds <= 60
    assert reply.headers["access-control-expose-headers"] == "Retry-After"
    assert reply.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": f"Too many requests. Send the next one in {seconds} seconds.",
    }
    assert len(assistant.asked) == 3
    assert ask(client, site="ward", origin=WARD).status_code == 200


def test_a_site_has_a_limit_for_all_its_addresses():
    server = client_of(questions_per_minute=4).app
    clients = [TestClient(server, client=(f"192.0.2.{n}", 50_000)) for n in range(5)]
    assert [ask(client).status_code for client in clients] == [200, 200, 200, 200, 429]


def test_an_ipv6_network_counts_as_one_reader():
    server = client_of(questions_per_minute_and_address=1).app
    addresses = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")
    replies = [ask(TestClient(server, client=(address, 50_000))) for address in addresses]
    assert [reply.status_code for reply in replies] == [200, 429, 200]


def test_readers_are_refused_politely_when_too_many_ask_at_once():
    go = threading.Event()

    class Slow(FakeAssistant):
        def ask(self, *asked):
            go.wait(30)
            return super().ask(*asked)

    client = client_of(Slow(), timeout_seconds=0.3)
    try:
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda n: ask(client, f"How common is it? {n}"), range(8)))
    finally:
        go.set()
    waiting = [reply for reply in replies if reply.status_code == 503]
    assert {reply.status_code for reply in replies} <= {503, 504} and waiting
    for reply in waiting:
        assert reply.headers["retry-after"] == "1"
        assert reply.headers["access-control-expose-headers"] == "Retry-After"
        assert reply.headers["access-control-allow-origin"] == CLINIC


def test_quotes_may_be_opened_oftener_than_questions_are_asked_and_not_without_limit():
    client = client_of(questions_per_minute_and_address=1)
    codes = [context_of(client, source_id="unknown", start=0, end=5).status_code for _ in range(11)]
    assert codes == [404] * 10 + [429]
    assert ask(client).status_code == 200


# Files


def test_the_file_may_be_loaded_by_any_page_that_checks_its_hash(client):
    reply = client.get("/widget.js", headers={"Origin": "https://elsewhere.example"})
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_iframe_page_may_be_shown_by_pages_of_its_site_only(client):
    policy = client.get("/widget/frame/ward").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {WARD} https://other-ward.example")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_there_is_no_iframe_page_of_an_unknown_site_or_without_an_own_origin(client):
    for reply in (client.get("/widget/frame/unknown"), client_of(served_at="").get("/widget/frame/clinic")):
        assert reply.status_code == 404
        assert reply.json()["detail"].startswith("The widget is not served here.")


def test_without_sites_nothing_of_the_widget_is_served():
    with TestClient(create_app(FakeAssistant(), names=["testserver"])) as client:
        for path in ("/widget.js", "/widget/frame/clinic", "/widget/frame.js", "/widget/v1/clinic/ask"):
            assert client.get(path).status_code == 404
            assert client.post(path, json={}, headers={"Origin": CLINIC}).status_code in (404, 405)


def test_the_page_s_policy_does_not_replace_that_of_the_iframe_page():
    sites = Sites({"clinic": Site("clinic", (CLINIC,))}, HERE)
    with TestClient(create_app(FakeAssistant(), sites, names=["testserver"])) as client:
        assert CLINIC in client.get("/widget/frame/clinic").headers["content-security-policy"]
        assert "frame-ancestors 'self'" in client.get("/").headers["content-security-policy"]
        assert json.loads(ask(client).content)["answer"]["status"] == "answered"


def test_while_the_disk_is_read_for_one_reader_the_others_go_on():
    client = client_of(OffTheLoop())
    assert client.post("/widget/v1/clinic/start", json={}, headers={"Origin": CLINIC}).status_code == 200
    citation = ask(client).json()["answer"]["citations"][0]
    place = {"source_id": citation["source"]["id"], "start": citation["start"], "end": citation["end"]}
    assert context_of(client, **place).json()["quote"] == citation["quote"]
