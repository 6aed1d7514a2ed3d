from fake_assistant import COMMON, FakeAssistant, cited

from assistant.records import Turn
from assistant.turns import MOST_ASKED_AGAIN, turns_of

REVIEW = "004_357560ebc91a011b"


def test_questions_alone_are_asked_again_each_after_those_before_it():
    assistant = FakeAssistant()
    turns = turns_of(assistant, ["How common is leakage?", "And its signs?"])
    assert [turn.question for turn in turns] == ["How common is leakage?", "And its signs?"]
    assert turns[1].standalone_question == "And its signs? (How common is leakage?)"
    assert turns[0].best_quote is not None
    assert assistant.asked == [("How common is leakage?", ()), ("And its signs?", (turns[0],))]


def test_turns_as_answers_gave_them_are_kept_and_not_asked_again():
    assistant = FakeAssistant()
    quote = cited(1, "004", COMMON)
    turn = Turn("Q?", "Q?", (REVIEW,), (REVIEW, quote.start, quote.end))
    assert turns_of(assistant, [turn]) == [turn]
    assert assistant.asked == []


def test_what_is_no_longer_in_the_corpus_is_left_out_of_a_turn():
    assistant = FakeAssistant()
    text = assistant.index.documents[REVIEW].text
    blank = text.index("\n\n")
    for best in (("gone", 0, 5), (REVIEW, 10**8, 10**8 + 5), (REVIEW, 9, 9), (REVIEW, blank, blank + 2)):
        (turn,) = turns_of(assistant, [Turn("Q?", "Q?", ("gone", REVIEW), best)])
        assert turn == Turn("Q?", "Q?", (REVIEW,), None)


def test_of_many_questions_alone_only_the_last_are_asked_again_and_every_turn_is_kept():
    assistant = FakeAssistant()
    turn = Turn("Q?", "Q?", ())
    questions = [f"Question {number}?" for number in range(MOST_ASKED_AGAIN + 3)]
    turns = turns_of(assistant, [turn, *questions])
    assert [item.question for item in turns] == ["Q?", *questions[3:]]
    assert [question for question, _ in assistant.asked] == questions[3:]
