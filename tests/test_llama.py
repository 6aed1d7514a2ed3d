import asyncio
import socket
from dataclasses import replace

import pytest
from fake_assistant import COMMON, LEAFLET, QUOTES, RATE, answer_of, cited, corpus, refusal
from fakes import QueuedAssistant
from llama_index.core import Settings
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import QueryBundle

from assistant.errors import QuestionError
from assistant.llama import AssistantChatEngine, AssistantQueryEngine, AssistantRetriever
from assistant.records import Evidence
from assistant.serialise import answer_json
from ingest.records import Passage

QUESTION = "How often does cement leak?"
FOLLOW_UP = "And in kyphoplasty?"


def evidence(source, words, support):
    """Evidence whose passage holds the words and the 80 characters after them."""
    found = cited(1, source, words)
    document = corpus()[found.source.id]
    end = min(found.end + 80, len(document.text))
    text = document.text[found.start : end]
    span = (found.start, found.end)
    name = f"{source}-{found.start}"
    passage = Passage(name, found.source.id, text, found.start, end, found.section, (span,), (None,))
    return Evidence(passage, span, None, None, support)


def user(text):
    return ChatMessage(content=text, role=MessageRole.USER)


def said(engine):
    return [(message.role.value, message.content) for message in engine.chat_history]


@pytest.fixture(autouse=True)
def no_model_of_llama_index(monkeypatch):
    """Fails the test if a model is taken from LlamaIndex's settings, or a connection is opened."""

    def refuse(*args, **kwargs):
        raise AssertionError("a model or a connection was asked for")

    for name in ("llm", "embed_model", "callback_manager", "node_parser"):
        monkeypatch.setattr(type(Settings), name, property(refuse))
    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_the_retriever_gives_each_passage_once_with_its_best_support_first():
    best, other = evidence("002", RATE, 0.8), evidence("004", COMMON, 0.3)
    weaker = replace(best, support=0.1)
    assistant = QueuedAssistant(found=(best, other, weaker))
    nodes = AssistantRetriever(assistant).retrieve(QUESTION)
    assert [(node.node_id, node.score) for node in nodes] == [(best.passage.id, 0.8), (other.passage.id, 0.3)]
    assert [node.text for node in nodes] == [best.passage.text, other.passage.text]
    assert assistant.searched == [QUESTION]


def test_a_passage_says_where_it_stands_and_in_what_source():
    found = evidence("004", COMMON, 0.5)
    (node,) = AssistantRetriever(QueuedAssistant(found=(found,))).retrieve(QueryBundle(QUESTION))
    source = corpus()[found.passage.source_id].source
    assert node.metadata == {
        "source_id": source.id,
        "title": "Complications of Percutaneous Vertebroplasty: A Pictorial Review",
        "year": 2023,
        "kind": "pictorial review",
        "section": "3. Extravasation of Cement",
        "start": found.passage.start,
        "end": found.passage.end,
    }
    assert corpus()[source.id].text[node.metadata["start"] : node.metadata["end"]] == node.text


def test_the_retriever_retrieves_the_same_asynchronously():
    retriever = AssistantRetriever(QueuedAssistant(found=(evidence("003", LEAFLET, 0.5),)))
    assert asyncio.run(retriever.aretrieve(QUESTION)) == retriever.retrieve(QUESTION)


def test_nothing_found_gives_no_nodes():
    assert AssistantRetriever(QueuedAssistant()).retrieve(QUESTION) == []


def test_the_query_engine_answers_with_numbered_quotes_and_their_nodes():
    answer = answer_of()
    assistant = QueuedAssistant(answer)
    response = AssistantQueryEngine(assistant).query(QUESTION)
    assert assistant.asked == [(QUESTION, ())]
    for number, (_, quote) in enumerate(QUOTES, 1):
        assert f"[{number}]" in response.response and quote in response.response
    assert [node.text for node in response.source_nodes] == [quote for _, quote in QUOTES]
    assert [node.score for node in response.source_nodes] == [c.support for c in answer.citations]
    assert [node.metadata["citation"] for node in response.source_nodes] == [1, 2, 3, 4]
    for node in response.source_nodes:
        where = node.metadata
        assert corpus()[where["source_id"]].text[where["start"] : where["end"]] == node.text


def test_the_response_holds_the_whole_answer_as_json():
    response = AssistantQueryEngine(QueuedAssistant(answer_of())).query(QUESTION)
    expected = answer_json(answer_of(question=QUESTION, standalone_question=QUESTION))
    assert response.metadata == {"answer": expected}


def test_a_refusal_is_a_response_without_nodes():
    response = AssistantQueryEngine(QueuedAssistant(refusal())).query("What does it cost?")
    assert response.source_nodes == []
    assert response.metadata["answer"]["status"] == "not_in_sources"
    assert "NOT IN THESE SOURCES" in str(response)


def test_the_query_engine_answers_the_same_asynchronously():
    engine = AssistantQueryEngine(QueuedAssistant(answer_of(), answer_of()))
    assert asyncio.run(engine.aquery(QUESTION)) == engine.query(QUESTION)


@pytest.mark.parametrize("adapter", [AssistantRetriever, AssistantQueryEngine])
def test_a_callback_manager_is_kept_and_one_without_handlers_is_made(adapter):
    manager = CallbackManager([])
    assert adapter(QueuedAssistant(), manager).callback_manager is manager
    assert adapter(QueuedAssistant()).callback_manager.handlers == []


@pytest.mark.parametrize("adapter", [AssistantRetriever, AssistantQueryEngine, AssistantChatEngine])
def test_an_empty_question_is_refused(adapter):
    ask = {"AssistantRetriever": "retrieve", "AssistantQueryEngine": "query"}.get(adapter.__name__, "chat")
    with pytest.raises(QuestionError):
        getattr(adapter(QueuedAssistant()), ask)(" ")


def test_a_follow_up_is_asked_with_the_turns_before_it():
    first = answer_of()
    assistant = QueuedAssistant(first, answer_of())
    engine = AssistantChatEngine(assistant)
    engine.chat(QUESTION)
    engine.chat(FOLLOW_UP)
    turn = replace(first, question=QUESTION, standalone_question=QUESTION).turn()
    assert assistant.asked == [(QUESTION, ()), (FOLLOW_UP, (turn,))]


def test_the_chat_history_holds_questions_and_answers_in_order():
    engine = AssistantChatEngine(QueuedAssistant(answer_of(), refusal()))
    first, second = engine.chat(QUESTION), engine.chat("What does it cost?")
    assert said(engine) == [
        ("user", QUESTION),
        ("assistant", str(first)),
        ("user", "What does it cost?"),
        ("assistant", str(second)),
    ]
    assert RATE in str(first) and first.source_nodes[0].text == RATE
    assert first.metadata["answer"]["status"] == "answered" and second.source_nodes == []


def test_changing_the_list_that_was_given_out_does_not_change_the_conversation():
    engine = AssistantChatEngine(QueuedAssistant(answer_of()))
    engine.chat(QUESTION)
    engine.chat_history.clear()
    assert len(engine.chat_history) == 2


def test_reset_begins_a_new_conversation():
    assistant = QueuedAssistant(answer_of(), answer_of())
    engine = AssistantChatEngine(assistant)
    engine.chat(QUESTION)
    engine.reset()
    assert engine.chat_history == []
    engine.chat(FOLLOW_UP)
    assert assistant.asked[-1] == (FOLLOW_UP, ())


def test_a_question_that_cannot_be_taken_leaves_the_conversation_as_it_was():
    assistant = QueuedAssistant(answer_of(), QuestionError("Not taken."), answer_of())
    engine = AssistantChatEngine(assistant)
    engine.chat(QUESTION)
    before = engine.chat_history
    with pytest.raises(QuestionError):
        engine.chat("Anything else?", [user("What is a kyphon?")])
    with pytest.raises(QuestionError):
        engine.chat("")
    assert engine.chat_history == before
    engine.chat(FOLLOW_UP)
    assert [turn.question for turn in assistant.asked[-1][1]] == [QUESTION]


def test_a_history_that_is_given_replaces_the_conversation_and_its_questions_are_asked_first():
    assistant = QueuedAssistant(answer_of(), answer_of(), answer_of())
    engine = AssistantChatEngine(assistant)
    engine.chat("What is a kyphon?")
    given = [user(QUESTION), ChatMessage(content="invented words", role=MessageRole.ASSISTANT)]
    response = engine.chat(FOLLOW_UP, given)
    assert [question for question, _ in assistant.asked[1:]] == [QUESTION, FOLLOW_UP]
    assert [turn.question for turn in assistant.asked[-1][1]] == [QUESTION]
    assert said(engine)[:2] == [("user", QUESTION), ("assistant", "invented words")]
    assert said(engine)[2:] == [("user", FOLLOW_UP), ("assistant", str(response))]


def test_questions_of_a_given_history_that_were_asked_already_are_not_asked_again():
    assistant = QueuedAssistant(answer_of(), answer_of(), answer_of())
    engine = AssistantChatEngine(assistant)
    engine.chat(QUESTION)
    engine.chat(FOLLOW_UP, engine.chat_history)
    engine.chat("Why?", [*engine.chat_history, user(" ")])
    assert [question for question, _ in assistant.asked] == [QUESTION, FOLLOW_UP, "Why?"]
    assert [turn.question for turn in assistant.asked[-1][1]] == [QUESTION, FOLLOW_UP]


def test_an_empty_history_begins_a_new_conversation():
    assistant = QueuedAssistant(answer_of(), answer_of())
    engine = AssistantChatEngine(assistant)
    engine.chat(QUESTION)
    engine.chat(FOLLOW_UP, [])
    assert assistant.asked[-1] == (FOLLOW_UP, ())
    assert len(engine.chat_history) == 2


def test_a_streamed_answer_is_the_text_in_pieces_and_joins_the_history():
    engine = AssistantChatEngine(QueuedAssistant(answer_of(), answer_of()))
    whole = str(engine.chat(QUESTION))
    engine.reset()
    response = engine.stream_chat(QUESTION)
    assert response.source_nodes[0].text == RATE
    pieces = list(response.response_gen)
    assert len(pieces) > 20 and "".join(pieces) == whole
    assert str(response) == whole
    assert said(engine) == [("user", QUESTION), ("assistant", whole)]


def test_the_conversation_goes_on_asynchronously():
    async def talk():
        engine = AssistantChatEngine(assistant)
        first = await engine.achat(QUESTION)
        second = await engine.astream_chat(FOLLOW_UP)
        return engine, str(first), [piece async for piece in second.async_response_gen()]

    assistant = QueuedAssistant(answer_of(), refusal())
    engine, first, pieces = asyncio.run(talk())
    assert said(engine)[1] == ("assistant", first)
    assert said(engine)[3] == ("assistant", "".join(pieces))
    assert [turn.question for turn in assistant.asked[1][1]] == [QUESTION]
