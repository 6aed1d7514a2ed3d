import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fake_assistant import COMMON, RATE, FakeAssistant
from fake_system import ASKED, FOLLOWING, TEXTS, judge
from served import api_of, served

from assistant.records import Turn
from assistant.serialise import answer_json
from eval.cases import Case
from eval.client import ClientError, RemoteAssistant
from eval.replies import ReplyError
from eval.run import run

KEY = "a-key-of-forty-characters-made-for-tests"
COSTS = Case("unanswerable-2", "unanswerable", ("What is the cost?",), "not_in_sources", ())
PRICE = Case("unanswerable-3", "unanswerable", ("What is the price?",), "not_in_sources", ())


class Server(ThreadingHTTPServer):
    """Answers as the assistant's API does, and keeps what was posted; `reply` replaces the answer.

    What is in `later` is said before anything is looked at.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.assistant = FakeAssistant((("002", RATE), ("004", COMMON)))
        self.posted = []
        self.reply = None
        self.later = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.respond(404, b"")

    def do_POST(self):
        if self.server.later:
            self.respond(*self.server.later.pop())
            return
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.path, content))
        if self.server.reply is not None:
            self.respond(*self.server.reply)
            return
        turns = [
            Turn(t["question"], t["standalone_question"], tuple(t["source_ids"]), tuple(t["best_quote"]))
            for t in content["history"]
        ]
        answer = self.server.assistant.ask(content["question"], turns)
        self.respond(200, json.dumps(answer_json(answer)).encode())

    def respond(self, status, body, retry_after=None):
        self.send_response(status)
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def remote(server):
    return RemoteAssistant(server.url, TEXTS, 5.0)


def test_a_running_assistant_is_asked_as_the_contract_says(server, remote):
    remote.reply(ASKED.turns)
    assert server.posted == [("/api/v1/ask", {"question": ASKED.turns[0], "history": []})]


def test_the_earlier_turns_of_a_conversation_go_along_as_the_answers_gave_them(server, remote):
    remote.reply(FOLLOWING.turns)
    first = server.assistant.asked[0]
    (_, second) = server.posted[1]
    assert second["question"] == FOLLOWING.turns[1]
    assert [turn["question"] for turn in second["history"]] == [first[0]]
    assert second["history"][0]["source_ids"] and len(second["history"][0]["best_quote"]) == 3
    assert server.assistant.asked[1][1][0].question == FOLLOWING.turns[0]


def test_a_running_assistant_is_scored_like_any_other_system(remote):
    rows = run(remote, [ASKED, COSTS, PRICE], judge()).rows
    assert [row.passed for row in rows] == [True, True, False]
    assert rows[0].scores["quote exactness"] == 1.0
    assert [row.status for row in rows] == ["answered", "not_in_sources", "answered"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        pytest.param((500, b"{}"), "the server said 500", id="error"),
        pytest.param((429, b""), "the server said 429", id="too many"),
        pytest.param((200, b"<html>"), "the server sent no JSON", id="no JSON"),
        pytest.param((200, b'"yes"'), "str instead of an object", id="no object"),
        pytest.param((200, b'{"status": "ok"}'), "unknown status 'ok'", id="no answer"),
    ],
)
def test_what_is_not_an_answer_fails_the_case_with_the_reason(server, remote, reply, reason):
    server.reply = reply
    with pytest.raises(ReplyError, match=reason):
        remote.reply(ASKED.turns)
    (row,) = run(remote, [ASKED], judge()).rows
    assert reason in row.error


def test_a_server_that_asks_to_wait_is_asked_again_after_that_time(server):
    waited = []
    remote = RemoteAssistant(server.url, TEXTS, 5.0, wait=waited.append)
    server.later = [(503, b"", "3"), (429, b"", "2")]
    assert remote.reply(ASKED.turns).status == "answered"
    assert waited == [2, 3]
    assert len(server.posted) == 1


@pytest.mark.parametrize("seconds", ["5", "600", "0", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_server_that_asks_to_wait_too_long_fails_the_case(server, seconds):
    remote = RemoteAssistant(server.url, TEXTS, 5.0, wait=lambda _: pytest.fail("waited"))
    server.later = [(503, b"", seconds)]
    with pytest.raises(ReplyError, match="the server said 503"):
        remote.reply(ASKED.turns)


def test_a_server_with_keys_gets_the_one_it_asks_for():
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    assistant = FakeAssistant((("002", RATE), ("004", COMMON)))
    with served(api_of(assistant, key_digests=(digest,))) as url:
        rows = run(RemoteAssistant(url, TEXTS, 5.0, key=KEY), [FOLLOWING], judge()).rows
        assert [(row.error, row.passed) for row in rows] == [("", True)]
        for key in ("", "another-key-of-sufficient-length"):
            with pytest.raises(ClientError, match="ASSISTANT_API_KEY") as caught:
                RemoteAssistant(url, TEXTS, 5.0, key=key)
            assert "another-key" not in str(caught.value)


def test_a_server_that_goes_away_fails_the_case(server, remote):
    server.shutdown()
    server.server_close()
    with pytest.raises(ReplyError, match="did not answer"):
        remote.reply(ASKED.turns)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "no address", "ftp://127.0.0.1"])
def test_an_address_where_nothing_answers_is_told_before_anything_runs(url):
    with pytest.raises(ClientError, match="make run"):
        RemoteAssistant(url, TEXTS, 1.0)


def test_the_projects_own_api_keeps_to_the_contract():
    assistant = FakeAssistant((("002", RATE), ("004", COMMON)))
    with served(api_of(assistant)) as url:
        rows = run(RemoteAssistant(url, TEXTS, 5.0), [FOLLOWING, COSTS], judge()).rows
    assert [row.error for row in rows] == ["", ""]
    assert [row.passed for row in rows] == [True, True]
    assert rows[0].scores["quote exactness"] == 1.0
    assert assistant.asked[1][1][0].question == FOLLOWING.turns[0]
