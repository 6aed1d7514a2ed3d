"""What a question is about."""

import pytest

from assistant.topic import content_words, topic_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        pytest.param("How often do ribs break in surgery?", "ribs break in surgery", id="words between stay"),
        pytest.param("How can a broken rib be treated?", "broken rib", id="not what is asked about it"),
        pytest.param(
            "What if ribs are bent too much?", "ribs are bent too much", id="an amount belongs to it"
        ),
        pytest.param("Should broken ribs be strapped?", "broken ribs", id="a verb after be"),
        pytest.param("What's treated?", "treated", id="unless there is nothing else"),
        pytest.param("Why?", "", id="none"),
        pytest.param(
            "Does one of the ribs on the left or on the right side break before or after an operation?",
            "ribs left right side break operation",
            id="of a long question the content words",
        ),
    ],
)
def test_the_topic_is_what_a_question_asks_about(question, topic):
    assert topic_of(question) == topic


def test_content_words_keep_numbers_and_joined_words():
    question = "Is the 14% rate of T12/L1 re-fractures true?"
    assert content_words(question) == ("14", "rate", "T12/L1", "re-fractures", "true")
