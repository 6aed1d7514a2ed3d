import json
import logging
from dataclasses import replace
from datetime import date

import pymupdf
import pytest
import sources
from fake_assistant import QUOTES, RATE, ROW, Corpus, FakeAssistant, cited, corpus
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_page import Failing
from test_page_image import marked
from test_render_html import parse

from assistant.page_image import page_images
from assistant.page_routes import EXPORTS, page_routes
from assistant.render_source import render_source_html
from ingest.document import make_document
from ingest.pages import Page
from ingest.parse import parse as parse_file

DAY = date(2026, 3, 1)
PRINTED = "Most leaks of them are silent, and few of them need an operation at all."


@pytest.fixture
def assistant():
    return FakeAssistant()


@pytest.fixture
def client(assistant):
    return TestClient(Starlette(routes=page_routes(assistant, today=lambda: DAY)))


def place(quote, **changes):
    """The parameters of a quote's place."""
    document = next(d for d in corpus().values() if quote in d.text)
    start = document.text.index(quote)
    end = start + len(quote)
    asked = {"source": document.source.id, "span": f"{start}-{end}", "words": f"{start}-{start + 7}"}
    return asked | {"number": "2", "of": "4"} | changes


@pytest.mark.parametrize("words", [RATE, ROW])
def test_a_quote_is_shown_in_its_source_word_for_word(client, words):
    shown = parse(client.get("/page/quote", params=place(words)).text)
    (mark,) = shown.all("mark")
    assert mark.text == words
    assert mark.all("strong")[0].text == words[:7]
    assert shown.all("h2")[0].text == "[2] Mao et al. 2024"
    assert [button.attributes["data-citation"] for button in shown.all("button", "cite")] == ["1", "3"]


def test_a_quote_leads_to_the_whole_text_and_to_the_original(client):
    links = [
        link.attributes["href"] for link in parse(client.get("/page/quote", params=place(RATE)).text).all("a")
    ]
    asked = place(RATE)
    start, end = asked["span"].split("-")
    assert f"/library/{asked['source']}?start={start}&end={end}#quote" in links
    assert "https://doi.org/10.12998/wjcc.v12.i10.1837" in links


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "unknown"}, {"source": ""}, {"span": "5"}, {"span": "9-5"}, {"span": "a-b"},
        {"span": "99999999-99999999"}, {"span": "99999990-99999999"}, {"words": ""}, {"number": "x"},
        {"of": "many"}, {"span": "-5-9"},
    ],
    ids=str,
)  # fmt: skip
def test_a_place_that_cannot_be_shown_exactly_is_not_shown(client, changes):
    reply = client.get("/page/quote", params=place(RATE, **changes))
    assert reply.status_code == 200
    shown = parse(reply.text)
    assert "cannot be shown exactly" in shown.text
    assert shown.all("mark") == []


def test_answering_words_outside_of_the_quote_are_not_emphasised(client):
    shown = parse(client.get("/page/quote", params=place(RATE, words="0-7")).text)
    assert shown.all("strong") == []


@pytest.mark.parametrize("name", ["page.js", "page.css", "wire.js", "tokens.css"])
def test_scripts_and_styles_are_served_and_checked_anew_each_time(client, name):
    reply = client.get(f"/page/static/{name}")
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-cache"
    assert "javascript" in reply.headers["content-type"] or "css" in reply.headers["content-type"]


@pytest.mark.parametrize(
    "name", ["__init__.py", "none.js", "..%2Fpage.py", "..%2F..%2Fapp.py", "%2e%2e", "a.css"]
)
def test_nothing_else_is_served_as_a_file(client, name):
    assert client.get(f"/page/static/{name}").status_code == 404


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("markdown", "text/markdown", b"# Kyphoplasty assistant"),
        ("html", "text/html", b"<!DOCTYPE html>"),
        ("pdf", "application/pdf", b"%PDF-"),
        ("ris", "application/x-research-info-systems", b"TY  - JOUR"),
        ("bibtex", "application/x-bibtex", b"@article{mao2024,"),
    ],
)
def test_a_conversation_is_asked_again_and_exported(client, assistant, form, media_type, begins):
    reply = client.post(f"/page/export/{form}", json={"questions": ["How common is leakage?", "And in PKP?"]})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith(media_type)
    assert reply.content.startswith(begins)
    assert [(question, len(history)) for question, history in assistant.asked] == [
        ("How common is leakage?", 0),
        ("And in PKP?", 1),
    ]
    assert form in EXPORTS


def test_an_export_bears_the_day(client):
    assert "2026-03-01" in client.post("/page/export/markdown", json={"questions": ["Why?"]}).text


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("/page/export/docx", {"questions": ["Why?"]}, "'docx' is no form of export. Known are: markdown"),
        ("/page/export/pdf", {}, "A conversation holds 1 to 100 questions."),
        ("/page/export/pdf", {"questions": [""]}, "The question is empty."),
        ("/page/export/pdf", {"questions": [{}]}, "should be texts"),
        ("/page/case", {"questions": ["Why?"], "verdict": "bad"}, "'bad' is not a judgement."),
        ("/page/case", {"questions": [], "verdict": "right"}, "1 to 100 questions"),
    ],
)
def test_what_cannot_be_exported_is_one_line(client, path, content, words):
    reply = client.post(path, json=content)
    assert reply.status_code == 400
    assert words in reply.text
    assert "\n" not in reply.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 20_000])
def test_what_is_no_json_object_is_refused(client, body):
    assert client.post("/page/export/pdf", content=body).status_code == 400


def test_a_request_that_is_too_large_is_refused(client):
    reply = client.post("/page/export/pdf", json={"questions": ["a" * 1_100_000]})
    assert reply.status_code == 413
    assert "too large" in reply.text


def test_a_defect_is_a_line_and_the_log_does_not_hold_the_question(caplog):
    client = TestClient(Starlette(routes=page_routes(Failing(KeyError("secret words")))))
    with caplog.at_level(logging.DEBUG, logger="assistant"):
        reply = client.post("/page/export/pdf", json={"questions": ["secret words"]})
    assert (reply.status_code, "defect" in reply.text) == (500, True)
    assert "secret" not in caplog.text + reply.text


def test_a_judgement_becomes_a_line_of_a_case_file(client):
    content = {"questions": ["How common is leakage?"], "verdict": "right", "note": "as I know it"}
    reply = client.post("/page/case", json=content)
    assert reply.text.endswith("}\n") and reply.text.count("\n") == 1
    case = json.loads(reply.text)
    assert case["turns"] == ["How common is leakage?"]
    assert case["facts"][0]["quotes"] == [QUOTES[0][1]]
    assert case["note"].endswith("as I know it")


def test_the_page_of_a_quote_without_pages_is_not_there(client):
    asked = place(RATE)
    reply = client.get("/page/image", params={"source": asked["source"], "span": asked["span"], "page": "1"})
    assert reply.status_code == 404


def test_a_panel_shows_the_pages_that_a_quote_stands_on():
    quote = replace(
        cited(1, "002", RATE),
        page=3,
        boxes=((3, 10.0, 20.0, 90.0, 30.0), (3, 10.0, 32.0, 50.0, 42.0), (4, 10.0, 8.0, 20.0, 18.0)),
    )
    pages = (Page(3, 100.0, 50.0), Page(4, 100.0, 80.0))
    document = replace(next(d for d in corpus().values() if RATE in d.text), pages=pages)
    shown = parse(render_source_html(document, quote, 1))
    pictures = shown.all("img")
    tops = [frame.attributes["data-top"] for frame in shown.all("div") if "data-top" in frame.attributes]
    assert tops == ["0.400", "0.100"]
    assert [picture.attributes["alt"] for picture in pictures] == [
        "Page 3 of the original, the quote marked",
        "Page 4 of the original, the quote marked",
    ]
    assert pictures[0].attributes["src"].startswith("/page/image?source=002_63fa46c042cc48fb&span=")
    assert pictures[1].attributes["src"].endswith("&page=4")


def test_the_sources_that_are_searched_are_listed_in_the_order_of_the_corpus(client):
    links = parse(client.get("/page/sources").text).all("a")
    assert [link.text for link in links] == [document.source.label for document in corpus().values()]
    assert [link.attributes["href"] for link in links] == [f"/library/{name}" for name in corpus()]


@pytest.fixture(scope="module")
def printed():
    """A PDF file and its document, read as ingest reads it."""
    with pymupdf.open() as file:
        page = file.new_page()
        page.insert_text((72, 72), "Leaks of thick fillers", fontsize=16)
        page.insert_textbox((72, 100, 500, 400), f"Thick fillers spread less than thin ones. {PRINTED}")
        content = file.tobytes()
    return content, make_document(parse_file(content, "pdf", "a.pdf"), sources.source("pdf", path="a.pdf"))


def test_a_quote_of_a_pdf_is_shown_on_its_page_with_boxes_over_its_words(printed, tmp_path):
    content, document = printed
    (tmp_path / "a.pdf").write_bytes(content)
    assistant = FakeAssistant()
    assistant.index = Corpus({"s": document})
    client = TestClient(Starlette(routes=page_routes(assistant, page_images(tmp_path))))
    start = document.text.index(PRINTED)
    asked = {
        "source": "s",
        "span": f"{start}-{start + len(PRINTED)}",
        "words": "0-0",
        "number": "1",
        "of": "1",
    }
    shown = parse(client.get("/page/quote", params=asked).text)
    assert shown.all("mark")[0].text == PRINTED
    (picture,) = shown.all("img")
    reply = client.get(picture.attributes["src"])
    assert reply.headers["content-type"] == "image/png"
    left, top, right, bottom = marked(reply.content)
    boxes = document.boxes(start, start + len(PRINTED))
    page = document.pages[0]
    assert left == pytest.approx(min(box[1] for box in boxes) / page.width, abs=0.01)
    assert bottom == pytest.approx(max(box[4] for box in boxes) / page.height, abs=0.01)


def test_a_page_that_cannot_be_drawn_is_a_line(printed, tmp_path):
    assistant = FakeAssistant()
    assistant.index = Corpus({"s": printed[1]})
    client = TestClient(Starlette(routes=page_routes(assistant, page_images(tmp_path))))
    reply = client.get("/page/image", params={"source": "s", "span": "0-20", "page": "1"})
    assert (reply.status_code, reply.text) == (
        404,
        "Page 1 of s cannot be drawn. Open the original instead.",
    )
