import pytest

from assistant.limits import IDENTIFIER, PATIENT_DECISION, TIME_CRITICAL, limits


@pytest.mark.parametrize(
    "question",
    [
        "His legs went numb 40 minutes after the cement went in, what is that?",
        "postop 3h new dyspnoea, embolus?",
        "The patient cannot breathe after the injection",
        "My father suddenly became confused after his kyphoplasty",
        "bleeding right now from the puncture, PVP",
        "Sats down to 80 while I inject, what is it?",
        "She woke up from the vertebroplasty and can't raise her legs",
        "He hasn't passed urine since the cementing, is that known?",
        "Our lady has been short of breath for half an hour after PKP",
        "BP at 70 and falling with the second syringe",
    ],
)
def test_an_event_that_is_happening_is_time_critical(question):
    assert limits(question)[:1] == (TIME_CRITICAL,)


@pytest.mark.parametrize(
    "question",
    [
        "What can cause sudden numbness after vertebroplasty?",
        "Is dyspnea a symptom of cement embolism?",
        "Does paraplegia follow within hours or within weeks?",
        "How soon after surgery did the man in the case report walk?",
        "How long does weakness last?",
        "Does blood pressure fall a few minutes into the injection?",
        "Have patients been breathless for hours after vertebroplasty?",
        "Is not being able to pass urine a sign of cord compression?",
        "What does a saturation of 80 after vertebroplasty suggest?",
        "In whom was the pressure down after the cement?",
    ],
)
def test_a_symptom_in_general_terms_is_not_an_emergency(question):
    assert TIME_CRITICAL not in limits(question)


@pytest.mark.parametrize(
    "question",
    [
        "Should we operate on our patient with a leak into the canal?",
        "81-year-old with T11 fracture on warfarin, which procedure is better?",
        "May I lift my grandson? I had the cement put in on Monday",
        "Can I shower after vertebroplasty?",
    ],
)
def test_a_decision_about_one_patient_is_said_to_be_the_clinicians(question):
    assert PATIENT_DECISION in limits(question)


@pytest.mark.parametrize(
    "question",
    [
        "Should antibiotics be given to patients at high risk?",
        "Which procedure leaks less?",
        "What did the surgeons do for the man in the report?",
        "Is decompression recommended for intradural leakage?",
    ],
)
def test_a_question_about_practice_in_general_is_no_decision(question):
    assert limits(question) == ()


@pytest.mark.parametrize(
    "question",
    [
        "Mrs. Lindqvist leaks cement at L2, is that common?",
        "hospital no 00482913: fever after PVP, common?",
        "DOB 03/11/1941, is kyphoplasty safe at that age?",
        "Is leakage common? reply to a.b@example.org",
        "Patient Anna Kowalska: risk of infection?",
    ],
)
def test_what_looks_like_an_identifier_is_pointed_out(question):
    assert IDENTIFIER in limits(question)


@pytest.mark.parametrize(
    "question",
    [
        "Does the 2023;59:1536 review report 1027 levels?",
        "Is T7-T8 riskier than L1-L2?",
        "Is 1.8-3 mL enough?",
        "What did Lu et al. 2019 find?",
    ],
)
def test_numbers_of_medicine_are_no_identifiers(question):
    assert limits(question) == ()


def test_the_most_pressing_line_comes_first():
    found = limits("My mother, Mrs Berg, can't move since this morning, should I wait?")
    assert found == (TIME_CRITICAL, PATIENT_DECISION, IDENTIFIER)
