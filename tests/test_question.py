import pytest

from assistant.errors import QuestionError
from assistant.question import MAX_CHARACTERS, checked_question, expansions, parts, searched_text


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        pytest.param("  Does  cement\tleak?\r\n", "Does cement leak?", id="white space"),
        pytest.param("cafe\u0301 au lait", "café au lait", id="composed letters"),
        pytest.param("Does\x00cement leak?", "Does cement leak?", id="control characters"),
        pytest.param("leak \ud800?", "leak ?", id="half a pair"),
        pytest.param("<b>5</b> & µ?", "<b>5</b> & µ?", id="markup is text"),
    ],
)
def test_a_question_is_read_as_one_clean_line(typed, question):
    assert checked_question(typed) == question


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("\n \u200b\t", "empty", id="nothing visible"),
        pytest.param("—?!", "no words", id="no letter or digit"),
        pytest.param("a" * (MAX_CHARACTERS + 1), str(MAX_CHARACTERS + 1), id="too long"),
    ],
)
def test_what_is_no_question_is_refused_with_the_reason(text, reason):
    with pytest.raises(QuestionError, match=reason):
        checked_question(text)


def test_the_longest_question_is_taken():
    assert checked_question("a" * MAX_CHARACTERS) == "a" * MAX_CHARACTERS


def test_checking_a_checked_question_changes_nothing():
    once = checked_question(" Ist e\u0301s  5\u202f%\x00? ")
    assert checked_question(once) == once


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "What causes fever after surgery, and which drug lowers it?",
            ("What causes fever after surgery", "which drug lowers it?"),
            id="joined by and",
        ),
        pytest.param(
            "Is bleeding a risk? Are clots a risk?", ("Is bleeding a risk?", "Are clots a risk?"), id="two"
        ),
        pytest.param(
            "Which ribs break; which vertebrae collapse?",
            ("Which ribs break", "which vertebrae collapse?"),
            id="semicolon",
        ),
        pytest.param("Do ribs and vertebrae break?", ("Do ribs and vertebrae break?",), id="and joins nouns"),
        pytest.param("Do ribs break, and why?", ("Do ribs break, and why?",), id="second is too short"),
        pytest.param("Do ribs break?", ("Do ribs break?",), id="one"),
        pytest.param("Do ribs break? do ribs break?", ("do ribs break?",), id="the same twice"),
        pytest.param(
            "Do ribs break? Do hips break? Do ribs break", ("Do ribs break", "Do hips break?"), id="again"
        ),
    ],
)
def test_a_question_is_parted_where_a_second_one_begins(question, expected):
    assert parts(question) == expected


def test_a_question_of_more_than_five_parts_is_taken_whole():
    asked = [f"Does rib {number} break?" for number in range(6)]
    assert parts(" ".join(asked[:5])) == tuple(asked[:5])
    assert parts(" ".join(asked)) == (" ".join(asked),)
    assert parts("Do ribs break? " * 100) == ("Do ribs break?",)


@pytest.mark.parametrize(
    ("question", "asked", "means"),
    [
        pytest.param("Is a DVT likely?", "DVT", "deep vein thrombosis", id="abbreviation"),
        pytest.param("Can PKP help?", "PKP", "percutaneous kyphoplasty", id="procedure"),
        pytest.param("Does it Leak?", "Leak", "cement leakage extravasation", id="case of common words"),
        pytest.param("any pins and needles?", "pins and needles", "tingling numbness", id="several words"),
    ],
)
def test_a_word_of_the_table_adds_what_the_sources_call_it(question, asked, means):
    assert [(added.asked, added.means) for added in expansions(question)] == [(asked, means)]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Is the pe lesson over?", id="abbreviation in small letters"),
        pytest.param("What does leakiness cost?", id="inside a word"),
        pytest.param("Is a DVT a deep vein thrombosis?", id="already said"),
        pytest.param("What colour is cement?", id="none"),
    ],
)
def test_other_words_add_nothing(question):
    assert expansions(question) == ()


def test_what_is_searched_keeps_the_question_and_adds_to_it():
    question = "Is a DVT a risk in my neck?"
    added = expansions(question)
    assert searched_text(question, added) == f"{question} (deep vein thrombosis) (cervical spine)"
    assert searched_text("Is it safe?", ()) == "Is it safe?"
