import json
from typing import get_args

import pytest

from eval.cases import CASES, KINDS, CaseError, Fact, Limit, Relation, read_cases, states

GOOD = {
    "id": "direct-1",
    "kind": "direct",
    "turns": ["What can leak?"],
    "expect": "answered",
    "facts": [{"fact": "cement", "quotes": ["Most cement leakages are asymptomatic"]}],
}


COMPARISON = {
    "relation": "agree",
    "quotes": [
        "Cement leakage into the paravertebral soft tissues typically lacks clinical significance",
        "generally manifests without significant clinical symptoms",
    ],
}


def write(tmp_path, *cases):
    path = tmp_path / "cases.jsonl"
    lines = [case if isinstance(case, str) else json.dumps(case) for case in cases]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_every_shipped_case_is_well_formed_and_quotes_the_corpus(documents):
    cases = read_cases(CASES, documents)
    assert len(cases) >= 475
    assert {case.kind for case in cases} == set(KINDS)


def test_the_splits_are_about_halves_and_fixed_by_the_id(documents):
    cases = read_cases(CASES, documents)
    development = [case for case in cases if case.split == "development"]
    assert 0.4 < len(development) / len(cases) < 0.6
    of_id = {case.id: case.split for case in cases}
    assert [of_id[name] for name in ("direct-a01", "lay-c17", "detail-f24", "differ-h03")] == [
        "test",
        "development",
        "development",
        "development",
    ]


def test_every_source_is_quoted_by_some_case(documents):
    cases = read_cases(CASES, documents)
    for document in documents:
        quotes = [quote for case in cases for fact in case.facts for quote in fact.quotes]
        assert any(quote in document.text for quote in quotes), document.source.id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"id": "two words"}, "the id must be", id="id with a space"),
        pytest.param({"id": 7}, "the id must be", id="id that is no text"),
        pytest.param({"kind": "odd"}, "unknown kind", id="kind"),
        pytest.param({"expect": "perhaps"}, "unknown status", id="status"),
        pytest.param({"turns": []}, "turns", id="no turns"),
        pytest.param({"expect": "not_in_sources"}, "facts must be empty", id="facts of a refusal"),
        pytest.param({"facts": []}, "facts must be empty", id="no facts of an answer"),
        pytest.param({"facts": [{"fact": "x", "quotes": []}]}, "no quote", id="fact without quote"),
        pytest.param(
            {"facts": [{"fact": "x", "quotes": ["words that no source holds"]}]},
            "not in the corpus",
            id="quote not in corpus",
        ),
        pytest.param({"limit": "urgent"}, "unknown limit", id="limit"),
        pytest.param({"kind": "limits"}, "says which limit", id="limits without a limit"),
        pytest.param({"comparison": {"relation": "agree"}}, "not a case", id="comparison without quotes"),
        pytest.param({"comparison": COMPARISON | {"relation": "alike"}}, "unknown relation", id="relation"),
        pytest.param(
            {"comparison": COMPARISON | {"quotes": COMPARISON["quotes"][:1]}},
            "has two quotes",
            id="comparison of one quote",
        ),
        pytest.param(
            {"comparison": COMPARISON | {"quotes": [COMPARISON["quotes"][0], "words that no source holds"]}},
            "not in the corpus",
            id="compared quote not in corpus",
        ),
        pytest.param(
            {"comparison": COMPARISON | {"quotes": [COMPARISON["quotes"][0], "Most cement leakages"]}},
            "of one source",
            id="comparison within a source",
        ),
    ],
)
def test_a_bad_case_is_named_with_file_line_and_reason(tmp_path, documents, change, message):
    path = write(tmp_path, GOOD | {"id": "direct-0"}, GOOD | change)
    with pytest.raises(CaseError, match=message) as caught:
        read_cases(path, documents)
    assert "line 2" in str(caught.value) and str(path) in str(caught.value)


def test_a_comparison_and_a_limit_are_read_and_absent_ones_are_not_expected(tmp_path, documents):
    with_both = GOOD | {"id": "direct-0", "comparison": COMPARISON, "limit": ""}
    first, second = read_cases(write(tmp_path, with_both, GOOD), documents)
    assert first.comparison is not None and first.comparison.relation == "agree"
    assert first.comparison.sides == tuple((quote,) for quote in COMPARISON["quotes"])
    assert first.limit == ""
    assert second.comparison is None and second.limit is None


def test_every_relation_and_every_limit_is_measured_in_some_case(documents):
    cases = read_cases(CASES, documents)
    assert {case.comparison.relation for case in cases if case.comparison} == set(get_args(Relation))
    assert {case.limit for case in cases if case.limit is not None} == set(get_args(Limit))


def test_quotes_that_are_compared_state_facts_of_the_case(documents):
    for case in read_cases(CASES, documents):
        for side in case.comparison.sides if case.comparison else ():
            for quote in side:
                assert any(states(quote, fact) for fact in case.facts), (case.id, quote)


def test_a_side_of_a_comparison_may_have_several_quotes_and_a_source_may_report_both_sides(
    tmp_path, documents
):
    one, other = COMPARISON["quotes"]
    several = GOOD | {"comparison": COMPARISON | {"quotes": [[one, other], other]}}
    within = GOOD | {"id": "direct-0", "comparison": COMPARISON | {"quotes": [one, one], "of_studies": True}}
    first, second = read_cases(write(tmp_path, several, within), documents)
    assert first.comparison.sides == ((one, other), (other,))
    assert second.comparison.of_studies


def test_an_id_that_occurs_twice_is_refused(tmp_path, documents):
    with pytest.raises(CaseError, match="another line"):
        read_cases(write(tmp_path, GOOD, GOOD), documents)


def test_a_line_that_is_not_json_is_refused(tmp_path, documents):
    with pytest.raises(CaseError, match="not a case"):
        read_cases(write(tmp_path, "{oops"), documents)


def test_a_missing_file_is_refused_by_name(tmp_path, documents):
    with pytest.raises(CaseError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl", documents)


def test_a_quote_states_a_fact_if_it_holds_one_of_its_quotes_whatever_the_white_space():
    fact = Fact("rate", ("leaked in 14 %", "one in seven leaked"))
    assert states("Cement  leaked in\t14 % of levels.", fact)
    assert not states("Cement leaked in 41 % of levels.", fact)


def test_a_short_fragment_of_a_gold_quote_states_nothing():
    fact = Fact("rate", ("cement leaked in 14 % of treated levels",))
    assert not states("cement leaked", fact)
    assert states("leaked in 14 % of treated levels", fact)
