from dataclasses import replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE, cited, corpus

from assistant.notices import of_content, of_scans
from assistant.question import Expansion
from ingest.pages import Page

KYPHOPLASTY, VERTEBROPLASTY, BOTH = cited(1, "002", RATE), cited(2, "004", COMMON), cited(3, "003", LEAFLET)
ABSTRACT = cited(4, "000", "high-viscosity cement")
OTHER = "The question is about {}; these sources speak of {}: {}."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "Is kyphoplasty painful?",
            OTHER.format("kyphoplasty", "vertebroplasty", "Cavka et al. 2023"),
            id="kyphoplasty",
        ),
        pytest.param(
            "Is a PVP painful?",
            OTHER.format("vertebroplasty", "kyphoplasty", "Mao et al. 2024"),
            id="short name",
        ),
    ],
)
def test_evidence_about_the_other_procedure_is_marked(question, expected):
    assert of_content(question, (), (), (KYPHOPLASTY, VERTEBROPLASTY, VERTEBROPLASTY, BOTH)) == (expected,)


@pytest.mark.parametrize(
    ("question", "citations"),
    [
        pytest.param("Is kyphoplasty painful?", (KYPHOPLASTY, BOTH), id="the same procedure"),
        pytest.param("Is kyphoplasty or vertebroplasty less painful?", (VERTEBROPLASTY,), id="both asked"),
        pytest.param("Is it painful?", (KYPHOPLASTY, VERTEBROPLASTY), id="neither asked"),
        pytest.param("Is kyphoplasty painful?", (), id="nothing quoted"),
    ],
)
def test_other_evidence_is_not_marked(question, citations):
    assert of_content(question, (), (), citations) == ()


def test_a_quote_from_an_abstract_is_said_to_be_one():
    assert of_content("Does it leak?", (), (), (ABSTRACT,)) == (
        "Of Yousefvand and Moeini 2026 only the abstract is among the sources.",
    )


def test_words_that_no_source_uses_are_said():
    assert of_content("Is denosumab better?", (), ("denosumab",), ()) == (
        "No source uses the word: denosumab.",
    )


def test_what_was_searched_beside_the_words_is_said():
    added = (Expansion("DVT", "deep vein thrombosis"), Expansion("neck", "cervical spine"))
    assert of_content("DVT, neck?", added, (), ()) == (
        "Also searched: DVT → deep vein thrombosis; neck → cervical spine.",
    )


@pytest.mark.parametrize(
    ("question", "told"),
    [
        pytest.param("Опасна ли кифопластика?", True, id="Cyrillic"),
        pytest.param("Ist Kyphoplastie gefährlich für Ältere?", False, id="a few accents"),
        pytest.param("14 %?", False, id="no letters"),
    ],
)
def test_who_asks_in_another_script_is_told_to_ask_in_english(question, told):
    assert of_content(question, (), (), ()) == (
        ("The sources are in English: ask in English.",) if told else ()
    )


def test_the_notices_come_in_order_of_weight():
    added = (Expansion("KP", "percutaneous kyphoplasty"),)
    found = of_content("Is KP painful?", added, (), (ABSTRACT, VERTEBROPLASTY))
    assert [notice.split()[0] for notice in found] == ["The", "Of", "Also"]


@pytest.mark.parametrize(("scanned", "expected"), [((), 0), ((3,), 0), ((2,), 1), ((2, 3), 1)])
def test_a_quote_from_a_page_that_was_read_by_ocr_is_marked(scanned, expected):
    boxed = replace(KYPHOPLASTY, boxes=((2, 10.0, 10.0, 50.0, 20.0),))
    pages = tuple(Page(number, 595, 842, number in scanned) for number in (1, 2, 3))
    document = replace(corpus()[boxed.source.id], pages=pages)
    found = of_scans((boxed, VERTEBROPLASTY), {boxed.source.id: document})
    assert len(found) == expected
    assert all("scanned page" in line and "compare [1]" in line for line in found)


def test_a_message_of_too_many_questions_says_that_they_were_searched_for_as_one():
    asked = [f"Does rib {number} break?" for number in range(6)]
    assert of_content(" ".join(asked[:5]), (), (), ()) == ()
    (notice,) = of_content(" ".join(asked), (), (), ())
    assert notice == "More than 5 questions at once are searched for as one: ask at most 5."
