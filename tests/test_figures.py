from dataclasses import replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE, cited
from hypothesis import given
from hypothesis import strategies as st
from written_numbers import written_numbers

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


@pytest.mark.parametrize(
    "shown",
    [
        "15 mg/kg", "15 mg/kg/day", "15 mg per kg", "5 mL/min", "2 mL/kg", "2 mL per level", "10 µg/kg/min",
        "1·5%", "1·5 mL", "12,5 %", "0.5‰", "< 5%", "12 ± 3 mL", "1.8 mL to 3 mL", "5 mL-10 mL",
        "between 10% and 20%", "1,200 of 3,400 patients", "10 000 of 20 000 cases",
        "10\u2009000 of 20\u202f000 cases", "2–3 of 40 cases", "1 in 10–20 patients", "1 in 1\u00a0000",
    ],
)  # fmt: skip
def test_a_figure_is_shown_with_its_whole_number_and_its_whole_unit(shown):
    (found,) = of(f"It was {shown} in all.")
    assert found.text == shown


@pytest.mark.parametrize(
    "quote",
    [
        "The density was 0.8 g/cm2.",
        "A body mass index of 25 kg/m2.",
        "A dose of 5 mg kg-1 was given.",
        "The contrast medium holds 300 mg iodine/mL.",
        "The glucose was 14 mg/dL.",
        "Given were 2 1/2 mL, 2½ mL, 2 x 5 mL and 1.2 × 10 mg.",
        "In group 2 100 mg was given.",
        "In study 2 100 of 3000 were women.",
        "It fell by -5%, or 5%/year.",
        "The interval (95% CI) is wide.",
        "It was performed in 2010 in 24 patients.",
        "The score fell to 2 in 30 patients.",
        "The score fell to 1 in 30 patients.",
        "It recurred 1 in 24 hours.",
        "It was 30 of 24 patients.",
        "It was 1.2.3 mL or 12.5.6%.",
    ],
)
def test_what_cannot_be_told_whole_is_no_figure(quote):
    assert of(quote) == ()


@pytest.mark.parametrize(
    "quote",
    [
        "Leakage in 41% was caused by repeated injections.",
        "Up to 5% in recent studies.",
        "41% of the cement leaked in cases.",
        "12% of surgeons treated patients.",
        "After each injection a scan followed, and 41% leaked.",
    ],
)
def test_what_only_stands_behind_a_rate_is_not_what_it_is_a_share_of(quote):
    (found,) = of(quote)
    assert found.share_of == NOT_STATED


def test_of_so_many_studies_a_part_is_a_share_of_studies():
    (found,) = of("Leaks were reported in 5 of 12 studies.")
    assert (found.text, found.share_of) == ("5 of 12 studies", "studies")


UNITS = [
    "%",
    " %",
    "\u00a0%",
    " percent",
    "‰",
    " mL",
    "mL",
    " mg/kg",
    " mL per level",
    " Gy",
    " mg/dL",
    " g/cm2",
]


@given(written_numbers(), st.sampled_from(UNITS), st.sampled_from(["", " of 9000 cases", " in 24 patients"]))
def test_whatever_number_stands_before_a_unit_is_shown_whole_or_not_at_all(number, unit, behind):
    text = f"{number}{unit}"
    for figure in of(f"It was {text}{behind} in all."):
        assert figure.text == text


@given(written_numbers(), written_numbers(), st.sampled_from([" of ", " out of ", " in ", " of the "]))
def test_whatever_part_of_whatever_number_is_shown_whole_or_not_at_all(part, whole, joint):
    text = f"{part}{joint}{whole} patients"
    for figure in of(f"There were {text} in all."):
        assert figure.text == text


def test_a_figure_of_a_source_on_another_subject_states_no_procedure():
    (figure,) = of("Leakage was 9%.", source=replace(BOTH, about="other"))
    assert figure.procedure == NOT_STATED
