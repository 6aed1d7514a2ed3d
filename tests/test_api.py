"""The routes below /api/v1, with an assistant that quotes the real documents."""

import json
from dataclasses import replace

import pytest
from fake_assistant import COMMON, RATE, FakeAssistant, OffTheLoop, corpus, found_hits
from fastapi.testclient import TestClient
from served import api_of, served

from assistant.records import Comparison, Options, Turn
from assistant.serialise import answer_json, record_json
from eval.client import RemoteAssistant

CASE, REVIEW = "002_63fa46c042cc48fb", "004_357560ebc91a011b"
QUESTION = "How common is cement leakage?"


@pytest.fixture
def assistant():
    return FakeAssistant()


@pytest.fixture
def client(assistant):
    with TestClient(api_of(assistant)) as client:
        yield client


def plain(answer):
    """The answer as it comes out of JSON, without the time it took."""
    return {name: value for name, value in json.loads(json.dumps(answer_json(answer))).items()}


def events(reply):
    """The (name, data) of each server-sent event."""
    found = []
    for block in reply.text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_question_is_answered_with_the_whole_answer(client, assistant):
    reply = client.post("/api/v1/ask", json={"question": QUESTION})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json() == plain(FakeAssistant().ask(QUESTION))
    assert assistant.asked == [(QUESTION, ())]


def test_a_refusal_is_an_answer_and_no_error(client):
    reply = client.post("/api/v1/ask", json={"question": "What does it cost?"})
    assert reply.status_code == 200
    assert reply.json()["status"] == "not_in_sources"
    assert reply.json()["nearest"]


def test_sources_and_quotes_narrow_the_answer(client):
    body = {"question": QUESTION, "sources": [CASE, CASE], "quotes": 1}
    answer = client.post("/api/v1/ask", json=body).json()
    assert answer == plain(FakeAssistant().ask(QUESTION, (), Options((CASE,), 1)))
    assert [item["quote"] for item in answer["citations"]] == [RATE]


def test_a_source_that_is_not_known_is_a_problem_that_names_those_that_are(client, assistant):
    for path in ("/api/v1/ask", "/api/v1/ask/stream"):
        reply = client.post(path, json={"question": QUESTION, "sources": ["nowhere"]})
        assert reply.status_code == 422
        assert "no source 'nowhere'" in reply.json()["detail"] and REVIEW in reply.json()["detail"]
    assert assistant.asked == []


def test_turns_of_answers_are_taken_as_they_are(client, assistant):
    turn = Turn("How common?", "How common is it?", (CASE,), (CASE, 16648, 16746))
    client.post("/api/v1/ask", json={"question": "Why?", "history": [record_json(turn)]})
    assert assistant.asked == [("Why?", (turn,))]


def test_questions_of_the_history_are_asked_again(client, assistant):
    body = {"question": "Why?", "history": [{"question": "How common?"}, {"question": "And its signs?"}]}
    client.post("/api/v1/ask", json=body)
    assert [question for question, _ in assistant.asked] == ["How common?", "And its signs?", "Why?"]
    assert [turn.question for turn in assistant.asked[2][1]] == ["How common?", "And its signs?"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({}, "body.question", id="no question"),
        pytest.param({"question": ""}, "body.question", id="empty"),
        pytest.param({"question": "?!"}, "body.question", id="no words"),
        pytest.param({"question": "x" * 2001}, "body.question", id="too long"),
        pytest.param({"question": 5}, "body.question", id="a number"),
        pytest.param({"question": QUESTION, "quotes": 0}, "body.quotes", id="no quotes"),
        pytest.param({"question": QUESTION, "quotes": 13}, "body.quotes", id="too many quotes"),
        pytest.param({"question": QUESTION, "prompt": "Lie."}, "body.prompt", id="an unknown field"),
        pytest.param({"question": QUESTION, "history": [{}]}, "body.history.0.question", id="empty turn"),
        pytest.param({"question": QUESTION, "history": [{"question": "a"}] * 21}, "body.history", id="long"),
    ],
)
def test_what_is_wrong_with_a_request_is_named_by_its_field(client, assistant, body, field):
    reply = client.post("/api/v1/ask", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in reply.json()["errors"]] == [field]
    assert reply.json()["detail"].startswith(f"{field}: ")
    assert assistant.asked == []


def test_a_problem_does_not_repeat_the_words_of_a_question(client):
    reply = client.post("/api/v1/ask", json={"question": "secretword " * 300, "quotes": 3})
    assert reply.status_code == 422
    assert "secretword" not in reply.text


def test_a_stream_tells_what_was_found_then_each_quote_then_the_whole_answer(client):
    reply = client.post("/api/v1/ask/stream", json={"question": QUESTION})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store"
    told = events(reply)
    whole = plain(FakeAssistant().ask(QUESTION))
    assert [name for name, _ in told] == ["retrieved", "quote", "quote", "quote", "quote", "done"]
    assert told[0][1]["question"] == QUESTION
    assert [hit["passage"]["text"] for hit in told[0][1]["hits"]] == [h.passage.text for h in found_hits()]
    assert [data for name, data in told if name == "quote"] == whole["citations"]
    assert told[-1][1] == whole


def test_comparisons_are_events_of_their_own():
    class Comparing(FakeAssistant):
        def ask(self, *asked):
            pair = Comparison("leakage", (1, 3), "agree", "both speak of leakage")
            return replace(super().ask(*asked), comparison=(pair,))

    with TestClient(api_of(Comparing())) as client:
        told = events(client.post("/api/v1/ask/stream", json={"question": QUESTION}))
    assert [data for name, data in told if name == "comparison"] == told[-1][1]["comparison"]
    assert told[-1][1]["comparison"][0]["citations"] == [1, 3]


def test_the_same_body_gives_the_same_bytes(client):
    replies = [client.post("/api/v1/ask", json={"question": QUESTION}).content for _ in range(2)]
    assert replies[0] == replies[1]


def test_no_answer_can_be_replayed_unless_the_operator_wants_it(client, assistant):
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    reply = client.get(f"/api/v1/answers/{answer['id']}")
    assert reply.status_code == 404
    assert "ASSISTANT_API_REPLAYED" in reply.json()["detail"]
    assert len(assistant.asked) == 1


def test_an_answer_is_replayed_from_its_question_history_and_options_until_it_is_forgotten(assistant):
    with TestClient(api_of(assistant, replayed=2)) as client:
        bodies = [
            {"question": "Why?", "history": [{"question": "How common?"}], "quotes": 2},
            {"question": "Which signs?"},
            {"question": "Which risks?"},
        ]
        answers = [client.post("/api/v1/ask", json=body).json() for body in bodies[:2]]
        assert client.get(f"/api/v1/answers/{answers[1]['id']}").json() == answers[1]
        assert client.get(f"/api/v1/answers/{answers[0]['id']}").json() == answers[0]
        client.post("/api/v1/ask", json=bodies[2])  # the one replayed longest ago is forgotten
        assert client.get(f"/api/v1/answers/{answers[1]['id']}").status_code == 404
        assert client.get(f"/api/v1/answers/{answers[0]['id']}").json() == answers[0]


def test_a_quote_is_verified_or_what_differs_is_said(client):
    found = client.post("/api/v1/verify", json={"quote": COMMON}).json()
    assert found["exact"] is True and found["quotes"][0]["place"]["source_id"] == REVIEW
    found = client.post("/api/v1/verify", json={"quote": COMMON.replace("common", "rare")}).json()
    assert found["exact"] is False
    assert found["quotes"][0]["differences"][0] | {"offset": 0, "start": 0} == {
        "offset": 0,
        "quoted": "rare",
        "source": "common",
        "start": 0,
    }


def test_a_quote_is_verified_at_the_place_that_is_named(client):
    start = corpus()[REVIEW].text.index(COMMON)
    body = {"quote": COMMON, "source_id": REVIEW, "start": start, "end": start + len(COMMON)}
    assert client.post("/api/v1/verify", json=body).json()["exact"] is True
    assert client.post("/api/v1/verify", json=body | {"start": start + 1}).json()["exact"] is False


def test_a_whole_answer_is_verified_as_it_came(client):
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    found = client.post("/api/v1/verify", json=answer).json()
    assert found["exact"] is True and len(found["quotes"]) == 4
    answer["citations"][0]["source"]["peer_reviewed"] = False
    found = client.post("/api/v1/verify", json=answer).json()
    assert found["exact"] is False
    assert found["fields"] == [{"field": "citations.0.source.peer_reviewed", "said": False, "corpus": True}]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"quote": " \n"}, id="no words"),
        pytest.param({"quote": COMMON, "start": 3}, id="half a span"),
        pytest.param({"quote": COMMON, "start": 3, "end": 9}, id="a span of no source"),
        pytest.param({"citations": [{"quote": "a", "start": 0, "end": 1}]}, id="no source"),
        pytest.param({}, id="neither"),
    ],
)
def test_what_cannot_be_verified_is_a_problem(client, body):
    reply = client.post("/api/v1/verify", json=body)
    assert reply.status_code == 422
    assert reply.json()["errors"]


def test_a_number_that_json_cannot_hold_is_a_problem(client):
    body = '{"citations": [{"quote": "a", "start": 0, "end": 1, "source": {"id": "a", "year": NaN}}]}'
    reply = client.post("/api/v1/verify", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 422


def test_sources_are_listed_with_what_a_reader_must_know(client):
    listed = client.get("/api/v1/sources").json()
    assert [item["source"]["id"] for item in listed["sources"]] == list(corpus())
    assert listed["sources"][2]["badges"][:2] == ["case report", "n = 1"]
    assert listed["corpus"] == "0" * 64


def test_a_source_is_shown_with_its_sections_and_the_text_around_a_span(client):
    start = corpus()[REVIEW].text.index(COMMON)
    span = {"start": start, "end": start + len(COMMON), "around": 30}
    shown = client.get(f"/api/v1/sources/{REVIEW}", params=span).json()
    assert shown["label"] == "Cavka et al. 2023"
    assert any(section["title"].startswith("1. Introduction") for section in shown["sections"])
    assert shown["around"]["text"] == COMMON
    assert shown["around"]["before"] == corpus()[REVIEW].text[start - 30 : start]
    assert client.get(f"/api/v1/sources/{REVIEW}").json()["around"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/sources/{REVIEW}?start=5", 422),
        (f"/api/v1/sources/{REVIEW}?start=9&end=5", 422),
        (f"/api/v1/sources/{REVIEW}?start=-1&end=5", 422),
        (f"/api/v1/sources/{REVIEW}?start=0&end=99999999", 422),
        ("/api/v1/sources/nowhere", 404),
        ("/api/v1/search", 422),
        ("/api/v1/search?q=", 422),
        ("/api/v1/search?q=?", 422),
        ("/api/v1/search?q=leak&sources=nowhere", 422),
        ("/api/v1/nowhere", 404),
        ("/api/v1/ask", 405),
        ("/v1/nowhere", 404),
    ],
)
def test_what_is_not_there_is_a_problem_with_the_way_out(client, path, status):
    reply = client.get(path)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["title"] and problem["detail"].endswith(".")


def test_a_method_that_is_not_taken_is_told_which_is(client):
    assert client.get("/api/v1/ask").headers["allow"] == "POST"


def test_passages_are_found_without_an_answer(client, assistant):
    found = client.get("/api/v1/search", params={"q": "leak", "sources": [CASE]}).json()
    assert found["question"] == "leak"
    assert {hit["passage"]["source_id"] for hit in found["hits"]} == {CASE}
    assert found["hits"][0]["rank"] == 1
    assert assistant.asked == []


def test_the_document_of_the_interface_describes_records_and_problems(client):
    document = client.get("/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    ask = document["paths"]["/api/v1/ask"]["post"]
    assert ask["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Answer")
    assert set(schemas["Answer"]["properties"]) == set(answer_json(FakeAssistant().ask(QUESTION)))
    assert ask["responses"]["429"]["content"]["application/problem+json"]["schema"]["$ref"].endswith(
        "/ProblemDetails"
    )
    assert schemas["AskRequest"]["examples"][0]["question"]
    assert "HTTPValidationError" not in schemas
    references = [part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]]
    assert set(references) <= set(schemas)


@pytest.mark.parametrize("example", [0, 1])
def test_the_examples_of_the_document_can_be_asked(client, example):
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    body = schemas["AskRequest"]["examples"][example]
    assert client.post("/api/v1/ask", json=body).status_code == 200
    quote = schemas["QuoteToVerify"]["examples"][example]
    assert client.post("/api/v1/verify", json=quote).json()["exact"] is True


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/ask", {"question": QUESTION, "sources": [CASE], "history": [{"question": "Why?"}]}),
        ("/api/v1/ask/stream", {"question": QUESTION, "sources": [CASE]}),
        ("/api/v1/verify", {"quote": COMMON}),
        ("/v1/chat/completions", {"model": "any", "messages": [{"role": "user", "content": QUESTION}]}),
        ("/api/v1/sources", None),
        (f"/api/v1/sources/{REVIEW}?start=5&end=9", None),
        ("/api/v1/search?q=leak", None),
        ("/readyz", None),
        ("/metrics", None),
    ],
)
def test_while_the_disk_is_read_for_one_request_the_others_go_on(path, body):
    with TestClient(api_of(OffTheLoop())) as client:
        reply = client.get(path) if body is None else client.post(path, json=body)
    assert reply.status_code == 200


class Records:
    """An index whose documents cannot be read, only its sources."""

    sources = tuple(document.source for document in corpus().values())
    fingerprint, corpus_digest = "f" * 64, "0" * 64


def test_a_chat_completion_reads_no_document_to_name_the_sources(assistant):
    assistant.index = Records()
    with TestClient(api_of(assistant)) as client:
        body = {"model": "any", "messages": [{"role": "user", "content": "What does it cost?"}]}
        reply = client.post("/v1/chat/completions", json=body)
    said = reply.json()["choices"][0]["message"]["content"]
    assert all(source.label in said for source in Records.sources)


def test_a_source_that_is_not_known_is_told_before_earlier_questions_are_asked_again(assistant):
    body = {"question": QUESTION, "sources": ["nowhere"], "history": [{"question": "Why?"}]}
    with TestClient(api_of(assistant)) as client:
        assert client.post("/api/v1/ask", json=body).status_code == 422
    assert assistant.asked == []


def test_the_evaluation_asks_a_running_assistant_over_this_interface():
    texts = {name: document.text for name, document in corpus().items()}
    assistant = FakeAssistant()
    with served(api_of(assistant)) as address:
        reply = RemoteAssistant(address, texts, 60.0).reply(["How common is leakage?", "And its signs?"])
    assert reply.status == "answered"
    (_, history) = assistant.asked[-1]
    assert [turn.question for turn in history] == ["How common is leakage?"]
    assert history[0].best_quote is not None and len(assistant.asked) == 2
