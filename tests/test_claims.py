import pytest

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
