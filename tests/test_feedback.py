import json

import pytest
from fake_assistant import HIGHLIGHTS, RATE, answer_of, corpus, refusal

from assistant.errors import QuestionError
from assistant.feedback import REASONS, Judgement, draft_case, read_judgement, reasons
from eval.cases import CaseError, read_cases


def draft(answers, verdict, note=""):
    return draft_case(answers, Judgement(verdict, note))


@pytest.mark.parametrize(
    ("answer", "unfit"),
    [
        (answer_of(), {"should-answer"}),
        (refusal(), {"off-point", "incomplete", "should-refuse", "misleading"}),
        (answer_of(status="partial", missing=("What does it cost?",)), set()),
    ],
    ids=["answered", "refused", "partly"],
)
def test_only_reasons_that_fit_the_answer_are_offered(answer, unfit):
    assert set(REASONS) - set(reasons(answer)) == unfit


def test_an_answer_that_was_right_becomes_a_case_with_its_first_quote():
    case = draft([answer_of(id="a1")], "right")
    assert case["facts"] == [{"fact": HIGHLIGHTS[RATE], "quotes": [RATE]}]
    assert (case["id"], case["kind"], case["expect"]) == ("draft-a1", "direct", "answered")
    assert case["turns"] == ["How common is cement leakage?"]


@pytest.mark.parametrize(
    "answers",
    [[answer_of()], [refusal()], [answer_of(), answer_of(question="And in PKP?")]],
    ids=["answered", "refused", "follow-up"],
)
def test_the_draft_of_a_right_answer_is_a_case_that_the_evaluation_reads(answers, tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(draft(answers, "right")), "utf-8")
    (case,) = read_cases(path, list(corpus().values()))
    assert case.turns == tuple(answer.question for answer in answers)
    assert case.expect == answers[-1].status


def test_a_wrong_answer_states_no_fact_and_so_is_no_case_until_a_person_completes_it(tmp_path):
    case = draft([answer_of()], "incomplete", "Foraminal leaks are missing.")
    assert (case["expect"], case["facts"]) == ("answered", [])
    assert case["note"] == (
        "Draft, judged wrong: The sources say more than is quoted. Foraminal leaks are missing."
    )
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case), "utf-8")
    with pytest.raises(CaseError):
        read_cases(path, list(corpus().values()))


def test_what_should_have_been_refused_is_expected_not_to_be_in_the_sources():
    case = draft([answer_of()], "should-refuse")
    assert (case["expect"], case["kind"], case["facts"]) == ("not_in_sources", "unanswerable", [])


def test_what_should_have_been_answered_is_expected_to_be():
    assert draft([refusal()], "should-answer")["expect"] == "answered"


@pytest.mark.parametrize("verdict", ["right", *REASONS])
def test_each_verdict_that_the_page_offers_is_read(verdict):
    assert read_judgement({"verdict": verdict, "note": " a "}) == Judgement(verdict, "a")


@pytest.mark.parametrize(
    "content", [{}, {"verdict": "good"}, {"verdict": []}, {"verdict": "right", "note": 1}]
)
def test_what_is_no_judgement_is_refused(content):
    with pytest.raises(QuestionError):
        read_judgement(content)


def test_a_long_note_is_cut():
    assert len(read_judgement({"verdict": "other", "note": "a" * 9000}).note) == 1000
