from dataclasses import replace

import pytest
from fake_assistant import RATE, ROW, corpus
from pdfs import cut_by_a_page
from sources import source

from assistant.cite import citation, cited_references, verify
from assistant.errors import VerificationError
from ingest.document import make_document
from ingest.parse import parse


def document(start):
    return next(item for item in corpus().values() if item.source.id.startswith(start))


def span(item, words):
    start = item.text.index(words)
    return start, start + len(words)


def numbers(text):
    return [entry.number for entry in cited_references(document("002"), text)]


def test_a_citation_holds_the_words_that_stand_at_its_span_and_the_proof():
    report = document("002")
    found = citation(3, report, span(report, RATE), support=0.25)
    assert (found.n, found.quote, found.support) == (3, RATE, 0.25)
    assert report.text[found.start : found.end] == found.quote
    assert found.section == "DISCUSSION"
    assert found.receipt.file_sha256 == report.source.sha256
    assert (found.receipt.source_id, found.receipt.start, found.receipt.end) == (
        report.source.id,
        found.start,
        found.end,
    )
    assert (found.lead_in, found.highlight, found.page, found.boxes) == ("", None, None, ())


def test_a_lead_in_is_quoted_word_for_word():
    report = document("002")
    head = next(block.lead_in for block in report.blocks if report.text[block.start : block.end] == ROW)
    found = citation(1, report, span(report, ROW), lead_in=head)
    assert found.lead_in == report.text[slice(*head)] != ""


def test_a_quote_that_the_file_cuts_in_two_has_two_places_in_the_file():
    review = document("004")
    block = next(item for item in review.blocks if len(item.pieces) == 2)
    cut = block.pieces[0].end
    found = citation(1, review, (cut - 20, cut + 20))
    (_, first_end), (second_start, _) = found.receipt.file_spans
    assert first_end < second_start


@pytest.mark.parametrize(
    "where",
    [
        pytest.param((10, 10), id="empty"),
        pytest.param((50, 20), id="ends before it starts"),
        pytest.param((10_000_000, 10_000_020), id="outside the text"),
        pytest.param((38_000, 10_000_000), id="ends behind the text"),
        pytest.param((-20, -1), id="counted from the end"),
    ],
)
def test_a_span_without_words_is_no_quote(where):
    with pytest.raises(VerificationError, match="holds no quote"):
        citation(1, document("004"), where)


def test_every_block_of_the_corpus_can_be_cited_and_has_its_places_in_the_file_in_order():
    for item in corpus().values():
        for block in item.blocks:
            ends = [
                end for span in citation(1, item, (block.start, block.end)).receipt.file_spans for end in span
            ]
            assert ends == sorted(ends) and len(ends) == 2 * len(block.pieces)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quote": RATE.replace("80%", "08%")}, id="digits exchanged"),
        pytest.param({"quote": RATE[:-1]}, id="cut short"),
        pytest.param({"quote": RATE.replace(" ", "  ", 1)}, id="white space"),
        pytest.param({"start": 0}, id="another place"),
    ],
)
def test_a_citation_that_is_not_what_stands_there_fails_its_check(change):
    report = document("002")
    good = citation(4, report, span(report, RATE))
    verify(good, report)
    with pytest.raises(VerificationError, match="Citation 4"):
        verify(replace(good, **change), report)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Leaks are rare[3,7].", [3, 7], id="list"),
        pytest.param("Leaks are rare [13-16].", [13, 14, 15, 16], id="range"),
        pytest.param("Leaks are rare [4–6; 2].", [4, 5, 6, 2], id="range with a dash, and semicolon"),
        pytest.param("Rare [3], very rare [7,3].", [3, 7], id="each once"),
        pytest.param("Rare [26].", [], id="not in the list"),
        pytest.param("In [1837] and (3) and 7.", [], id="other numbers"),
        pytest.param("Rare [7-3].", [], id="range that runs backwards"),
        pytest.param("Leaks are rare.³,⁷ They heal in groups⁴⁻⁶.", [3, 7, 4, 5, 6], id="raised"),
        pytest.param("Leaks are rare.³,,⁷ They heal⁴,–⁶.", [3, 7, 4, 6], id="nothing between two commas"),
        pytest.param("An area of 5 cm² and 10³ cells per m².", [], id="exponents"),
    ],
)
def test_the_numbers_in_brackets_lead_to_the_reference_list(text, expected):
    assert numbers(text) == expected


def test_a_citation_that_ends_behind_the_text_fails_its_check():
    report = document("002")
    length = len(report.text)
    last = citation(1, report, (length - 20, length))
    with pytest.raises(VerificationError, match="Citation 1"):
        verify(replace(last, end=length + 1), report)


def test_a_reference_is_given_as_it_stands_with_its_identifiers():
    report = document("002")
    (first, second) = citation(1, report, span(report, RATE)).cited_as
    listed = {entry.number: entry for entry in report.references}
    assert (first.text, first.doi, first.pmid) == (listed[3].text, listed[3].doi, listed[3].pmid)
    assert second.number == 7 and first.doi != ""


def test_a_document_without_references_cites_none():
    assert cited_references(document("001"), "Some say so [1].") == ()


def test_a_quote_of_a_pdf_has_the_page_it_begins_on_and_boxes_on_all_it_crosses():
    made = make_document(parse(cut_by_a_page(), "pdf", "s.pdf"), source("pdf"))
    words = "any symptoms at the visit after one year."
    found = citation(1, made, span(made, words))
    assert found.page == 1
    assert [box[0] for box in found.boxes] == [1, 2]
    assert all(x0 < x1 and y0 < y1 for _, x0, y0, x1, y1 in found.boxes)
