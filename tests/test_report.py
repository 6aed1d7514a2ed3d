import io
import unicodedata
from dataclasses import replace
from datetime import date

import pymupdf
import pytest
from fake_assistant import COMMON, LEAFLET, RATE, ROW, answer_of, cited, refusal
from markdown_it import MarkdownIt
from test_render_html import HOSTILE, hostile_views, parse

from assistant.records import Band, Comparison, Statement
from assistant.render_report import render_report_html
from assistant.report import report
from assistant.report_pdf import report_pdf
from assistant.report_text import markdown, markdown_report, plain_report

DAY = date(2026, 3, 1)


def plain(*answers):
    return plain_report(report(answers or [answer_of()], DAY))


def test_references_are_numbered_by_source_in_order_of_first_citation():
    made = report([answer_of(), answer_of((("000", "cement leakage"), ("004", COMMON)))], DAY)
    assert [source.id[:3] for source in made.sources] == ["002", "004", "003", "000"]
    assert [made.number(citation.source) for citation in answer_of().citations] == [1, 1, 2, 3]


def test_a_copied_answer_holds_each_quote_with_the_number_of_its_reference():
    text = plain()
    for words, number in ((RATE, 1), (ROW, 1), (COMMON, 2), (LEAFLET, 3)):
        assert f"“{words}” [{number}]" in text
    references = text[text.index("References\n") :]
    assert "1. Mao Z, Xiong ZH, Li JF. Thoracic spinal cord injury" in references
    assert "2024;12(10):1837-1843. doi:10.12998/wjcc.v12.i10.1837\n2. Cavka M," in references


def test_a_copied_answer_says_when_it_was_given_by_what_and_from_which_corpus():
    answer = answer_of(id="abc123", corpus="f" * 64)
    assert "2026-03-01. Answer abc123; corpus ffffffffffff. " in plain(answer)
    assert "Not for emergencies, not for patients." in plain(answer)


def test_a_copied_answer_says_how_it_was_understood_how_sure_it_is_and_what_to_mind():
    answer = answer_of(
        standalone_question="How common is leakage in PVP?",
        limits=("Time-critical.",),
        notices=("Only the abstract.",),
        band=Band(0.9, 1.0, 46, 50),
        statements=(Statement("In my own words.", (1,)),),
        comparison=(Comparison("the rate", (1, 3), "differ", "80% and less."),),
    )
    text = plain(answer)
    for line in (
        "Time-critical.", "Understood as: How common is leakage in PVP?",
        "Answered in these sources. Of 50 evaluation questions", "Note: Only the abstract.",
        "In my own words.", "Mao et al. 2024 and Cavka et al. 2023 differ on the rate: 80% and less.",
    ):  # fmt: skip
        assert line in text


def test_a_copied_refusal_says_what_is_missing_and_marks_what_is_near():
    text = plain(refusal())
    assert "Not in these sources." in text
    assert "Not answered: What does a kyphoplasty cost?" in text
    assert f"Near the question, not an answer: “{COMMON}” (Cavka et al. 2023)" in text
    assert "References" not in text


def test_a_reported_study_is_named_as_such():
    assert "Reports another study: its reference 3: Rose LD" in plain()


def test_an_exported_conversation_has_one_list_of_references():
    made = report([answer_of(id="a1"), answer_of(id="a2")], DAY)
    for text in (plain_report(made), markdown_report(made), parse(render_report_html(made)).text):
        assert text.count("References") == 1
        assert text.count("Cavka M, Delimar D") == 1
        assert "Answers a1, a2" in text


def rendered(text):
    """The text that a reader sees of Markdown."""
    return parse(MarkdownIt("commonmark").enable("table").render(text)).text


@pytest.mark.parametrize(
    "text", [*HOSTILE, "# a", "- a\n+ b\n1. c\n2) d", "a | b", "***", "a\n===", "~~a~~ $x$"]
)
def test_any_text_is_itself_in_markdown(text):
    assert rendered(markdown(text)).strip() == text


def test_quotes_in_markdown_are_shown_word_for_word():
    shown = parse(MarkdownIt("commonmark").render(markdown_report(report([answer_of()], DAY))))
    assert [block.text.strip() for block in shown.all("blockquote")] == [RATE, ROW, COMMON, LEAFLET]


def test_rows_of_a_table_keep_their_lines_in_markdown():
    rows = cited(1, "002", f"{ROW}\nCreatinine (μmol/L)\t229\t57-97")
    text = markdown_report(report([answer_of((), citations=(rows,))], DAY))
    (block,) = parse(MarkdownIt("commonmark").render(text)).all("blockquote")
    assert block.text.strip().splitlines() == rows.quote.splitlines()


def test_quotes_in_html_are_shown_character_by_character():
    shown = parse(render_report_html(report([answer_of()], DAY)))
    assert [block.text for block in shown.all("blockquote")] == [RATE, ROW, COMMON, LEAFLET]


def test_the_html_needs_no_other_file_and_runs_nothing():
    html = render_report_html(report([answer_of()], DAY))
    assert {e.tag for e in parse(html).all()} & {"script", "img", "iframe", "link"} == set()
    assert "url(" not in html


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_the_html(text):
    shown = parse(hostile_views(text)["report"])
    assert shown.all("blockquote")[0].text == text
    assert shown.all("script") == []


def pages(content):
    with pymupdf.open("pdf", content) as document:
        return [page.get_text() for page in document], [link for page in document for link in page.links()]


def test_the_pdf_holds_the_quotes_the_references_and_working_links():
    texts, links = pages(report_pdf(report([answer_of()], DAY)))
    words = " ".join(unicodedata.normalize("NFKC", " ".join(texts)).split())  # letters that are drawn as one
    for quote in (RATE, COMMON, LEAFLET):
        assert quote in words
    assert "Uric acid (μmol/L) │ 649 │ 208-428" in words
    assert "https://doi.org/10.3390/medicina59091536" in [link["uri"] for link in links]
    assert "Kyphoplasty assistant · 1 / 1" in words


def test_a_long_conversation_becomes_several_numbered_pages():
    texts, _ = pages(report_pdf(report([answer_of(id=f"a{n}") for n in range(8)], DAY)))
    assert len(texts) > 2
    assert all(f"{n} / {len(texts)}" in text for n, text in enumerate(texts, 1))


def test_the_same_report_gives_the_same_pdf_without_a_time():
    made = report([answer_of()], DAY)
    assert report_pdf(made) == report_pdf(made)
    with pymupdf.open(stream=io.BytesIO(report_pdf(made))) as document:
        assert document.metadata["creationDate"] == ""


@pytest.mark.parametrize("text", ["<b>bold</b> & <script>x</script>", "漢字 שלום μ ≥ 5 °C", "\x01\x02"])
def test_a_pdf_is_made_of_any_text(text):
    quote = replace(cited(1, "002", RATE), quote=text, start=0, end=len(text), highlight=None)
    texts, _ = pages(report_pdf(report([answer_of((), citations=(quote,))], DAY)))
    assert texts
    if text.isprintable():
        assert all(word in texts[0] for word in text.split())
