"""Quotes that are set beside others; passages and sentences of the real corpus."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from fake_assistant import corpus

from assistant.evidence import Calibration
from assistant.quotes import nearest, quotes
from assistant.records import Evidence, Hit, Options
from assistant.search import Search
from ingest.chunk import ChunkConfig, chunk

DAY, WEEKS = "24 hours after the procedure", "within a few days to weeks"
LEAD_IN, SEDATION = "local or general anesthesia", "general anesthesia or moderate sedation"
CALIBRATION = Calibration((), 0.0, (), 0.0, 0.5, 0.25, "")
INDEX = SimpleNamespace(documents=corpus())


def passage_with(words):
    for document in corpus().values():
        for passage in chunk(document, ChunkConfig()):
            if words in passage.text:
                return document, passage
    raise AssertionError(words)


def evidence_of(words, support):
    document, passage = passage_with(words)
    for sentence, lead_in in zip(passage.sentences, passage.lead_ins, strict=True):
        if words in document.text[slice(*sentence)]:
            return Evidence(passage, sentence, lead_in, None, support)
    raise AssertionError(words)


def hit(words):
    return Hit(0, passage_with(words)[1], 0.0, 11, "fused")


def search(question, *evidence, unread=()):
    return Search(question, (), (), (), (), (), evidence, np.zeros(1), 0.9, (), unread)


def read_with(support):
    def read_more(search, hits):
        return [
            Evidence(h.passage, sentence, lead_in, None, support)
            for h in hits
            for sentence, lead_in in zip(h.passage.sentences, h.passage.lead_ins, strict=True)
        ]

    return read_more


def never(search, hits):
    raise AssertionError("nothing is read")


def shown(found, options=None, read_more=never):
    return quotes(INDEX, [found], CALIBRATION, options or Options(), read_more)


def test_a_passage_that_was_not_read_is_quoted_beside_a_quote_from_which_it_differs():
    found = search("When are normal activities resumed?", evidence_of(DAY, 0.8), unread=(hit(WEEKS),))
    citations, (comparison,) = shown(found, read_more=read_with(0.1))
    assert comparison.relation == "differ"
    assert [item.n for item in citations] == [1, 2]
    assert WEEKS in citations[1].quote and citations[1].support == 0.1
    assert comparison.citations == (1, 2)
    assert "[1] 24 hours; [2] a few days to weeks" in comparison.reason


def test_the_numbers_of_a_comparison_are_those_of_the_answer():
    other = evidence_of("Heavy lifting", 0.7)
    found = search("When are normal activities resumed?", evidence_of(DAY, 0.8), other, unread=(hit(WEEKS),))
    citations, (comparison,) = shown(found, read_more=read_with(0.1))
    by_number = {item.n: item.quote for item in citations}
    assert len(citations) == 3
    assert DAY in by_number[comparison.citations[0]] and WEEKS in by_number[comparison.citations[1]]


def test_what_nothing_is_set_beside_is_neither_read_nor_quoted():
    found = search("Which imaging is live?", evidence_of("lie face down", 0.8), unread=(hit(WEEKS),))
    citations, comparisons = shown(found)
    assert len(citations) == 1
    assert comparisons == ()


def test_who_asks_for_fewer_quotes_gets_none_for_a_comparison():
    found = search("When are normal activities resumed?", evidence_of(DAY, 0.8), unread=(hit(WEEKS),))
    citations, comparisons = shown(found, Options(quotes=1))
    assert (len(citations), comparisons) == (1, ())


def test_the_lead_in_of_a_list_is_quoted_itself_if_it_is_what_differs():
    document, passage = passage_with(LEAD_IN)
    item = next(
        Evidence(passage, sentence, lead_in, None, 0.01)
        for sentence, lead_in in zip(passage.sentences, passage.lead_ins, strict=True)
        if lead_in and LEAD_IN in document.text[slice(*lead_in)]
    )
    found = search("Is it done under anesthesia?", evidence_of(SEDATION, 0.8), item)
    citations, (comparison,) = shown(found)
    assert comparison.point == "anesthesia"
    assert LEAD_IN in citations[1].quote
    assert citations[1].lead_in == ""


def test_every_quote_is_exact():
    found = search("When are normal activities resumed?", evidence_of(DAY, 0.8), unread=(hit(WEEKS),))
    citations, _ = shown(found, read_more=read_with(0.1))
    for item in citations:
        assert corpus()[item.source.id].text[item.start : item.end] == item.quote


def test_the_nearest_come_from_different_passages_best_first():
    same = evidence_of("Heavy lifting", 0.2)
    found = search("?", evidence_of(WEEKS, 0.3), evidence_of(DAY, 0.25), same, replace(same, support=0.1))
    texts = [item.text for item in nearest(INDEX, [found])]
    assert WEEKS in texts[0] and DAY in texts[1]
    assert len(texts) == 2


def test_a_search_is_told_from_another_of_the_same_question():
    one, other = search("Does it leak?"), search("Does it leak?")
    assert one in [other, one]
    assert one not in [other]
