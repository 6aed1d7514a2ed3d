"""Comparison of quotes; sentences are made up and put into real sources."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

from fake_assistant import COMMON, LEAFLET, RATE, cited, corpus

from assistant.cite import citation
from assistant.claims import claims
from assistant.compare import compare
from assistant.records import CitedReference
from ingest.sentences import sentence_spans

KYPHOPLASTY, VERTEBROPLASTY, BOTH = cited(1, "002", RATE), cited(2, "004", COMMON), cited(3, "003", LEAFLET)


def saying(n, where, words, **changes):
    """A citation of a source that says the words."""
    return replace(where, n=n, quote=words, lead_in="", cited_as=(), figures=(), **changes)


def relation(first, second, one=KYPHOPLASTY, other=BOTH):
    found = compare((saying(1, one, first), saying(2, other, second)))
    return found[0].relation if found else ""


def test_rates_that_do_not_meet_differ_and_rates_that_meet_agree():
    assert relation("Leakage was seen in 41%.", "Leakage was seen in 9%.") == "differ"
    assert relation("Leakage was seen in 10-20%.", "Leakage exceeds 15%.") == "agree"


def test_rates_of_different_procedures_are_not_comparable_and_the_reason_names_both():
    first, second = saying(1, KYPHOPLASTY, "Leakage was 9%."), saying(2, VERTEBROPLASTY, "Leakage was 41%.")
    (found,) = compare((first, second))
    assert found.relation == "not comparable"
    assert found.citations == (1, 2)
    assert "kyphoplasty and vertebroplasty" in found.reason
    assert "[1] 9%; [2] 41%" in found.reason


def test_rates_of_different_things_are_not_comparable():
    first = cited(1, "002", RATE).figures[0]
    one = replace(saying(1, BOTH, "Leakage was 9%."), figures=(replace(first, share_of="patients"),))
    other = replace(saying(2, KYPHOPLASTY, "Leakage was 41%."), figures=(replace(first, share_of="levels"),))
    (found,) = compare((one, other))
    assert found.relation == "not comparable"
    assert "levels" in found.reason


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


def test_of_the_corpus_few_pairs_of_sentences_are_compared_and_those_on_different_events_never():
    """A bound on false alarms: the pairs were read; a new one has to be read before it is allowed here."""
    found = []
    sentences = []
    for document in corpus().values():
        for block in document.blocks:
            if block.kind in ("paragraph", "list"):
                for start, end in sentence_spans(document.text[block.start : block.end]):
                    span = (block.start + start, block.start + end)
                    if claims(document.text[slice(*span)]):
                        sentences.append(citation(len(sentences) + 1, document, span))
    for pair in combinations(sentences, 2):
        found += [(item.relation, item.point) for item in compare(pair)]
    assert Counter(relation for relation, _ in found)["differ"] <= 6
    assert len(found) <= 18
