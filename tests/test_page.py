import json
import logging
from datetime import date

import gradio as gr
import pytest
from fake_assistant import COMMON, RATE, FakeAssistant, answer_of
from test_parts import Comparing
from test_render_html import parse

from assistant.config import PageConfig
from assistant.errors import VerificationError
from assistant.limits import IDENTIFIER
from assistant.page import Page
from assistant.render_turn import render_answered_html
from assistant.replay import read_turns, turn_json

DAY = date(2026, 3, 1)


class Failing(FakeAssistant):
    """Fails at each question with the given error."""

    def __init__(self, error):
        super().__init__()
        self._error = error

    def ask(self, question, history=(), *, report=None):
        raise self._error


def asked(assistant, question, history=()):
    """The sections that the page shows while and after answering."""
    page = Page(assistant, lambda: DAY)
    sent = json.dumps([turn_json(turn) for turn in history])
    return [parse(html).children[0] for html in page.ask("r1", question, json.loads(sent))]


def states(sections):
    return [section.attributes["data-state"] for section in sections]


def test_a_question_is_shown_at_once_then_what_was_retrieved_and_then_its_answer():
    asking, found, done = asked(FakeAssistant(), "How common is leakage?")
    assert states((asking, found, done)) == ["asking", "asking", "done"]
    assert asking.text == "How common is leakage?Searching the sources …"
    assert "4 passages of 3 sources found in 0." in found.text
    assert COMMON in done.text
    assert "Answered in 0.10 s · answer a1 · corpus 000000000000" in done.text


def test_quotes_are_shown_before_their_comparison():
    *_, quotes, done = asked(Comparing(), "How common is leakage?")
    assert COMMON in quotes.text
    assert "4 quotes after 0.10 s. Comparing …" in quotes.text
    assert (quotes.all(name="pair"), len(done.all(name="pair"))) == ([], 1)


def test_every_part_names_the_request_that_it_belongs_to():
    assert {s.attributes["data-request"] for s in asked(FakeAssistant(), "Why?")} == {"r1"}


def test_a_follow_up_gets_the_earlier_turns():
    assistant = FakeAssistant()
    turn = answer_of().turn()
    asked(assistant, "And in PKP?", [turn])
    assert assistant.asked == [("And in PKP?", (turn,))]


def test_an_answer_gives_the_turn_that_later_questions_bring_back():
    done = asked(FakeAssistant(), "Why?")[-1]
    (turn,) = read_turns([json.loads(done.attributes["data-turn"])])
    assert turn == FakeAssistant().ask("Why?").turn()


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
def test_a_question_that_cannot_be_taken_gets_a_message(question, words):
    last = asked(FakeAssistant(), question)[-1]
    assert last.attributes["data-state"] == "problem"
    assert words in last.all(name="problem")[0].text


def test_turns_that_cannot_be_read_are_a_message():
    (asking, last) = (parse(html).children[0] for html in Page(FakeAssistant()).ask("r1", "Why?", "broken"))
    assert last.all(name="problem")[0].text.endswith("Start a new conversation.")


def test_an_error_of_the_assistant_is_a_message():
    last = asked(Failing(VerificationError("Citation 1 is not what stands there.")), "How?")[-1]
    assert last.all(name="problem")[0].text == "Citation 1 is not what stands there."


def test_a_defect_is_a_message_and_the_log_does_not_hold_the_question(caplog):
    with caplog.at_level(logging.DEBUG):
        last = asked(Failing(KeyError("secret words")), "secret words")[-1]
    assert "because of a defect" in last.text
    assert "Traceback" not in last.text
    assert [record.getMessage()[:12] for record in caplog.records] == ["KeyError at "]
    assert "secret" not in caplog.text


def test_answering_logs_nothing_of_the_question(caplog):
    with caplog.at_level(logging.INFO):
        asked(FakeAssistant(), "How common is leakage?")
    assert "leakage" not in caplog.text


def test_a_screen_reader_is_told_the_outcome_in_sentences():
    done = asked(FakeAssistant(), "Why?")[-1]
    assert done.attributes["data-spoken"] == f"Answered in these sources. “{RATE}” 4 quotes from 3 sources."
    refused = asked(FakeAssistant(), "What does it cost?")[-1]
    assert refused.attributes["data-spoken"] == "Not in these sources."


def test_what_is_copied_is_at_hand_without_the_server():
    done = asked(FakeAssistant(), "Why?")[-1]
    (copy,) = [b for b in done.all("button") if b.attributes.get("data-action") == "copy"]
    assert f"“{COMMON}” [2]" in copy.attributes["data-copy"]
    assert "2026-03-01. Answer a1" in copy.attributes["data-copy"]


def test_a_question_that_seems_to_identify_a_patient_is_marked_not_to_be_kept():
    def marked(limits):
        html = render_answered_html("r1", answer_of(limits=limits), (), DAY)
        return "data-private" in parse(html).children[0].attributes

    assert marked((IDENTIFIER,))
    assert not marked(("Time-critical.",))
    assert not marked(())


def test_no_event_of_the_page_is_offered_as_an_api():
    app = Page(FakeAssistant()).blocks(PageConfig())
    assert {function.api_visibility for function in app.fns.values()} == {"private"}
    assert app.title == "Kyphoplasty assistant"
    assert app.analytics_enabled is False


def test_the_server_keeps_no_conversation():
    blocks = Page(FakeAssistant()).blocks(PageConfig()).blocks.values()
    assert [block for block in blocks if isinstance(block, gr.State)] == []
