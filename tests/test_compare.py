"""Comparison of quotes; sentences are made up and put into real sources."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from fake_assistant import COMMON, LEAFLET, RATE, cited, corpus

from assistant.cite import citation
from assistant.claims import claims
from assistant.compare import compare
from assistant.records import CitedReference
from ingest.chunk import ChunkConfig, chunk

KYPHOPLASTY, VERTEBROPLASTY, BOTH = cited(1, "002", RATE), cited(2, "004", COMMON), cited(3, "003", LEAFLET)


def saying(n, where, words, **changes):
    """A citation of a source that says the words."""
    return replace(where, n=n, quote=words, lead_in="", cited_as=(), figures=(), **changes)


def relation(first, second, one=KYPHOPLASTY, other=BOTH):
    found = compare((saying(1, one, first), saying(2, other, second)))
    return found[0].relation if found else ""


def supported(quote, support):
    return replace(quote, support=support)


def test_rates_that_do_not_meet_differ_and_rates_that_meet_agree():
    assert relation("Leakage was seen in 41%.", "Leakage was seen in 9%.") == "differ"
    assert relation("Leakage was seen in 10-20%.", "Leakage exceeds 15%.") == "agree"


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("No surgical decompression is required.", "Emergency surgical decompression is required.", "differ"),
        ("Surgical decompression is rarely required.", "Surgical decompression is imperative.", ""),
        ("Most leaks are not clinically significant.", "Most leaks are asymptomatic.", "agree"),
        ("Most leaks are not clinically significant.", "Most leaks are symptomatic.", "differ"),
        ("Leakage does not exceed 5%.", "Leakage was 2%.", "agree"),
        ("Leakage was no more than 2%.", "Leakage was 9%.", "differ"),
        ("He was discharged within twenty-four hours.", "He was discharged within 24 hours.", "agree"),
        ("Leakage was 12,5%.", "Leakage was 12.5%.", "agree"),
    ],
)
def test_numbers_are_compared_whole_and_with_what_denies_them(first, second, found):
    assert relation(first, second) == found


def test_rates_of_different_procedures_are_not_comparable_and_the_reason_names_both():
    first, second = saying(1, KYPHOPLASTY, "Leakage was 9%."), saying(2, VERTEBROPLASTY, "Leakage was 41%.")
    (found,) = compare((first, second))
    assert found.relation == "not comparable"
    comparison = found.numbered(1, 2)
    assert comparison.citations == (1, 2)
    assert "kyphoplasty and vertebroplasty" in comparison.reason
    assert "[1] 9%; [2] 41%" in comparison.reason


def test_rates_of_different_things_are_not_comparable():
    first = cited(1, "002", RATE).figures[0]
    one = replace(saying(1, BOTH, "Leakage was 9%."), figures=(replace(first, share_of="patients"),))
    other = replace(saying(2, KYPHOPLASTY, "Leakage was 41%."), figures=(replace(first, share_of="levels"),))
    (found,) = compare((one, other))
    assert found.relation == "not comparable"
    assert "levels" in found.numbered(1, 2).reason


def test_rates_of_different_events_say_nothing_of_each_other():
    assert relation("Leakage was seen in 41%.", "Infection was seen in 9%.") == ""


def test_opposite_effects_differ_and_the_same_effect_told_from_both_ends_agrees():
    high, low = "High viscosity lowers the risk of leakage.", "Low viscosity increases leakage."
    assert relation(high, "Higher viscosity increases the risk of leakage.") == "differ"
    assert relation(high, low) == "agree"


def test_the_same_ways_agree_and_other_ways_differ():
    local = "Done under local anesthesia."
    assert relation(local, "It needs local anesthesia.") == "agree"
    assert relation(local, "It needs general anesthesia.") == "differ"


def test_quotes_of_one_source_are_compared_only_if_they_report_different_studies():
    needed = "Prompt decompression surgery is imperative."
    unneeded = "Decompression surgery is unnecessary."
    own = (saying(1, KYPHOPLASTY, needed), saying(2, KYPHOPLASTY, unneeded))
    assert compare(own) == ()
    studies = [
        replace(quote, cited_as=(CitedReference(number, "A study.", "", ""),))
        for number, quote in zip((3, 13), own, strict=True)
    ]
    assert [pair.relation for pair in compare(studies)] == ["differ"]


def test_those_that_differ_come_first():
    quotes = (
        saying(1, KYPHOPLASTY, "Leakage exceeds 80%. It is done under local anesthesia."),
        saying(2, BOTH, "It needs local anesthesia."),
        saying(3, replace(BOTH, source=VERTEBROPLASTY.source), "After kyphoplasty leakage is 5%."),
    )
    assert [pair.relation for pair in compare(quotes)] == ["differ", "agree"]


def test_what_leads_to_an_event_agrees_if_a_cause_is_shared_and_differs_if_it_is_denied():
    risk = "Risk factors for new fractures are intradiscal leakage and osteoporosis."
    assert relation(risk, "Leakage into the disc increases the risk of subsequent fractures.") == "agree"
    assert relation(risk, "New fractures are due to trauma.") == ""
    denied = "New fractures are attributable to trauma rather than osteoporosis."
    assert relation(risk, denied) == "differ"


def test_an_event_compared_with_other_things_is_not_comparable():
    first = "Kyphoplasty has a lower risk of complications than open surgery."
    second = "It has a lower incidence of complications compared with conservative treatment."
    assert relation(first, second) == "not comparable"
    assert relation(first, "It has fewer complications than open surgery.") == "agree"


def test_what_happened_to_one_patient_is_not_comparable_with_what_is_usual():
    one = "The patient was discharged after one week."
    (found,) = compare((saying(1, KYPHOPLASTY, one), saying(2, BOTH, "You are discharged on the same day.")))
    assert found.relation == "not comparable"
    assert "[1] speaks of one patient." in found.numbered(1, 2).reason


def test_procedures_are_called_safe_each_for_itself():
    assert relation("Kyphoplasty is generally safe.", "Kyphoplasty is considered a safe option.") == "agree"
    assert relation("Kyphoplasty is generally safe.", "Kyphoplasty is not considered safe.") == "differ"
    assert relation("Kyphoplasty is generally safe.", "Vertebroplasty is generally safe.") == ""


def test_a_source_agreeing_with_itself_is_not_worth_a_word():
    quotes = [
        replace(saying(n, KYPHOPLASTY, "Leakage was 9%."), cited_as=(CitedReference(n, "A study.", "", ""),))
        for n in (1, 2)
    ]
    assert compare(quotes) == ()


def test_of_the_items_of_a_list_each_claims_what_it_says_with_the_lists_lead_in():
    item = replace(saying(1, KYPHOPLASTY, "low viscosity"), lead_in="Risk factors for leakage include:")
    (found,) = compare((item, saying(2, BOTH, "Higher viscosity raises the risk of leakage.")))
    assert found.relation == "differ"
    only_lead_in = replace(item, quote="rest", lead_in="It is done under local anesthesia as follows:")
    assert compare((only_lead_in, saying(2, BOTH, "It needs general anesthesia."))) == ()


STRONG, WEAK, ALIKE = "Leakage was 9%.", "Leakage was 41%.", "Leakage was 8-10%."


@pytest.mark.parametrize(
    ("support", "asked", "words", "compared"),
    [
        pytest.param(0.9, "What is the balloon for?", WEAK, True, id="the best quote is contested"),
        pytest.param(0.3, "What is the balloon for?", WEAK, False, id="a weak quote is contested"),
        pytest.param(0.3, "How often is there leakage?", WEAK, True, id="it is asked for"),
        pytest.param(0.9, "What is the balloon for?", ALIKE, False, id="agreement off the point"),
        pytest.param(0.9, "How often is there leakage?", ALIKE, True, id="agreement asked for"),
    ],
)
def test_a_sentence_is_set_beside_a_quote_if_it_contests_a_strong_one_or_is_asked_for(
    support, asked, words, compared
):
    best = supported(saying(1, KYPHOPLASTY, "The balloon makes room."), 0.9)
    quote = supported(saying(2, KYPHOPLASTY, STRONG), support)
    other = supported(saying(3, BOTH, words), 0.0)
    assert bool(compare((best, quote), (other,), asked)) is compared


def test_of_two_points_that_is_told_of_which_the_question_speaks():
    both = "High viscosity and smaller volumes lower the risk of leakage."
    other = "Low viscosity and larger volumes increase the risk of leakage."
    quotes = saying(1, KYPHOPLASTY, both), saying(2, BOTH, other)
    for point in ("viscosity", "volume"):
        (found,) = compare(quotes, asked=f"Does {point} matter?")
        assert point in found.point


# Every pair of sentences of the corpus that is compared, by relation and point. Each was read and is right; a
# new one has to be read before it is allowed here.
READ = Counter(
    {
        ("agree", "guidance of the needle"): 3,
        ("agree", "how bone density and leakage are linked"): 1,
        ("agree", "how common leakage is"): 1,
        ("agree", "how leakage and viscosity are linked"): 1,
        ("agree", "how leakage and volume are linked"): 2,
        ("agree", "how long discharge takes"): 1,
        ("agree", "how long hardening of the cement takes"): 2,
        ("agree", "the assessment of leakage"): 1,
        ("agree", "what leads to embolism"): 3,
        ("agree", "what leads to fracture"): 3,
        ("agree", "what leads to leakage"): 4,
        ("agree", "what leads to nerve damage"): 2,
        ("agree", "what leads to new fracture"): 2,
        ("agree", "where leakage most often goes"): 1,
        ("agree", "whether leakage gives symptoms"): 2,
        ("agree", "whether preoperative MRI is needed"): 1,
        ("agree", "whether the procedure is safe"): 6,
        ("differ", "anesthesia"): 1,
        ("differ", "guidance of the needle"): 1,
        ("differ", "how common infection is"): 1,
        ("differ", "how leakage and viscosity are linked"): 2,
        ("differ", "how long the return to activities takes"): 1,
        ("differ", "what leads to new fracture"): 1,
        ("differ", "where leakage most often goes"): 1,
        ("differ", "whether decompression surgery is needed"): 1,
        ("not comparable", "complications, less or more than with what"): 1,
        ("not comparable", "how long discharge takes"): 2,
        ("not comparable", "where leakage most often goes"): 1,
    }
)


def test_every_pair_of_sentences_of_the_corpus_that_is_compared_was_read():
    quotes = {}
    for document in corpus().values():
        for passage in chunk(document, ChunkConfig()):
            for span, lead_in in zip(passage.sentences, passage.lead_ins, strict=True):
                for place in (span, lead_in):
                    text = document.text[slice(*place)] if place else ""
                    if claims(text):
                        key = (document.source.id, *place)
                        quotes[key] = citation(len(quotes) + 1, document, place)
    found = Counter()
    for pair in combinations(quotes.values(), 2):
        found += Counter((item.relation, item.point) for item in compare(pair))
    assert found == READ


def test_a_source_on_another_subject_is_not_said_to_speak_of_a_procedure_named_other():
    elsewhere = replace(BOTH, source=replace(BOTH.source, about="other"))
    first, second = saying(1, KYPHOPLASTY, "Leakage was 9%."), saying(2, elsewhere, "Leakage was 41%.")
    (found,) = compare((first, second))
    assert found.relation == "not comparable"
    assert found.obstacle == "They speak of different procedures: kyphoplasty and another subject."
