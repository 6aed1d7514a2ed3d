"""Whole answers, as given and as somebody altered them."""

import copy
import json

import pytest
from fake_assistant import COMMON, answer_of, corpus, refusal

from assistant.records import Statement
from assistant.serialise import answer_json
from assistant.verify import check_quote
from assistant.verify_answer import verify_answer, verify_quote

CORPUS = "0" * 64


def saved(answer):
    """The answer as a program has it that saved its JSON."""
    return json.loads(json.dumps(answer_json(answer)))


def verified(content):
    return verify_answer(content, corpus(), CORPUS)


@pytest.mark.parametrize("answer", [answer_of(), refusal()], ids=["answered", "refused"])
def test_an_answer_as_it_was_given_is_exact(answer):
    found = verified(saved(answer))
    assert found.exact and found.fields == () and found.own_words == ()
    assert len(found.quotes) == len(answer.citations) + len(answer.nearest) > 0
    assert found.same_corpus is True
    assert found.summary == f"All {len(found.quotes)} quotes are exact."


def test_an_altered_quote_is_found_among_exact_ones():
    content = saved(answer_of())
    content["citations"][2]["quote"] = COMMON.replace("relatively common", "rare")
    found = verified(content)
    assert not found.exact
    assert [check.exact for check in found.quotes] == [True, True, False, True]
    assert found.quotes[2].differences[0].quoted == "rare"
    assert found.summary == "1 of 4 quotes are not what stands in the sources."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda c: c["source"].update(peer_reviewed=False), "source.peer_reviewed"),
        (lambda c: c["source"].update(year=2031), "source.year"),
        (lambda c: c["source"].update(authors=["Nobody"]), "source.authors"),
        (lambda c: c.update(section="Another"), "section"),
        (lambda c: c["receipt"].update(file_sha256="0" * 64), "receipt.file_sha256"),
        (lambda c: c["receipt"].update(start=1), "receipt.start"),
        (lambda c: c["receipt"]["file_spans"][0].__setitem__(0, 1), "receipt.file_spans.0.0"),
        (lambda c: c.update(cited_as=[]), "cited_as"),
        (lambda c: c["figures"][0].update(share_of="levels in general"), "figures.0.share_of"),
        (lambda c: c.update(lead_in="Invented words:"), "lead_in"),
    ],
)
def test_what_an_answer_says_otherwise_of_a_source_or_place_is_named(change, field):
    content = saved(answer_of())
    change(content["citations"][0])
    found = verified(content)
    assert not found.exact
    assert [difference.field for difference in found.fields] == [f"citations.0.{field}"]
    assert all(check.exact for check in found.quotes)


def test_a_row_is_made_again_with_the_words_that_introduce_it():
    content = saved(answer_of())
    assert content["citations"][1]["lead_in"]
    assert verified(content).exact


def test_an_altered_near_passage_is_found():
    content = saved(refusal())
    content["nearest"][0]["text"] = content["nearest"][0]["text"].replace("common", "uncommon")
    found = verified(content)
    assert not found.exact and not found.quotes[0].exact


def test_a_citation_without_a_place_or_source_in_the_corpus_is_not_exact():
    content = saved(answer_of())
    content["citations"][0]["end"] = 10**8
    content["citations"][1]["source"]["id"] = "nowhere"
    found = verified(content)
    assert [check.exact for check in found.quotes] == [False, False, True, True]


def test_statements_that_are_no_quotes_are_named_as_not_checked():
    statement = Statement("Cement never leaks.", (1,))
    content = saved(answer_of(statements=(*answer_of().statements, statement)))
    found = verified(content)
    assert found.own_words == ("statements.4",)


def test_only_what_is_needed_may_be_left_of_an_answer():
    content = saved(answer_of())
    kept = [
        {name: item[name] for name in ("quote", "start", "end")} | {"source": {"id": item["source"]["id"]}}
        for item in content["citations"]
    ]
    found = verified({"citations": kept})
    assert found.exact and found.same_corpus is None


def test_another_version_of_the_corpus_is_said_and_does_not_make_quotes_wrong():
    content = saved(answer_of())
    content["corpus"] = "1" * 64
    found = verified(content)
    assert found.exact and found.same_corpus is False


def test_an_answer_without_quotes_says_so():
    assert verified({"citations": []}).summary == "The answer holds no quote."


def test_checking_changes_nothing():
    content = saved(answer_of())
    before = copy.deepcopy(content)
    verified(content)
    assert content == before


def test_the_check_of_one_quote_has_the_form_of_an_answers():
    check = check_quote(COMMON, corpus())
    found = verify_quote(check)
    assert found.exact and found.quotes == (check,) and found.summary == check.reason
