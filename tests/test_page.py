import logging

import gradio as gr
import pytest
from fake_assistant import COMMON, FakeAssistant, corpus

from assistant.errors import VerificationError
from assistant.page import Page


class Failing(FakeAssistant):
    """Fails at each question with the given error."""

    def __init__(self, error):
        super().__init__()
        self._error = error

    def ask(self, question, history=()):
        raise self._error


def ask(page, question, session=()):
    """What the page shows while and after answering: conversation, typed, examples, panel, session."""
    return list(page.ask(question, session))


def test_a_question_is_shown_at_once_and_then_answered():
    page = Page(FakeAssistant())
    (pending, done) = ask(page, "How common is leakage?")
    assert "Searching the sources" in pending[0]
    assert (pending[1], pending[4]) == ("", ())
    assert "Searching the sources" not in done[0]
    assert COMMON in done[0]
    assert [answer.question for answer in done[4]] == ["How common is leakage?"]


def test_a_follow_up_gets_the_earlier_turns_and_earlier_answers_stay():
    assistant = FakeAssistant()
    page = Page(assistant)
    session = ask(page, "How common is leakage?")[-1][4]
    conversation, _, _, _, session = ask(page, "And in PKP?", session)[-1]
    first, second = assistant.asked
    assert first[1] == ()
    assert [turn.question for turn in second[1]] == ["How common is leakage?"]
    assert second[1] == (session[0].turn(),)
    assert conversation.index("How common is leakage?") < conversation.index("And in PKP?")
    assert conversation.count('<article class="answer') == 2


def test_sessions_share_nothing():
    assistant = FakeAssistant()
    page = Page(assistant)
    ask(page, "How common is leakage?")
    ask(page, "Why?")
    assert [history for _, history in assistant.asked] == [(), ()]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "The question is empty."),
        ("  \n", "The question is empty."),
        ("?!", "The question holds no words."),
        ("a" * 2001, "The question has 2001 characters; at most 2000 are read."),
    ],
    ids=["empty", "blank", "no words", "too long"],
)
def test_a_question_that_cannot_be_taken_gets_a_message_and_stays_typed(question, words):
    page = Page(FakeAssistant())
    conversation, typed, _, _, session = ask(page, question)[-1]
    assert words in conversation
    assert (typed, session) == (question, ())


def test_a_message_is_gone_with_the_next_question():
    page = Page(FakeAssistant())
    session = ask(page, "")[-1][4]
    assert "The question is empty." not in ask(page, "Why?", session)[-1][0]


def test_an_error_of_the_assistant_is_a_message_and_leaves_the_session():
    session = ask(Page(FakeAssistant()), "Why?")[-1][4]
    shown = ask(Page(Failing(VerificationError("Citation 1 is not what stands there."))), "How?", session)[-1]
    assert "Citation 1 is not what stands there." in shown[0]
    assert shown[4] == session


def test_a_defect_is_a_message_and_the_log_does_not_hold_the_question(caplog):
    with caplog.at_level(logging.DEBUG):
        shown = ask(Page(Failing(KeyError("secret words"))), "secret words")[-1]
    assert "because of a defect" in shown[0]
    assert "Traceback" not in shown[0]
    assert [record.getMessage()[:12] for record in caplog.records] == ["KeyError at "]
    assert "secret" not in caplog.text


def test_answering_logs_nothing_of_the_question(caplog):
    with caplog.at_level(logging.INFO):
        ask(Page(FakeAssistant()), "How common is leakage?")
    assert "leakage" not in caplog.text


def test_a_citation_opens_in_its_source():
    page = Page(FakeAssistant())
    session = ask(page, "How common is leakage?")[-1][4]
    quote = session[0].citations[1]
    panel = page.show_citation("a1", 2, session)
    assert "[2] Mao et al. 2024" in panel
    assert f"characters {quote.start} to {quote.end}" in panel


@pytest.mark.parametrize(
    ("answer", "number"), [("a1", 9), ("other", 1), (None, None), ("a1", "1"), ({}, [])], ids=str
)
def test_a_citation_that_is_not_of_this_session_says_so(answer, number):
    page = Page(FakeAssistant())
    session = ask(page, "How common is leakage?")[-1][4]
    assert "no longer in memory" in page.show_citation(answer, number, session)


def test_examples_are_open_until_the_first_answer():
    page = Page(FakeAssistant())
    assert "<details open>" in ask(page, "")[-1][2]
    assert "<details>" in ask(page, "Why?")[-1][2]


def test_no_event_of_the_page_is_offered_as_an_api():
    app = Page(FakeAssistant()).blocks()
    assert {function.api_visibility for function in app.fns.values()} == {"private"}
    assert app.title == "Kyphoplasty assistant"
    assert app.analytics_enabled is False


def test_the_page_holds_the_sources_in_the_order_of_the_corpus():
    assert [source.id for source in Page(FakeAssistant()).sources] == list(corpus())


def test_the_conversation_is_state_of_the_browser_session():
    states = [
        block for block in Page(FakeAssistant()).blocks().blocks.values() if isinstance(block, gr.State)
    ]
    assert [state.value for state in states] == [()]
