import threading
from dataclasses import replace

import pytest
from fake_assistant import FakeAssistant, answer_of

from assistant.errors import QuestionError
from assistant.parts import Found, ask_in_parts
from assistant.records import Comparison

PAIR = Comparison("the rate of leakage", (1, 3), "differ", "80% and 20%")


class Comparing(FakeAssistant):
    """Compares the first and the third quote of each answer."""

    def ask(self, question, history=(), *, report=None):
        return replace(super().ask(question, history, report=report), comparison=(PAIR,))


class Waiting(FakeAssistant):
    """Answers only once it is let."""

    def __init__(self):
        super().__init__()
        self.let = threading.Event()

    def ask(self, question, history=(), *, report=None):
        answer = super().ask(question, history, report=report)
        assert self.let.wait(timeout=30)
        return answer


def test_what_was_retrieved_comes_first_and_the_whole_answer_last():
    found, answer = ask_in_parts(FakeAssistant(), "How common is leakage?", [])
    assert isinstance(found, Found)
    assert (found.passages, [name[:3] for name in found.source_ids]) == (4, ["002", "004", "003"])
    assert 0 <= found.seconds < 30
    assert answer.question == "How common is leakage?"


def test_what_was_retrieved_is_there_before_the_answer_is():
    assistant = Waiting()
    parts = ask_in_parts(assistant, "Why?", [])
    assert isinstance(next(parts), Found)
    assistant.let.set()
    assert next(parts).question == "Why?"


def test_quotes_come_before_their_comparison():
    _, quotes, whole = ask_in_parts(Comparing(), "How common is leakage?", [])
    assert (quotes.comparison, whole.comparison) == ((), (PAIR,))
    assert quotes.citations == whole.citations


def test_an_error_is_raised_where_the_answer_is_awaited():
    with pytest.raises(QuestionError):
        list(ask_in_parts(FakeAssistant(), "", []))


def test_earlier_turns_are_passed_on():
    assistant = FakeAssistant()
    turn = answer_of().turn()
    list(ask_in_parts(assistant, "Why?", [turn]))
    assert assistant.asked == [("Why?", (turn,))]
