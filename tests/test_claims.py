import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_numbers import written_numbers

from assistant.claims import claims


def told(sentence, kind):
    return [claim for claim in claims(sentence) if claim.kind == kind]


@pytest.mark.parametrize(
    ("sentence", "interval"),
    [
        ("Leakage was seen in 41% of levels.", (41, 41)),
        ("The rate of leakage exceeds 80% in PVP.", (80, 100)),
        ("Leakage stays below 50%.", (0, 50)),
        ("Leaks occur in 10-20 % of cases.", (10, 20)),
    ],
)
def test_a_rate_is_an_interval_of_per_cent(sentence, interval):
    (claim,) = told(sentence, "rate")
    assert claim.interval == interval
    assert claim.subject == {"leakage"}


def test_a_rate_of_nothing_that_is_known_is_no_claim():
    assert told("The balloon was filled to 80%.", "rate") == []


def test_clauses_that_are_set_against_each_other_claim_for_their_own_procedure():
    sentence = "Leakage exceeds 80% in vertebroplasty, whereas in kyphoplasty leakage is below 50%."
    found = {tuple(claim.procedures): claim.interval for claim in told(sentence, "rate")}
    assert found == {("vertebroplasty",): (80, 100), ("kyphoplasty",): (0, 50)}


@pytest.mark.parametrize(
    ("sentence", "places"),
    [
        ("Cement leaks most often into the epidural space.", {"epidural"}),
        ("Leaks are foraminal, paravertebral (the most common) or epidural.", {"paravertebral"}),
        ("Leakage was more frequently seen in the perivertebral veins than in the discs.", {"venous"}),
    ],
)
def test_where_most_leaks_go_is_the_place_that_the_word_most_is_said_of(sentence, places):
    (claim,) = told(sentence, "route")
    assert claim.value == places


def test_a_list_of_many_places_claims_none_to_be_the_most_frequent():
    sentence = (
        "The most common complication is leakage, into epidural, disc, foraminal and paravertebral spaces."
    )
    assert told(sentence, "route") == []


@pytest.mark.parametrize(
    ("sentence", "subject", "level"),
    [
        ("Infection is rare.", "infection", "rare"),
        ("There is a low risk of bleeding.", "loss of blood", "rare"),
        ("Leakage of cement is a relatively common outcome.", "leakage", "common"),
        ("Intradural leakage after PKP is unusual.", "intradural leakage", "rare"),
        ("Infection carries a notable risk.", "infection", "common"),
    ],
)
def test_how_common_an_event_is_called(sentence, subject, level):
    (claim,) = told(sentence, "frequency")
    assert claim.subject == {subject}
    assert claim.value == {level}


@pytest.mark.parametrize(
    "sentence", ["Infection is not rare.", "The risk of infection is lower than in surgery."]
)
def test_a_denied_or_a_relative_frequency_is_no_claim(sentence):
    assert told(sentence, "frequency") == []


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Normal activities may be resumed after 24 hours.", (1, 1)),
        ("Most return to work within a few days to weeks.", (2, 21)),
        ("The cement hardens in two to four weeks.", (14, 28)),
    ],
)
def test_a_duration_is_an_interval_of_days(sentence, days):
    (claim,) = told(sentence, "duration")
    assert claim.interval == pytest.approx(days, rel=0.35)


@pytest.mark.parametrize(
    ("sentence", "moved"),
    [
        ("High-viscosity cement lowers the risk of leakage.", "lowered"),
        ("Higher viscosity increases the risk of leakage.", "raised"),
        ("Risk factors for leakage include low viscosity.", "lowered"),
        ("Smaller volumes reduce leakage.", "raised"),
    ],
)
def test_an_effect_tells_what_more_of_the_factor_does(sentence, moved):
    (claim,) = told(sentence, "effect")
    assert claim.value == {moved}


def test_ways_of_doing_a_thing_are_those_that_are_named_for_it():
    (claim,) = told("It is done under local or general anesthesia.", "way")
    assert claim.value == {"local anesthesia", "general anesthesia"}
    assert told("Local pain is a general complaint.", "way") == []


def test_how_most_cases_run():
    (claim,) = told("Most emboli are asymptomatic.", "course")
    assert (claim.subject, claim.value) == ({"embolism"}, {"without symptoms"})
    assert told("An asymptomatic embolus was found.", "course") == []


def test_whether_something_is_needed():
    (claim,) = told("Emergency decompression surgery is unnecessary.", "necessity")
    assert claim.value == {"not needed"}
    assert {"decompress", "surgeri"} <= claim.subject


@pytest.mark.parametrize(
    ("said", "interval"),
    [
        ("12.5%", (12.5, 12.5)),
        ("12,5%", (12.5, 12.5)),
        ("1·5%", (1.5, 1.5)),
        ("3.5 to 6.5 %", (3.5, 6.5)),
        ("10% to 20%", (10, 20)),
        ("between 10 and 20%", (10, 20)),
        ("at most 3 per cent", (0, 3)),
        ("< 5%", (0, 5)),
        ("up to about 5%", (0, 5)),
        ("5% or more", (5, 100)),
    ],
)
def test_a_rate_is_told_with_its_whole_number(said, interval):
    (claim,) = told(f"Leakage was {said} in all.", "rate")
    assert (claim.words, claim.interval) == (said, interval)


@pytest.mark.parametrize(
    "said",
    [
        "12.5.6%", "1 000%", "T7 5%", "2 x 5%", "-5%", "5%/year", "5% per year", "5 percentage points",
        "12 ± 3%", "10 to <20%", "41% to 9%", "1/5%", "95% CI", "2e5%",
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_told_whole_is_no_rate(said):
    assert told(f"Leakage was {said}.", "rate") == []


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("2.5 weeks", (17.5, 17.5)),
        ("2·5 weeks", (17.5, 17.5)),
        ("12.6 months", (378, 378)),
        ("1,5 days", (1.5, 1.5)),
        ("twenty-four hours", (1, 1)),
        ("forty eight hours", (2, 2)),
        ("ten days", (10, 10)),
        ("two or three days", (2, 3)),
        ("between 2 and 4 weeks", (14, 28)),
        ("24- to 48-hour", (1, 2)),
    ],
)
def test_a_time_is_told_with_its_whole_number(said, days):
    (claim,) = told(f"Patients were discharged after {said} stays.", "duration")
    assert (claim.words, claim.interval) == (said, pytest.approx(days))


@pytest.mark.parametrize(
    "said",
    [
        "2½ weeks", "2 1/2 weeks", "half an hour", "an hour and a half", "one and a half days", "12.5.6 days",
        "a hundred and two days", "one hundred twenty-four hours", "1 000 days", "2 ± 1 weeks",
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_told_whole_is_no_time(said):
    assert told(f"Patients were discharged after {said}.", "duration") == []


def test_an_age_takes_no_time():
    (claim,) = told("A 58-year-old man was discharged after 2 days.", "duration")
    assert claim.words == "2 days"


@given(written_numbers(), st.sampled_from(["%", " %", " per cent", " weeks", "-day", " hours"]))
def test_whatever_number_stands_before_a_unit_is_claimed_whole_or_not_at_all(number, unit):
    said = f"{number}{unit}"
    for claim in claims(f"Discharge with leakage was {said} in all."):
        if claim.interval:
            assert claim.words == said


@pytest.mark.parametrize(
    "sentence",
    [
        "Cement leakage is most often seen in the vena cava and the lung.",
        "Leaks are foraminal, paravertebral (the most common) or epidural.",
        "It is done under local or, rarely and on request, general anesthesia.",
        "The procedure is guided by live X-ray imaging or computed tomography.",
        "Most of these emboli are asymptomatic.",
        "Compression fractures may be due to trauma, tumors or osteoporosis.",
        "Two risk factors for adjacent fractures are cement in the disc and low bone density.",
        "High viscosity of the cement lowers the risk of leakage.",
        "The risk of leakage is lowered, or reduces leakage, with high viscosity.",
        "New fractures are attributable to trauma rather than osteoporosis.",
        "Trauma rather than osteoporosis leads to new fractures.",
    ],
)
def test_the_words_of_a_claim_stand_in_the_sentence_in_this_order(sentence):
    found = claims(sentence)
    assert found
    for claim in found:
        at = 0
        for part in claim.words.split(" … "):
            at = sentence.index(part, at) + len(part)


@pytest.mark.parametrize(
    ("said", "interval"),
    [
        ("does not exceed 5%", (0, 5)),
        ("is no more than 2%", (0, 2)),
        ("is not more than 2%", (0, 2)),
        ("is at most 2%", (0, 2)),
        ("is no less than 40%", (40, 100)),
    ],
)
def test_a_bound_that_is_denied_is_one_on_the_other_side(said, interval):
    (claim, *_) = told(f"The rate of leakage {said}.", "rate")
    assert claim.interval == interval


@pytest.mark.parametrize(
    "sentence",
    [
        "Leakage was not seen in 59% of levels.",
        "No leakage was found in 59%.",
        "In 59% the cement didn't leak.",
        "Leakage rarely exceeds 5%.",
        "59% were treated without leakage.",
    ],
)
def test_what_is_denied_is_no_rate(sentence):
    assert told(sentence, "rate") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Surgical decompression is rarely required.",
        "Surgical decompression is hardly necessary.",
        "Surgical decompression is unlikely required.",
        "No further surgical decompression is required.",
        "It is unclear whether surgical decompression is required.",
        "In no patient with leakage was thought that surgery is required.",
        "Neither surgery nor decompression is unnecessary.",
    ],
)
def test_what_is_denied_in_part_is_no_claim_of_need(sentence):
    assert told(sentence, "necessity") == []


def test_what_none_is_needed_of_is_not_needed():
    (claim,) = told("No surgical decompression is required.", "necessity")
    assert claim.value == {"not needed"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Most leaks are rarely symptomatic.",
        "Leaks are not usually symptomatic.",
        "Most leaks are non-symptomatic.",
        "Most leaks are never asymptomatic.",
    ],
)
def test_what_is_denied_is_no_course(sentence):
    assert told(sentence, "course") == []


def test_what_is_not_significant_gives_no_symptoms():
    (claim,) = told("Most leaks are not clinically significant.", "course")
    assert claim.value == {"without symptoms"}


def test_what_is_hardly_so_is_neither_common_nor_safe_nor_a_cause():
    assert told("Infection is hardly common.", "frequency") == []
    assert told("Kyphoplasty is hardly safe.", "safety") == []
    assert told("No kyphoplasty is safe.", "safety") == []
    assert told("Osteoporosis rarely leads to new fractures.", "cause") == []
