"""The tools of the Model Context Protocol, called by its own client."""

import json
import logging
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import anyio
import pytest
from conftest import ignore
from fake_assistant import COMMON, RATE, FakeAssistant, corpus
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from assistant.mcp_server import main, mcp_server
from assistant.render_text import render_text
from assistant.serialise import answer_json
from ingest.errors import IndexMissingError
from ingest.pipeline import build

ROOT = Path(__file__).parent.parent
CASE, REVIEW = "002_63fa46c042cc48fb", "004_357560ebc91a011b"
QUESTION = "How common is cement leakage?"


def called(name, assistant=None, **arguments):
    """What the tool gives to a client."""

    async def call():
        async with Client(mcp_server(assistant or FakeAssistant())) as client:
            return await client.call_tool(name, arguments)

    return anyio.run(call)


def test_the_tools_are_listed_with_what_they_take_and_change_nothing():
    async def listed():
        async with Client(mcp_server(FakeAssistant())) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = anyio.run(listed)
    assert [tool.name for tool in tools] == ["ask", "verify", "search", "sources"]
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    assert set(tools[0].input_schema["properties"]) == {"question", "history", "sources", "quotes"}
    assert tools[0].input_schema["required"] == ["question"]
    assert "word for word" in instructions and "Not for emergencies" in instructions


def test_ask_gives_the_answer_as_text_and_the_whole_answer_beside_it():
    result = called("ask", question=QUESTION)
    answer = FakeAssistant().ask(QUESTION)
    assert not result.is_error
    assert result.content[0].text == render_text(answer, [d.source for d in corpus().values()])
    assert result.structured_content == json.loads(json.dumps(answer_json(answer)))


def test_ask_reads_no_document_to_name_the_sources():
    assistant = FakeAssistant()
    assistant.index = SimpleNamespace(sources=assistant.index.sources)
    result = called("ask", assistant, question="What does it cost?")
    assert not result.is_error
    assert all(source.label in result.content[0].text for source in assistant.index.sources)


def test_ask_takes_the_conversation_and_what_the_asker_narrows():
    assistant = FakeAssistant()
    history = [{"question": "How common?"}]
    result = called("ask", assistant, question="Why?", history=history, sources=[CASE], quotes=1)
    assert [question for question, _ in assistant.asked] == ["How common?", "Why?"]
    assert [item["quote"] for item in result.structured_content["citations"]] == [RATE]


def test_a_refusal_is_no_error():
    result = called("ask", question="What does it cost?")
    assert not result.is_error
    assert result.structured_content["status"] == "not_in_sources"


def test_verify_checks_a_quote_or_a_whole_answer():
    assert called("verify", quote=COMMON).structured_content["exact"] is True
    altered = called("verify", quote=COMMON.replace("common", "rare"), source_id=REVIEW)
    assert altered.structured_content["quotes"][0]["differences"][0]["source"] == "common"
    answer = answer_json(FakeAssistant().ask(QUESTION))
    assert called("verify", answer=answer).structured_content["exact"] is True
    answer["citations"][0]["quote"] = RATE.replace("80%", "8%")
    assert called("verify", answer=answer).structured_content["exact"] is False


def test_search_finds_passages_and_asks_nothing():
    assistant = FakeAssistant()
    result = called("search", assistant, question="leak", sources=[CASE])
    assert {hit["passage"]["source_id"] for hit in result.structured_content["hits"]} == {CASE}
    assert assistant.asked == []


def test_sources_lists_them_or_shows_the_text_around_a_span():
    listed = called("sources").structured_content["sources"]
    assert [item["source"]["id"] for item in listed] == list(corpus())
    start = corpus()[REVIEW].text.index(COMMON)
    shown = called("sources", source_id=REVIEW, start=start, end=start + len(COMMON), around=9)
    assert shown.structured_content["around"]["text"] == COMMON
    assert called("sources", source_id=REVIEW).structured_content["around"] is None


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {"question": "?!"}, "holds no words"),
        ("ask", {"question": QUESTION, "sources": ["nowhere"]}, "no source 'nowhere'"),
        ("ask", {}, "question"),
        ("ask", {"question": QUESTION, "quotes": 99}, "quotes"),
        ("verify", {}, "quote"),
        ("verify", {"quote": COMMON, "start": 3}, "start and end go together"),
        ("search", {"question": ""}, "question"),
        ("sources", {"source_id": "nowhere"}, "no source 'nowhere'"),
        ("sources", {"source_id": REVIEW, "start": 5, "end": 10**8}, "no span"),
        ("sources", {"source_id": REVIEW, "start": 5}, "start and end go together"),
        ("sources", {"start": 5, "end": 9}, "start and end go together"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_a_sentence(name, arguments, said):
    result = called(name, **arguments)
    assert result.is_error
    assert said in result.content[0].text


def test_a_defect_is_an_error_without_its_words_in_result_or_log(caplog):
    class Failing(FakeAssistant):
        def ask(self, question, *rest):
            raise RuntimeError(f"about {question}")

    with caplog.at_level(logging.DEBUG):
        result = called("ask", Failing(), question="secretword")
    assert result.is_error and "defect" in result.content[0].text
    own = [record.getMessage() for record in caplog.records if record.name.startswith("assistant")]
    assert len(own) == 1 and own[0].startswith("RuntimeError at ")
    assert "secretword" not in result.content[0].text + own[0]


def test_an_index_that_is_missing_is_one_sentence(capsys):
    def load(config):
        raise IndexMissingError("There is no index. Run: python -m ingest build")

    assert main([], load) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "There is no index. Run: python -m ingest build\n")


@pytest.mark.real_model
def test_the_command_answers_a_client_on_standard_input_and_output(config):
    """The whole way: a client starts the command, asks, and checks the answer by `verify`."""
    build(config, ignore)
    environment = {
        "ASSISTANT_CORPUS": str(config.corpus_folder),
        "ASSISTANT_INDEX": str(config.index_folder),
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant", "mcp"], env=environment, cwd=ROOT
    )

    async def conversation():
        async with Client(stdio_client(command), read_timeout_seconds=120) as client:
            tools = await client.list_tools()
            question = "What is the first sign of a filler in the lung?"
            answer = await client.call_tool("ask", {"question": question})
            checked = await client.call_tool("verify", {"answer": answer.structured_content})
            return tools, answer, checked

    tools, answer, checked = anyio.run(conversation)
    assert len(tools.tools) == 4
    found = answer.structured_content
    assert "Breathlessness is the first sign." in [
        *(item["quote"] for item in found["citations"]),
        *(item["text"] for item in found["nearest"]),
    ]
    assert checked.structured_content["exact"] is True
