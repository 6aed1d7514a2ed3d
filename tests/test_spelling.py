import pytest

from assistant.question import Expansion
from assistant.spelling import Speller

SPELLER = Speller(
    ["Extravasation of cement after vertebroplasty", "edema and infection"],
    frozenset({"during", "cheapest", "what", "about"}),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("extravastion", "extravasation", id="letter missing"),
        pytest.param("vertebrolpasty", "vertebroplasty", id="letters swapped"),
        pytest.param("oedema", "edema", id="British spelling"),
    ],
)
def test_an_unknown_word_is_searched_as_its_nearest_word(typed, meant):
    found = SPELLER.corrections(f"what about {typed}?")
    assert [(item.asked, item.means) for item in found] == [(typed, meant)]


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("infection", id="of the corpus"),
        pytest.param("infections", id="plural of a known word"),
        pytest.param("during", id="English"),
        pytest.param("cheapest", id="English and not in the corpus"),
        pytest.param("teriparatide", id="unknown and near nothing"),
        pytest.param("cmnt", id="too short"),
    ],
)
def test_other_words_are_left(word):
    assert SPELLER.corrections(word) == ()


def test_a_word_that_no_one_knows_is_unknown_and_one_that_is_corrected_is_not():
    question = "During vertebrolpasty, what about teriparatide and infecting? cmnt"
    assert SPELLER.unknown(question, SPELLER.corrections(question)) == ("teriparatide",)


def test_a_word_that_something_was_searched_beside_is_not_unknown_and_is_not_corrected_again():
    assert SPELLER.unknown("vertebrolpasty", ()) == ("vertebrolpasty",)
    assert SPELLER.unknown("Vertebrolpasty", [Expansion("vertebrolpasty", "x")]) == ()


def test_whether_the_corpus_uses_any_of_some_words_in_any_form():
    assert SPELLER.uses_any(["shower", "infections"])
    assert not SPELLER.uses_any(["shower", "cheapest"])
    assert SPELLER.uses_any([])
