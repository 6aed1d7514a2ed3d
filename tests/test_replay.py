import json

import pytest
from fake_assistant import FakeAssistant, answer_of

from assistant.errors import QuestionError
from assistant.records import Turn
from assistant.replay import MAX_TURNS, read_questions, read_turns, replay, turn_json

TURN = Turn("Why?", "Why does cement leak?", ("002", "004"), ("002", 3, 9))


@pytest.mark.parametrize("turn", [TURN, Turn("Why?", "Why?", ()), answer_of().turn()])
def test_a_turn_comes_back_from_the_browser_as_it_was(turn):
    assert read_turns(json.loads(json.dumps([turn_json(turn)]))) == (turn,)


def test_a_conversation_may_have_no_earlier_turns():
    assert read_turns([]) == ()


def changed(**fields):
    return json.loads(json.dumps([turn_json(TURN)]))[0] | fields


@pytest.mark.parametrize(
    "content",
    [
        None, "turns", {}, [1], [None], [changed(question=1)], [changed(standalone_question=None)],
        [changed(source_ids="002")], [changed(source_ids=[2])], [changed(best_quote=["002", 3])],
        [changed(best_quote=["002", 3, "9"])], [changed(best_quote=["002", True, 9])],
        [changed(best_quote={})], [changed()] * (MAX_TURNS + 1),
        [changed(question="why " * 501)], [changed(standalone_question="why " * 501)],
        [changed(standalone_question="\ud800")],
    ],
    ids=str,
)  # fmt: skip
def test_turns_that_were_damaged_are_refused_with_the_way_out(content):
    with pytest.raises(QuestionError, match="Start a new conversation"):
        read_turns(content)


@pytest.mark.parametrize("content", [None, [], "Why?", [1], ["Why?", None], ["Why?"] * (MAX_TURNS + 1)])
def test_what_are_no_questions_is_refused(content):
    with pytest.raises(QuestionError):
        read_questions(content)


def test_half_a_character_in_a_damaged_turn_is_left_out_as_it_is_of_a_question():
    (read,) = read_turns([changed(question="Why \ud800?", standalone_question="Why \ud800is it?")])
    assert (read.question, read.standalone_question) == ("Why ?", "Why is it?")


def test_a_conversation_is_replayed_as_it_was_asked():
    asked, again = FakeAssistant(), FakeAssistant()
    first = asked.ask("How common is leakage?")
    second = asked.ask("And in PKP?", [first.turn()])
    assert replay(again, read_questions(["How common is leakage?", "And in PKP?"])) == (first, second)
    assert again.asked == [(question, tuple(history)) for question, history in asked.asked]
