import pytest
from fake_assistant import RATE, cited, corpus

from assistant.provenance import provenance
from assistant.records import Turn

QUOTE = cited(1, "002", RATE)
PLACE = (QUOTE.source.id, QUOTE.start, QUOTE.end)
AFTER = (Turn("How often does cement leak?", "How often does cement leak?", (QUOTE.source.id,), PLACE),)
SOURCES = tuple(document.source for document in corpus().values())


@pytest.mark.parametrize(
    "question",
    [
        "Who reported that?",
        "Who first said so?",
        "Whose finding is it?",
        "Which study found this rate?",
        "Who reported leakage in PVP?",
        "Which source is the evidence on cement from?",
    ],
)
def test_who_says_it_leads_to_the_quote_before_and_the_study_that_it_cites(question):
    found = provenance(question, AFTER, SOURCES, corpus())
    assert found.citations[0].quote == RATE
    assert "says it and cites for it" in found.statements[0].text


@pytest.mark.parametrize(
    "question",
    [
        "Who reported pneumonia?",
        "Which study described fractured ribs?",
        "Which authors found numbness in PVP?",
        "Who is at risk?",
    ],
)
def test_who_reported_what_the_quote_does_not_speak_of_is_not_told_from_it(question):
    assert provenance(question, AFTER, SOURCES, corpus()) is None


def test_a_source_that_the_asker_left_out_is_not_cited():
    left = tuple(source for source in SOURCES if source.id != QUOTE.source.id)
    assert provenance("Who reported that?", AFTER, left, corpus()) is None


def test_a_quote_of_a_source_that_is_gone_is_not_spoken_of():
    gone = (Turn("Is it so?", "Is it so?", (), ("gone", 0, 5)),)
    assert provenance("Who reported that?", gone, SOURCES, corpus()) is None
