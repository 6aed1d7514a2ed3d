import hashlib
from dataclasses import replace

import pytest
from fake_assistant import FakeAssistant
from fastapi.testclient import TestClient
from served import api_of

from ingest.errors import IndexStateError


class Unready(FakeAssistant):
    """An assistant whose index went away."""

    def passages(self, *asked):
        raise IndexStateError("The Chroma server at http://127.0.0.1:1 does not answer: secretword")


@pytest.fixture
def client():
    with TestClient(api_of(FakeAssistant())) as client:
        yield client


def samples(client):
    """The values of the counters by name with labels."""
    reply = client.get("/metrics")
    assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in reply.text.splitlines() if line and not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_the_process_is_alive(client):
    reply = client.get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


def test_the_index_is_ready_and_says_what_it_was_made_of(client):
    ready = client.get("/readyz").json()
    assert ready == {
        "status": "ready",
        "fingerprint": "f" * 64,
        "corpus": "0" * 64,
        "configuration": "c" * 64,
        "sources": 5,
        "passages": 0,
    }


def test_an_index_that_went_away_is_not_ready_and_the_process_still_alive():
    with TestClient(api_of(Unready())) as client:
        reply = client.get("/readyz")
        assert reply.status_code == 503
        assert reply.headers["retry-after"]
        assert "secretword" not in reply.text
        assert client.get("/healthz").status_code == 200


def test_requests_are_counted_by_route_and_answers_by_outcome(client):
    client.post("/api/v1/ask", json={"question": "How common is it?"})
    client.post("/api/v1/ask", json={"question": "What does it cost?"})
    client.post("/api/v1/ask", json={})
    client.get("/api/v1/sources/004_357560ebc91a011b")
    client.get("/api/v1/sources/nowhere")
    found = samples(client)
    assert found['assistant_requests_total{method="POST",route="/api/v1/ask",status="200"}'] == 2
    assert found['assistant_requests_total{method="POST",route="/api/v1/ask",status="422"}'] == 1
    route = '{method="GET",route="/api/v1/sources/{source_id}",status="%s"}'
    assert found["assistant_requests_total" + route % 200] == 1
    assert found["assistant_requests_total" + route % 404] == 1
    assert found['assistant_answers_total{status="answered"}'] == 1
    assert found['assistant_answers_total{status="not_in_sources"}'] == 1
    assert found["assistant_answer_seconds_count"] == 2
    assert found['assistant_request_seconds_count{route="/api/v1/ask"}'] == 3
    info = f'assistant_index_info{{corpus="{"0" * 64}",fingerprint="{"f" * 64}"}}'
    assert found[info] == 1
    assert found["process_resident_memory_bytes"] > 0


def test_no_word_of_a_question_or_path_becomes_a_label(client):
    client.post("/api/v1/ask", json={"question": "secretword?"})
    client.get("/api/v1/search", params={"q": "secretword"})
    client.get("/api/v1/secretword")
    client.get("/v1/models/secretword")
    client.request("SECRETWORD", "/api/v1/ask")
    assert "secretword" not in client.get("/metrics").text.lower()
    assert samples(client)['assistant_requests_total{method="GET",route="other",status="404"}'] == 1


def test_a_new_index_takes_the_place_of_the_old_one_in_the_counters():
    assistant = FakeAssistant()
    with TestClient(api_of(assistant)) as client:
        before = [name for name in samples(client) if name.startswith("assistant_index_info")]
        assistant.index = replace(assistant.index, fingerprint="e" * 64)
        after = [name for name in samples(client) if name.startswith("assistant_index_info")]
    assert len(before) == len(after) == 1
    assert "f" * 64 in before[0] and "e" * 64 in after[0]


def test_what_is_refused_is_counted_too():
    key = "a-key-of-forty-characters-made-for-tests"
    digest = hashlib.sha256(key.encode()).hexdigest()
    with TestClient(api_of(FakeAssistant(), key_digests=(digest,))) as client:
        client.get("/api/v1/sources")
        client.headers["X-API-Key"] = key
        assert samples(client)['assistant_requests_total{method="GET",route="other",status="401"}'] == 1
