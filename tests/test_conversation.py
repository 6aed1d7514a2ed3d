import pytest

from assistant.conversation import content_words, leans, standalone_question, topic_of
from assistant.records import Turn

FIRST = "How often does cement leak in the lumbar spine during kyphoplasty?"


def turn(question, standalone=None):
    return Turn(question, standalone or question, ())


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("And how is it treated?", id="opens with and"),
        pytest.param("Can they be removed surgically afterwards?", id="they"),
        pytest.param("Does the complication cause lasting harm?", id="the complication"),
        pytest.param("How long?", id="no topic"),
        pytest.param("What about the elderly population?", id="what about"),
        pytest.param("Why?", id="why alone"),
    ],
)
def test_a_question_without_a_topic_of_its_own_leans(question):
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Which antibiotics prevent spinal infection?", id="own topic"),
        pytest.param("Is there a limit of treated vertebrae?", id="there points at nothing"),
        pytest.param("Do patients who smoke develop pneumonia?", id="who points into the sentence"),
        pytest.param("Another question: does it hurt?", id="announces a new topic"),
        pytest.param("By the way, who invented it?", id="by the way"),
        pytest.param(
            "Does this cement harden faster than older resins in warm operating rooms?", id="many words"
        ),
    ],
)
def test_a_question_with_a_topic_of_its_own_does_not_lean(question):
    assert not leans(question)
    assert standalone_question(question, [turn(FIRST)]) == question


def test_the_first_question_is_left_as_it_is():
    assert standalone_question("Why is it so?", []) == "Why is it so?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("And in the thoracic spine?", FIRST.replace("lumbar", "thoracic"), id="region"),
        pytest.param("What about vertebroplasty?", FIRST.replace("kypho", "vertebro"), id="procedure"),
        pytest.param("No, the neck", FIRST.replace("lumbar spine", "neck"), id="correction"),
    ],
)
def test_a_word_of_one_class_takes_the_place_of_the_other(question, expected):
    assert standalone_question(question, [turn(FIRST)]) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("Is it dangerous?", "Is it dangerous? (cement leak lumbar spine kyphoplasty)", id="it"),
        pytest.param("Why?", "Why? (cement leak lumbar spine kyphoplasty)", id="why"),
        pytest.param(
            "Is it worse in kyphoplasty?",
            "Is it worse in kyphoplasty? (cement leak lumbar spine)",
            id="words it has are not added",
        ),
    ],
)
def test_other_leaning_questions_get_the_topic_of_the_one_before(question, expected):
    assert standalone_question(question, [turn(FIRST)]) == expected


def test_the_topic_comes_from_the_last_question_as_it_was_understood():
    history = [turn("Is fever common?"), turn("And pain?", "Is radicular pain common?")]
    assert standalone_question("Why?", history) == "Why? (radicular pain common)"


def test_a_question_before_it_without_a_topic_adds_nothing():
    assert standalone_question("Why?", [turn("And then?")]) == "Why?"


def test_the_topic_is_the_content_words_that_the_other_lacks_each_once():
    assert topic_of("Do Ribs break, and when do ribs heal?", without="RIBS?") == "break heal"


def test_content_words_keep_numbers_and_joined_words():
    question = "Is the 14% rate of T12/L1 re-fractures true?"
    assert content_words(question) == ("14", "rate", "T12/L1", "re-fractures", "true")
