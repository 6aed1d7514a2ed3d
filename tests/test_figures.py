from dataclasses import replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE, cited

from assistant.figures import NOT_STATED, figures

KYPHOPLASTY = cited(1, "002", RATE).source
VERTEBROPLASTY = cited(1, "004", COMMON).source
BOTH = cited(1, "003", LEAFLET).source


def of(quote, introduction="", section="", source=BOTH):
    return figures(quote, 100, introduction, section, source)


def test_each_rate_of_a_quote_of_the_corpus_gets_the_procedure_that_follows_it():
    found = cited(1, "002", RATE).figures
    assert [(f.text, f.procedure) for f in found] == [("80%", "vertebroplasty"), ("50%", "kyphoplasty")]
    assert {f.share_of for f in found} == {f.found_by for f in found} == {NOT_STATED}


def test_the_span_is_that_of_the_number_in_the_document():
    citation = cited(1, "002", RATE)
    for figure in citation.figures:
        start = figure.start - citation.start
        assert citation.quote[start : start + figure.end - figure.start] == figure.text


@pytest.mark.parametrize(
    ("quote", "share"),
    [
        ("Pain returned in 12% of the treated patients.", "patients"),
        ("Leaks were seen in 31.5 % of all injected levels.", "levels"),
        ("A clot formed in 3 of 40 cases.", "cases"),
        ("The per-patient rate was 7%.", "patient"),
        ("The rate of leaks was 7%.", NOT_STATED),
    ],
)
def test_what_a_rate_is_a_share_of_is_what_the_quote_says(quote, share):
    (found,) = of(quote)
    assert found.share_of == share


def test_how_a_rate_was_found_may_stand_in_the_quote_its_lead_in_or_its_heading():
    assert of("On CT, 40% of levels leaked.")[0].found_by == "CT"
    assert of("40% of levels leaked.", introduction="Seen on X-ray:")[0].found_by == "X-ray"
    assert of("40% of levels leaked.", section="Results › Fluoroscopy")[0].found_by == "Fluoroscopy"
    assert of("40% of levels leaked.")[0].found_by == NOT_STATED


def test_the_procedure_of_a_number_may_come_from_a_source_that_is_about_one():
    assert of("40% of levels leaked.", source=VERTEBROPLASTY)[0].procedure == "vertebroplasty"
    assert of("40% of levels leaked.", source=replace(BOTH, about="both"))[0].procedure == NOT_STATED
    assert (
        of("40% of levels leaked after vertebroplasty.", source=KYPHOPLASTY)[0].procedure == "vertebroplasty"
    )


def test_a_dose_has_no_share_and_no_way_of_being_found():
    (found,) = of("Infuse 1.8-3 mL of cement in PKP.")
    assert (found.text, found.share_of, found.found_by) == ("1.8-3 mL", "", "")
    assert found.procedure == "kyphoplasty"


@pytest.mark.parametrize(
    "quote",
    [
        "The pressure was 120/78 mmHg at T7 on September 4, 2023.",
        "C-reactive protein (mg/L)\t14.3\t≤ 5",
        "After 24 hours he walked.",
        "Grade 2 leakage [12].",
    ],
)
def test_other_numbers_are_neither_rates_nor_doses(quote):
    assert of(quote) == ()


def test_of_several_numbers_each_has_the_way_and_the_share_that_stand_behind_it():
    first, second = of("Leakage was 25% of cases, detected by CT, and 9% of levels by radiography.")
    assert (first.share_of, first.found_by) == ("cases", "CT")
    assert (second.share_of, second.found_by) == ("levels", "radiography")
    rate, _ = of("Leakage was 41%, and 2 mL per level were injected.")
    assert rate.share_of == NOT_STATED


def test_of_several_ways_none_is_chosen_if_none_stands_behind_the_number():
    assert of("By CT and by MRI alike, leakage was 25%.")[0].found_by == NOT_STATED


def test_a_figure_of_a_source_on_another_subject_states_no_procedure():
    (figure,) = of("Leakage was 9%.", source=replace(BOTH, about="other"))
    assert figure.procedure == NOT_STATED
