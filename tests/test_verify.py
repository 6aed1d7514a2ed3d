"""Quotes of the real corpus, exact and altered."""

import random
import re

import pytest
from fake_assistant import COMMON, RATE, ROW, cited, corpus

from assistant.verify import Difference, Place, check_quote, differences

CASE, REVIEW = "002_63fa46c042cc48fb", "004_357560ebc91a011b"
SENTENCE = re.compile(r"[A-Z][^.\n]{60,300}\.")


def where(source, words):
    quote = cited(1, source, words)
    return Place(quote.source.id, quote.start, quote.end)


@pytest.mark.parametrize(("source", "words"), [("002", RATE), ("004", COMMON), ("002", ROW)])
def test_words_of_a_source_are_exact_wherever_they_are_looked_for(source, words):
    place = where(source, words)
    for check in (
        check_quote(words, corpus()),
        check_quote(words, corpus(), place.source_id),
        check_quote(words, corpus(), place.source_id, (place.start, place.end)),
    ):
        assert check.exact and check.differences == () and check.elsewhere == ()
        assert check.place == place
        assert check.file_sha256 == corpus()[place.source_id].source.sha256


def test_one_wrong_digit_is_not_exact_and_is_named_with_its_place():
    check = check_quote(RATE.replace("80%", "8%"), corpus())
    assert not check.exact
    assert check.place == where("002", RATE)
    (difference,) = check.differences
    assert (difference.quoted, difference.source) == ("8", "80")
    assert RATE[: difference.offset].endswith("exceeds ")
    assert corpus()[CASE].text[difference.start :].startswith("80% in PVP")


@pytest.mark.parametrize(
    ("altered", "quoted", "source"),
    [
        pytest.param(RATE.replace("below", "above"), "above", "below", id="another word"),
        pytest.param(RATE.replace(" cement", ""), "", " cement", id="a word left out"),
        pytest.param(RATE.replace("PVP but", "PVP never but"), "never ", "", id="a word added"),
        pytest.param(RATE.replace(", the", ",  the"), "  ", " ", id="white space"),
        pytest.param(RATE.replace("Notably", "notably"), "notably", "Notably", id="a small letter"),
        pytest.param(RATE.replace("80%", "80 %"), " ", "", id="a space"),
    ],
)
def test_what_differs_is_said_word_for_word(altered, quoted, source):
    check = check_quote(altered, corpus())
    assert not check.exact
    assert [(d.quoted.strip(" "), d.source.strip(" ")) for d in check.differences] == [
        (quoted.strip(" "), source.strip(" "))
    ]
    (difference,) = check.differences
    assert altered[difference.offset :].startswith(difference.quoted)
    text = corpus()[CASE].text
    assert text[difference.start :].startswith(difference.source)


def test_every_sentence_with_one_word_replaced_is_located_and_never_exact():
    chance = random.Random(1)
    checked = 0
    for document in corpus().values():
        sentences = list(SENTENCE.finditer(document.text))
        for match in chance.sample(sentences, min(8, len(sentences))):
            sentence = match.group()
            word = chance.choice(list(re.finditer(r"\w{3,}", sentence)))
            altered = sentence[: word.start()] + "zebra" + sentence[word.end() :]
            check = check_quote(altered, corpus())
            assert not check.exact
            assert check.place == Place(document.source.id, *match.span())
            expected = Difference(word.start(), "zebra", word.group(), match.start() + word.start())
            assert check.differences == (expected,)
            checked += 1
    assert checked > 25


def test_a_long_quote_with_its_beginning_altered_is_located_by_its_end():
    text = corpus()[REVIEW].text[5000:8000]
    check = check_quote("Something else entirely was written here by nobody at all. " + text, corpus())
    assert not check.exact
    assert check.place is not None and check.place.source_id == REVIEW
    assert abs(check.place.end - 8000) < 20


def test_words_that_are_nowhere_have_no_place():
    check = check_quote("Bananas are a fruit of the tropics.", corpus())
    assert (check.exact, check.place, check.differences, check.file_sha256) == (False, None, (), "")


def test_a_quote_of_another_source_is_not_exact_in_the_one_that_is_named():
    check = check_quote(RATE, corpus(), REVIEW)
    assert not check.exact


def test_a_quote_at_another_place_of_its_source_is_not_exact_there_and_is_shown_where_it_stands():
    place = where("002", RATE)
    check = check_quote(RATE, corpus(), place.source_id, (place.start + 1, place.end + 1))
    assert not check.exact
    assert check.elsewhere == (place,)
    assert check.differences


def test_all_places_of_a_repeated_phrase_are_given():
    check = check_quote("Leakage of cement", corpus())
    text = corpus()[REVIEW].text
    assert check.exact
    for place in (check.place, *check.elsewhere):
        assert text[place.start : place.end] == "Leakage of cement"
    assert len(check.elsewhere) == text.count("Leakage of cement") - 1


def test_a_source_that_is_not_known_is_named():
    check = check_quote(RATE, corpus(), "nowhere")
    assert not check.exact
    assert "There is no source 'nowhere'" in check.reason and REVIEW in check.reason


@pytest.mark.parametrize("span", [(10**8, 10**8 + 5), (50, 50), (60, 50)])
def test_a_place_that_does_not_exist_is_said_to_be_none(span):
    check = check_quote(RATE, corpus(), CASE, span)
    assert not check.exact and check.place is None
    assert "no such place" in check.reason
    assert check.elsewhere == (where("002", RATE),)


def test_a_place_that_goes_on_behind_the_text_is_none_though_its_words_are_those():
    text = corpus()[CASE].text
    check = check_quote(text[-40:], corpus(), CASE, (len(text) - 40, len(text) + 1))
    assert not check.exact and check.place is None
    assert check_quote(text[-40:], corpus(), CASE, (len(text) - 40, len(text))).exact


def test_a_phrase_that_stands_everywhere_is_listed_up_to_a_number_of_places():
    check = check_quote("e", corpus())
    assert check.exact
    assert len(check.elsewhere) == 20 * len(corpus()) - 1


def test_differences_of_equal_words_are_none():
    assert differences(RATE, RATE, 0) == ()
