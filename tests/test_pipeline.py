"""The whole way from question to answer, with the real models on the real corpus."""

import json
import re
import textwrap
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_assistant import corpus

from assistant.config import AssistantConfig
from assistant.errors import QuestionError
from assistant.examples import examples
from assistant.load import load_assistant
from assistant.pipeline import Assistant
from assistant.records import Options
from assistant.render_text import render_text
from ingest.config import IngestConfig
from ingest.mapped_text import plain
from ingest.pipeline import build

QUESTIONS = (
    "Which complications are severe?",
    "pulm embolism after vertebroplasty symptoms",
    "Is the balloon left inside the bone?",
    "What was the blood pressure on admission?",
    "How many patients die of kyphoplasty each year in Norway?",
    "Who wrote the pictorial review, and in which journal?",
    "How should the cement be prepared and when does the patient go home?",
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    config = IngestConfig(index_folder=tmp_path_factory.mktemp("index"))
    build(config, lambda line: None)
    return load_assistant(config)


@pytest.fixture(scope="module")
def answers(assistant):
    return [assistant.ask(question) for question in QUESTIONS]


def test_every_quote_is_exactly_what_stands_in_the_document_and_its_file(assistant, answers):
    checked = 0
    for answer in answers:
        for citation in answer.citations:
            document = assistant.index.documents[citation.source.id]
            assert document.text[citation.start : citation.end] == citation.quote
            path = IngestConfig().corpus_folder / citation.source.path
            file = path.read_text("utf-8")
            there = " ".join(file[start:end] for start, end in citation.receipt.file_spans)
            assert plain(there) == plain(citation.quote)
            checked += 1
    assert checked > len(QUESTIONS)


def test_the_answer_in_the_readme_is_the_one_that_is_given(assistant):
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    question, shown = re.search(r'    \$ make ask Q="(.+)"\n\n((?:    .*\n|\n)+)', readme).groups()
    printed = render_text(assistant.ask(question), assistant.index.sources)
    assert textwrap.dedent(shown).strip() == re.sub(r"\n{3,}", "\n\n", printed).strip()


def test_a_highlight_lies_inside_its_quote(answers):
    spans = [(c, c.highlight) for answer in answers for c in answer.citations if c.highlight]
    assert spans
    assert all(c.start <= start < end <= c.end for c, (start, end) in spans)


def test_citations_are_numbered_in_order_and_grouped_by_source(answers):
    for answer in answers:
        assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
        ids = [c.source.id for c in answer.citations]
        assert ids == sorted(ids, key=ids.index)
        assert len(answer.citations) <= 12  # six for each of at most two parts


def test_an_answer_from_content_says_how_often_such_answers_were_right(answers):
    by_question = {answer.question: answer for answer in answers}
    records = by_question["Who wrote the pictorial review, and in which journal?"]
    contents = [answer for answer in answers if answer is not records and answer.citations]
    assert contents
    assert all(answer.band.lower <= answer.confidence <= answer.band.upper for answer in contents)
    assert records.band is None
    assert all(answer.band is None for answer in answers if answer.status == "not_in_sources")


def test_every_statement_carries_citations_that_exist(answers):
    for answer in answers:
        numbers = {citation.n for citation in answer.citations}
        assert all(s.citations and set(s.citations) <= numbers for s in answer.statements)


def test_the_same_question_gives_the_same_answer_but_for_the_time(assistant, answers):
    for question, first in zip(QUESTIONS[:3], answers, strict=False):
        again = replace(assistant.ask(question), seconds=first.seconds)
        assert json.dumps(asdict(again)) == json.dumps(asdict(first))


def test_another_question_or_conversation_has_another_id(assistant, answers):
    ids = [answer.id for answer in answers]
    assert len(set(ids)) == len(ids)
    followed = assistant.ask(QUESTIONS[0], [answers[1].turn()])
    assert followed.id != answers[0].id


@pytest.mark.parametrize("question", [q for topic in examples() for q in topic.questions])
def test_each_example_question_is_answered(assistant, question):
    assert assistant.ask(question).status == "answered"


def test_a_refusal_names_what_is_missing_and_shows_what_is_near_and_what_can_be_asked(assistant):
    question = "How many metres high is Mount Everest?"
    answer = assistant.ask(question)
    assert answer.status == "not_in_sources"
    assert answer.missing == (question,)
    assert answer.citations == () and answer.statements == ()
    assert len(answer.nearest) == 3
    assert set(answer.sources_searched) == set(assistant.index.documents)
    assert len(answer.suggestions) == 3
    for near in answer.nearest:
        assert assistant.index.documents[near.source.id].text[near.start : near.end] == near.text


def test_an_answer_offers_questions_to_go_on_with_that_were_not_asked_yet(assistant):
    example = examples()[0].questions[0]
    first = assistant.ask(example)
    second = assistant.ask(first.suggestions[0], [first.turn()])
    known = {question for topic in examples() for question in topic.questions}
    assert len(first.suggestions) == len(second.suggestions) == 3
    assert set(first.suggestions) <= known - {example}
    assert set(second.suggestions) <= known - {example, first.suggestions[0]}


def test_what_was_retrieved_is_told_before_the_answer_for_each_part(assistant):
    told = []
    question = "How is infection prevented, and when can the patient walk?"
    answer = assistant.ask(question, report=lambda part, hits: told.append((part, len(hits))))
    assert len(told) == 2
    assert all(count > 0 for _, count in told)
    assert answer == replace(assistant.ask(question), seconds=answer.seconds)


def test_a_question_with_one_part_that_the_sources_lack_is_partly_answered(assistant):
    answer = assistant.ask(
        "How is radiculopathy after a rib fracture treated, and what is the capital of Peru?"
    )
    assert answer.status == "partial"
    assert answer.missing == ("what is the capital of Peru?",)
    assert any("Radiculopathy" in citation.quote for citation in answer.citations)


def test_a_title_in_a_table_of_contents_answers_nothing(assistant):
    answer = assistant.ask("When is isavuconazole successful in Purpureocillium lilacinum infection?")
    assert answer.status == "not_in_sources"


def test_who_wrote_is_answered_with_the_place_where_it_stands(assistant):
    answer = assistant.ask("Who wrote the pictorial review?")
    assert "Maja Prutki" in answer.statements[0].text
    assert any("Prutki" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "status", "confidence"),
    [
        pytest.param("Who wrote the case report?", "answered", 1.0, id="stated"),
        pytest.param("Who wrote the case report, and is there funding?", "partial", 1.0, id="in part"),
        pytest.param("Who funded the case report?", "not_in_sources", 0.0, id="not stated"),
    ],
)
def test_an_answer_from_the_records_is_sure_only_if_they_hold_something(question, status, confidence):
    documents = corpus()
    sources = tuple(document.source for document in documents.values())
    index = SimpleNamespace(documents=documents, sources=sources, corpus_digest="c", fingerprint="f")
    records = Assistant(index, None, None, None, AssistantConfig())
    answer = records.ask(question, (), Options(sources=tuple(documents)))
    assert (answer.status, answer.confidence) == (status, confidence)


def test_who_reported_that_leads_to_the_study_behind_the_quote(assistant):
    first = assistant.ask("Does a smaller cement volume reduce leakage?")
    answer = assistant.ask("Who reported that?", [first.turn()])
    assert answer.status == "answered"
    assert answer.citations[0].quote == first.citations[0].quote


def test_a_follow_up_is_understood_from_the_question_before(assistant):
    first = assistant.ask("Which needle route is used in the lumbar spine?")
    answer = assistant.ask("And in the thoracic spine?", [first.turn()])
    assert answer.standalone_question == "Which needle route is used in the thoracic spine?"
    assert any("costovertebral" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t ", id="white space"),
        pytest.param("\x00\x01", id="control characters"),
        pytest.param("?!…", id="no words"),
        pytest.param("cement " * 300, id="too long"),
    ],
)
def test_what_is_no_question_is_refused_in_one_sentence(assistant, question):
    with pytest.raises(QuestionError) as caught:
        assistant.ask(question)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("hello", id="greeting"),
        pytest.param("骨水泥渗漏怎么处理", id="Chinese"),
        pytest.param("'; DROP TABLE passages; --", id="SQL"),
        pytest.param("a\u202eb cement\u0000leak", id="hidden characters"),
        pytest.param("🦴" * 50 + " x", id="symbols"),
        pytest.param("How common is cement leakage? How common is cement leakage?", id="the same twice"),
        pytest.param("is it x? " * 222, id="many parts"),
        pytest.param("a b " * 500, id="many word pieces"),
    ],
)
def test_odd_input_gets_an_honest_answer(assistant, question):
    assert assistant.ask(question).status in ("answered", "not_in_sources")


def test_only_the_named_sources_are_searched_quoted_and_offered_as_near(assistant, answers):
    named = tuple(assistant.index.documents)[3]
    for question in QUESTIONS:
        answer = assistant.ask(question, (), Options(sources=(named,)))
        assert answer.sources_searched == (named,) or answer.sources_searched == ()
        assert {item.source.id for item in (*answer.citations, *answer.nearest)} <= {named}
        assert answer.suggestions == ()
    assert {c.source.id for c in answers[0].citations} - {named}


def test_a_source_that_is_not_known_is_refused_with_those_that_are(assistant):
    with pytest.raises(QuestionError, match="no source 'nowhere'.*004_357560ebc91a011b"):
        assistant.ask(QUESTIONS[0], (), Options(sources=("nowhere",)))
    with pytest.raises(QuestionError, match="no source 'nowhere'"):
        assistant.passages(QUESTIONS[0], Options(sources=("nowhere",)))


def test_the_number_of_quotes_limits_the_answer_to_its_best(assistant, answers):
    first = assistant.ask(QUESTIONS[0], (), Options(quotes=1))
    assert len(answers[0].citations) > 1
    assert [c.quote for c in first.citations] == [answers[0].citations[0].quote]


def test_options_are_part_of_the_identity_and_the_default_is_that_of_none(assistant, answers):
    narrowed = [Options(quotes=2), Options(sources=tuple(assistant.index.documents)[:1])]
    ids = {assistant.ask(QUESTIONS[0], (), options).id for options in (*narrowed, Options())}
    assert len(ids) == 3
    assert answers[0].id in ids


def test_the_passages_of_each_part_are_reported_before_the_answer(assistant):
    told = []
    question = "How should the cement be prepared and when does the patient go home?"
    assistant.ask(question, (), Options(), lambda part, hits: told.append((part, hits)))
    first, second = (part for part, _ in told)
    assert first.startswith("How should the cement be prepared")
    assert second == "When does the patient go home (cement)?"
    for part, hits in told:
        assert hits == assistant.passages(part)
