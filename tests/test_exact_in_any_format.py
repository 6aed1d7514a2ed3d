"""Whatever a document says, in whatever format: each quote is exact, and each character has its place."""

import html
import subprocess

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sources import source

from ingest.chunk import ChunkConfig, chunk
from ingest.decoding import decode
from ingest.document import make_document
from ingest.mapped_text import plain
from ingest.pandoc import program
from ingest.parse import parse
from tools.awkward import misplaced

# Letters of several scripts, and what mark-up, cleaning and the search for sentences work on. Without ">":
# what `plain` compares by would take "<a ... >" of a text for a tag of its file.
LETTERS = "abcdeABCDEäéøßñğкиνω中日文한ไทยسمرﬁﬂ²⁵₂½0123456789%±≤&<*_[](){}|\\`#~'\"“”’;:,-–+=/@$\u00ad\u00a0"
WORD = st.text(LETTERS, min_size=1, max_size=9).filter(lambda word: any(c.isalnum() for c in word))
SENTENCE = st.lists(WORD, min_size=2, max_size=9).map(lambda words: "Leaks " + " ".join(words) + " stay.")
PARAGRAPHS = st.lists(st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4)
CELLS = st.lists(st.lists(WORD, min_size=2, max_size=3), min_size=0, max_size=3)


def page(paragraphs, rows):
    body = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    table = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<h1>Leaks of cement</h1>{body}" + (f"<table>{table}</table>" if rows else "")


def as_html(paragraphs, rows):
    return f"<html><body><article>{page(paragraphs, rows)}</article></body></html>".encode()


def as_jats(paragraphs, rows):
    body = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    return (
        "<article><front><article-meta><title-group><article-title>Leaks</article-title></title-group>"
        f"</article-meta></front><body><sec><title>Findings</title>{body}</sec></body></article>"
    ).encode()


def as_record(paragraphs, rows):
    text = html.escape(" ".join(paragraphs))
    return f"<Article><ArticleTitle>Leaks</ArticleTitle><Abstract>{text}</Abstract></Article>".encode()


def as_email(paragraphs, rows):
    head = b"From: Ida Frost <ida@example.org>\nSubject: Leaks\nContent-Type: text/html; charset=utf-8\n\n"
    return head + as_html(paragraphs, rows)


def as_text(paragraphs, rows):
    return ("Leaks of cement\n\n" + "\n\n".join(paragraphs) + "\n").encode("utf-16")


def as_markdown(paragraphs, rows):
    table = ["| a | b |", "|---|---|", *("| " + " | ".join(row) + " |" for row in rows)]
    return ("# Leaks\n\n" + "\n\n".join(paragraphs) + "\n\n" + "\n".join(table) + "\n").encode()


def by_pandoc(form):
    def made(paragraphs, rows):
        command = [program(), "-f", "html", "-t", form, "-o", "-", "--standalone"]
        body = f"<html><head><title>Leaks</title></head><body>{page(paragraphs, rows)}</body></html>"
        return subprocess.run(command, input=body.encode(), capture_output=True, check=True).stdout

    return made


# How each format is made, and whether its mark-up keeps every sentence as it is.
FORMATS = {
    "html": (as_html, True), "jats": (as_jats, True), "article-xml": (as_record, False),
    "email": (as_email, True), "web-text": (as_text, True), "journal-text": (as_text, False),
    "markdown": (as_markdown, False), "docx": (by_pandoc("docx"), True), "odt": (by_pandoc("odt"), True),
    "epub": (by_pandoc("epub"), True), "rtf": (by_pandoc("rtf"), False),
}  # fmt: skip


OFFICE = ("docx", "odt", "epub", "rtf")


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in OFFICE])
@settings(derandomize=True, max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(paragraphs=PARAGRAPHS, rows=CELLS)
def test_each_quote_is_exact_and_each_character_is_what_stands_at_its_place(form, paragraphs, rows):
    check(form, paragraphs, rows)


@pytest.mark.parametrize("form", OFFICE)
@settings(
    derandomize=True,
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(paragraphs=PARAGRAPHS, rows=CELLS)
def test_each_quote_from_an_office_file_is_exact_too(form, paragraphs, rows):
    check(form, paragraphs, rows)


def check(form, paragraphs, rows):
    build, whole = FORMATS[form]
    file = build(paragraphs, rows)
    made = make_document(parse(file, form, "s"), source(form))
    original = made.layer or decode(file, "s")[0]
    assert misplaced(made, original) is None
    passages = chunk(made, ChunkConfig())
    assert passages
    for passage in passages:
        assert made.text[passage.start : passage.end] == passage.text
        for start, end in passage.sentences:
            quote = made.text[start:end]
            assert quote.strip() and quote == quote.strip(" ")  # a row may begin with an empty cell
            places = made.file_spans(start, end)
            there = "".join(original[first:last] for first, last in places)
            if form != "markdown":  # bars between cells are no signs of the quote
                assert "".join(plain(quote).split()) == "".join(plain(there).split())
    if whole:
        # line by line: over a whole text, "[" of one paragraph and "](" of the next would look like a link
        said = " ".join(plain(line) for line in made.text.splitlines())
        assert all(plain(text) in said for text in paragraphs)


def test_a_character_that_is_not_at_its_place_is_noticed():
    file = as_html(["Leaks of nine levels stay."], [])
    made = make_document(parse(file, "html", "s"), source("html"))
    assert misplaced(made, file.decode().replace("nine", "five")) is not None
