"""What the load run counts: answers that are right, wrong, refused politely, or lost."""

import json
import sys
import time
from pathlib import Path

import pytest
from fake_assistant import FakeAssistant
from served import api_of, served

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
from load import Users, answered, client_of  # noqa: E402

QUESTIONS = ("How common is it?", "Which signs?", "What does it cost?")
MEMORY = b"process_resident_memory_bytes 5e+08\n"


class Slow(FakeAssistant):
    """Takes a tenth of a second."""

    def ask(self, *asked):
        time.sleep(0.1)
        return super().ask(*asked)


def expected_of(address):
    with client_of(address) as client:
        return {question: answered(client, question) for question in QUESTIONS}


def replying(status, content, headers=()):
    """A server that says the same to everything but questions for its memory."""

    async def application(scope, receive, send):
        if scope["type"] != "http":
            return
        counters = scope["path"] == "/metrics"
        body = MEMORY if counters else content
        await send(
            {
                "type": "http.response.start",
                "status": 200 if counters else status,
                "headers": [*headers, (b"content-length", str(len(body)).encode())],
            }
        )
        await send({"type": "http.response.body", "body": body})

    return application


def test_users_of_a_server_with_time_are_all_answered_rightly():
    with served(api_of(FakeAssistant())) as address:
        step = Users(address, expected_of(address)).ask(4, 0.5)
    assert step["users"] == 4 and step["answered"] >= 4
    assert (step["refused"], step["lost"], step["wrong"]) == (0, 0, 0)
    assert step["memory, MB"] > 0 and step["median, ms"] > 0


def test_users_of_a_server_without_time_are_refused_and_none_is_lost():
    with served(api_of(Slow(), timeout_seconds=2)) as address:
        step = Users(address, expected_of(address)).ask(48, 3)
    assert step["answered"] > 10 and step["refused"] > 0
    assert (step["lost"], step["wrong"]) == (0, 0)


@pytest.mark.parametrize(
    ("status", "content", "headers", "counted"),
    [
        pytest.param(200, b'{"id": "b", "seconds": 1}', (), "wrong", id="another answer"),
        pytest.param(503, b"", ((b"retry-after", b"1"),), "refused", id="busy, and says when to come back"),
        pytest.param(429, b"", ((b"retry-after", b"1"),), "refused", id="too often"),
        pytest.param(503, b"", (), "lost", id="busy, without a way out"),
        pytest.param(504, b"", ((b"retry-after", b"1"),), "lost", id="too late"),
        pytest.param(500, b"", (), "lost", id="a defect"),
        pytest.param(200, b"<html>", (), "lost", id="no JSON"),
        pytest.param(200, b"[]", (), "lost", id="no answer"),
    ],
)
def test_each_reply_is_counted_as_what_it_is(status, content, headers, counted):
    with served(replying(status, content, headers)) as address:
        step = Users(address, {"How common is it?": {"id": "a"}}).ask(2, 0.2)
    assert step[counted] >= 2
    others = {"refused", "lost", "wrong"} - {counted}
    assert [step[name] for name in sorted(others)] == [0, 0]
    assert json.dumps(step)
