import pytest

from assistant.answer_type import holds_answer_type


@pytest.mark.parametrize(
    ("question", "held", "not_held"),
    [
        ("How long does the pain last?", "It subsides within a few months.", "It subsides."),
        ("How many weeks of rest?", "Rest for two to four weeks.", "Rest is advised."),
        ("What percentage leaks?", "Leakage exceeds 80%.", "Leakage is common."),
        ("How much cement is enough?", "Doses of 1.8-3 mL suffice.", "Small doses suffice."),
        ("How many cases are known?", "Only seven cases are known.", "Cases are known."),
        ("When was he admitted?", "He came on September 15, 2023.", "He came in pain."),
        ("Which level leaks most?", "Leaks are most frequent at T7.", "Leaks are frequent."),
        ("How high was the uric acid?", "Uric acid\t649", "Uric acid was raised."),
    ],
)
def test_a_question_for_a_quantity_is_held_by_a_sentence_with_one(question, held, not_held):
    assert holds_answer_type(question, held) == 1.0
    assert holds_answer_type(question, not_held) == -1.0


def test_a_question_for_no_quantity_tells_nothing():
    assert holds_answer_type("Why does cement leak?", "Leakage exceeds 80%.") == 0.0
