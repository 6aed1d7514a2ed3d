import pytest
from fake_assistant import COMMON, cited, corpus

from assistant.errors import QuestionError
from assistant.source_text import source_list, source_text, summary, text_around

REVIEW = "004_357560ebc91a011b"


def test_a_source_is_shown_with_what_a_reader_must_know_of_it():
    found = summary(corpus()[REVIEW])
    assert found.label == "Cavka et al. 2023"
    assert found.badges == ("pictorial review", "2023", "peer-reviewed", "about vertebroplasty")
    assert found.link == "https://doi.org/10.3390/medicina59091536"
    assert found.reference.startswith("Cavka M,") and found.reference.endswith("doi:10.3390/medicina59091536")
    assert found.characters == len(corpus()[REVIEW].text)


def test_all_sources_are_listed_in_the_order_of_the_corpus():
    found = source_list(corpus().values(), "digest")
    assert [item.source.id for item in found.sources] == list(corpus())
    assert found.corpus == "digest"


def test_the_sections_of_a_source_are_given_with_their_places():
    found = source_text(corpus()[REVIEW], None)
    assert found.sections == corpus()[REVIEW].sections and len(found.sections) > 5
    assert (found.label, found.around) == ("Cavka et al. 2023", None)


@pytest.mark.parametrize("around", [0, 1, 200, 10**6])
def test_the_text_around_a_span_is_verbatim_and_ends_where_the_source_does(around):
    document = corpus()[REVIEW]
    quote = cited(1, "004", COMMON)
    found = text_around(document, quote.start, quote.end, around)
    assert found.text == COMMON
    assert found.section == quote.section
    assert found.before + found.text + found.after in document.text
    assert len(found.before) == min(around, quote.start)
    assert len(found.after) == min(around, len(document.text) - quote.end)


@pytest.mark.parametrize("span", [(5, 5), (6, 5), (0, 10**8), (-3, 5)])
def test_a_span_that_is_not_in_the_text_is_refused(span):
    with pytest.raises(QuestionError, match="There is no span"):
        text_around(corpus()[REVIEW], *span, 10)
