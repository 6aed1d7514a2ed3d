import pytest
from sources import blocks, parsed


def journal(text):
    return [(b.kind, b.text, b.level) for b in parsed(text, "journal-text")]


def web(text):
    return blocks(text, "web-text")


def test_numbered_lines_of_their_own_are_headings_of_their_depth():
    assert journal("1. Introduction\n\n3.2. New Fractures\n\n2.1.4 Very Deep") == [
        ("heading", "1. Introduction", 2),
        ("heading", "3.2. New Fractures", 3),
        ("heading", "2.1.4 Very Deep", 4),
    ]


@pytest.mark.parametrize("line", ["Abstract", "RESULTS", "Materials and Methods", "References"])
def test_usual_headings_need_no_number(line):
    assert journal(line) == [("heading", line, 2)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("3.5 mL of cement leaked in most of the patients.", id="a sentence"),
        pytest.param("Vertebral bodies heal slowly", id="no number"),
        pytest.param("2 patients left", id="a small letter"),
        pytest.param("Results:", id="a colon"),
    ],
)
def test_other_lines_of_an_article_are_no_headings(line):
    assert all(kind != "heading" for kind, _, _ in journal(line))


@pytest.mark.parametrize("heading", ["References", "8. References", "REFERENCES", "Bibliography"])
def test_numbers_after_the_references_open_references_not_headings(heading):
    found = journal(f"{heading}\n\n1. Berg O. Fillers\n\n2. Frost I. Veins")
    assert [kind for kind, _, _ in found] == ["heading", "list", "list"]


def test_an_article_may_have_markdown_inside_its_lines():
    assert journal("Berg *et al*. saw [it](#).") == [("paragraph", "Berg et al. saw it.", 0)]


@pytest.mark.parametrize("line", ["Warning signs", "What can you expect?", "Benefits of the procedure"])
def test_short_lines_of_their_own_are_headings_of_a_web_page(line):
    assert web(line) == [("heading", line)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Walking is allowed.", id="point"),
        pytest.param("Call us if you notice:", id="colon"),
        pytest.param('He said "walk."', id="point before a quote"),
        pytest.param("(Walking is allowed.)", id="point before a bracket"),
        pytest.param("Walking is allowed.[3]", id="point before a marker"),
        pytest.param("Walking is allowed. [3, 4]", id="point before markers"),
        pytest.param("one two three four " * 4 + "five", id="many words"),
        pytest.param("Fields are marked *", id="star"),
        pytest.param("first line\nsecond line", id="two lines"),
    ],
)
def test_prose_of_a_web_page_is_no_heading(line):
    assert [kind for kind, _ in web(line)] == ["paragraph"]


def test_a_web_page_has_no_markdown():
    assert web("Use *stars* and [brackets](here) freely.") == [
        ("paragraph", "Use *stars* and [brackets](here) freely.")
    ]


def test_lists_and_captions_of_a_web_page_are_told():
    assert web("  • One\n  • Two\n\n  1. Three\n\nFigure 1. A spine.") == [
        ("list", "One"),
        ("list", "Two"),
        ("list", "Three"),
        ("caption", "Figure 1. A spine."),
    ]
