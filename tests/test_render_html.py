from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from fake_assistant import COMMON, HIGHLIGHTS, QUOTES, RATE, ROW, answer_of, cited, corpus, refusal

from assistant.cite import citation
from assistant.examples import Topic
from assistant.records import Band, CitedReference, Comparison, Nearest, Statement
from assistant.render_document import render_document_html
from assistant.render_html import render_answer_html
from assistant.render_library import (
    Added,
    Version,
    render_added_html,
    render_library_html,
    render_missing_page_html,
    render_not_added_html,
    render_upload_html,
)
from assistant.render_page import (
    render_examples_html,
    render_head_html,
    render_panel_html,
    render_searched_html,
)
from assistant.render_report import render_report_html
from assistant.render_source import render_no_place_html, render_source_html
from assistant.render_turn import render_answered_html, render_asking_html, render_problem_html
from assistant.report import report
from assistant.results import Measured, Results
from ingest.chunk import chunk
from ingest.config import IngestConfig
from ingest.records import Block

SOURCES = tuple(document.source for document in corpus().values())
VOID = {"br", "img", "meta", "link", "input", "hr"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "[1] <button data-question='x'>[2]</button>",
    "\u202eright to left\u2066",
    "&lt;b&gt; &amp; ${alert(1)} {{value}} `",
)
DAY = date(2026, 3, 1)
TAGS = {
    "a", "article", "blockquote", "body", "button", "caption", "code", "dd", "details", "div", "dl", "dt",
    "fieldset", "footer", "form", "h1", "h2", "h3", "head", "header", "html", "input", "label", "legend",
    "li", "link", "main", "mark", "meta", "meter", "nav", "ol", "option", "p", "pre", "section", "select",
    "span", "strong",
    "style", "summary", "table", "tbody", "td", "textarea", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "action", "aria-label", "aria-pressed", "autocomplete", "charset", "class", "content", "data-action",
    "data-answer",
    "data-citation", "data-close", "data-copy", "data-most-bytes", "data-number", "data-question",
    "data-request", "data-source", "data-span", "data-spoken", "data-standalone", "data-state",
    "data-too-large", "data-turn", "data-verdict", "data-words",
    "dir", "enctype", "hidden", "href", "id", "lang", "max", "maxlength", "media", "method", "min", "name",
    "open", "placeholder", "rel", "required", "role", "rows", "scope", "tabindex", "target", "type", "value",
}  # fmt: skip


class Element:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.children = tag, attributes, []

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag=None, name=None):
        found = []
        for child in self.children:
            if isinstance(child, Element):
                classes = (child.attributes.get("class") or "").split()
                if tag in (None, child.tag) and (name is None or name in classes):
                    found.append(child)
                found += child.all(tag, name)
        return found


class Tree(HTMLParser):
    """Builds the elements of a fragment or page; fails where tags are not closed in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(html)
        self.close()
        assert self.open == [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parse(html):
    return Tree(html).root


def quotes(html):
    return [element.text for element in parse(html).all(name="quote")]


def test_every_quote_is_the_text_of_its_element():
    assert quotes(render_answer_html(answer_of())) == [words for _, words in QUOTES]


def test_every_sentence_of_the_corpus_can_be_quoted_and_marked_exactly():
    config = IngestConfig().chunk
    for document in corpus().values():
        spans = [span for passage in chunk(document, config) for span in passage.sentences]
        for start in range(0, len(spans), 8):
            citations = tuple(
                citation(n, document, span, highlight=(span[0] + 1, span[1] - 1))
                for n, span in enumerate(spans[start : start + 8], 1)
            )
            answer = answer_of((), citations=citations)
            assert quotes(render_answer_html(answer)) == [item.quote for item in citations]
            (mark,) = parse(render_source_html(document, citations[0], 1)).all("mark")
            assert mark.text == document.text[citations[0].start : citations[0].end]


def test_answering_words_are_emphasised_also_across_the_cells_of_a_table_row():
    quoted = parse(render_answer_html(answer_of())).all(name="quote")
    strong = [element.text for quote in quoted for element in quote.all("strong")]
    assert strong == ["exceeds 80% in PVP but remains below 50% in PKP", "649", "208-428"]


def test_a_table_row_stands_in_cells_under_its_columns():
    (table,) = parse(render_answer_html(answer_of())).all("table")
    assert [cell.text for cell in table.all("th")] == ["Tests", "Results", "Normal range"]
    assert [cell.text.strip() for cell in table.all("td")] == ["Uric acid (μmol/L)", "649", "208-428"]
    assert table.all("caption")[0].text == "Table 1 Abnormal test results"
    assert table.all(name="quote")[0].text == ROW


def test_a_table_row_without_a_lead_in_is_still_a_table():
    row = replace(cited(1, "002", ROW), lead_in="")
    (table,) = parse(render_answer_html(answer_of((), citations=(row,)))).all("table")
    assert (table.all("thead"), table.all("caption")) == ([], [])


def test_a_quote_of_several_rows_keeps_its_lines_and_tabs():
    rows = cited(1, "002", f"{ROW}\nCreatinine (μmol/L)\t229\t57-97")
    html = render_answer_html(answer_of((), citations=(rows,)))
    assert quotes(html) == [rows.quote]
    (quote,) = parse(html).all(name="quote")
    assert len(quote.all(name="tab")) == 4


def test_the_lead_in_stands_before_the_quote():
    quote = replace(cited(1, "003", "leakage of cement"), lead_in="Complications may include:")
    html = render_answer_html(answer_of((), citations=(quote,)))
    assert parse(html).all(name="lead-in")[0].text == "Complications may include:"
    assert html.index("Complications may include:") < html.index('<blockquote class="quote"')


def test_quotes_stand_under_their_source_with_badges_section_and_number():
    groups = parse(render_answer_html(answer_of())).all("section", "source")
    labels = [group.all(name="label")[0].text for group in groups]
    assert labels == [
        "Mao et al. 2024",
        "Cavka et al. 2023",
        "Kyphoplasty and vertebroplasty (patient information page of a radiology practice) (undated)",
    ]
    assert [[b.text for b in group.all("button", "cite")] for group in groups] == [
        ["[1]", "[2]"],
        ["[3]"],
        ["[4]"],
    ]
    badges = [item.text for item in groups[0].all(name="badges")[0].all("li")]
    assert badges == ["case report", "n = 1", "2024", "peer-reviewed", "about kyphoplasty"]
    assert groups[0].all("a")[0].attributes["href"] == "https://doi.org/10.12998/wjcc.v12.i10.1837"
    assert [place.text for place in groups[0].all(name="section-path")] == [
        "DISCUSSION",
        "OUTCOME AND FOLLOW-UP",
    ]
    assert groups[2].all("a") == []


def test_a_quote_that_reports_other_studies_lists_them():
    (reported, _) = parse(render_answer_html(answer_of())).all("details", "cited-as")
    assert reported.all("summary")[0].text == "Reports another study: its reference 3, 7"
    assert [item.text[:24] for item in reported.all("li")] == [
        "its reference 3: Rose LD",
        "its reference 7: Wang B,",
    ]


@pytest.mark.parametrize(
    ("answer", "parts", "words"),
    [
        (answer_of(), ["direct", "verdict"], "Answered in these sources"),
        (answer_of(status="partial"), ["direct", "verdict"], "Partly answered in these sources"),
        (refusal(), ["verdict", "searched"], "Not in these sources"),
    ],
    ids=["answered", "partial", "not in sources"],
)
def test_the_answer_opens_with_its_direct_line_and_then_its_outcome(answer, parts, words):
    (article,) = parse(render_answer_html(answer)).children
    assert [child.attributes["class"] for child in article.children[:2]] == parts
    assert article.all(name="outcome")[0].text == words


def test_a_refusal_marks_what_is_near_as_no_answer_and_offers_questions():
    tree = parse(render_answer_html(refusal(), SOURCES))
    (near,) = tree.all(name="nearest")
    assert near.children[0].text == "Near the question, not an answer"
    assert near.all("blockquote")[0].text == COMMON
    assert tree.all(name="quote") == []
    assert tree.all(name="searched")[0].text == f"Searched: {'; '.join(s.label for s in SOURCES)}."
    assert tree.all(name="missing") == []  # it is the question itself
    (link,) = near.all("a")
    source, span = link.attributes["href"].removesuffix("#quote").split("?")
    document = corpus()[source.removeprefix("/library/")]
    start, end = (int(part.partition("=")[2]) for part in span.split("&"))
    assert document.text[start:end] == COMMON
    (offered,) = tree.all("button", "ask")
    assert offered.attributes["data-question"] == "How can cement leakage be prevented during kyphoplasty?"


def test_an_answer_in_part_says_which_part_is_missing():
    tree = parse(render_answer_html(answer_of(status="partial", missing=("What does it cost?",))))
    assert [item.text for item in tree.all(name="missing")[0].all("li")] == ["What does it cost?"]


def test_what_a_source_counts_less_for_stands_out_among_its_badges():
    groups = parse(render_answer_html(answer_of())).all("section", "source")
    assert [[item.text for item in group.all("li", "weak")] for group in groups] == [
        ["n = 1"],
        [],
        ["patient information, not clinical evidence", "undated", "not peer-reviewed"],
    ]


def test_references_are_numbered_as_the_quotes_are():
    items = parse(render_answer_html(answer_of())).all(name="references")[0].all("li")
    assert [item.text.split(" ")[0] for item in items] == ["[1][2]", "[3]", "[4]"]
    assert items[0].text.endswith("2024;12(10):1837-1843. doi:10.12998/wjcc.v12.i10.1837")


def test_the_panel_shows_the_section_around_the_quote():
    answer = answer_of()
    quote = answer.citations[0]
    document = corpus()[quote.source.id]
    tree = parse(render_source_html(document, quote, 4))
    (context,) = tree.all(name="context")
    (mark,) = context.all("mark")
    assert mark.text == document.text[quote.start : quote.end] == RATE
    before, after = context.text.split(RATE)
    assert document.text[quote.start - len(before) : quote.start] == before != ""
    assert document.text[quote.end : quote.end + len(after)] == after != ""
    section = document.section_at(quote.start)
    assert section.start <= quote.start - len(before)
    assert quote.end + len(after) <= section.end
    assert tree.all(name="section-path")[0].text == "DISCUSSION"
    assert f"characters {quote.start} to {quote.end}" in tree.all(name="receipt")[0].text


@pytest.mark.parametrize(
    "words",
    ["markedly improving the overall prognosis.", "should be executed during the procedure to minimize"],
)
def test_the_panel_shows_nothing_that_was_left_out_beside_a_quote_from_the_content(words):
    document = next(d for d in corpus().values() if words in d.text)
    quote = cited(1, document.source.id, words)
    shown = parse(render_source_html(document, quote, 1)).all(name="context")
    left_out = [document.text[b.start : b.end] for b in document.blocks if b.left_out]
    assert [text for text in left_out if len(text) > 20 and text in shown[0].text] == []


def test_the_panel_leads_to_the_quotes_beside_it():
    answer = answer_of()
    steps = []
    for quote in answer.citations:
        tree = parse(render_source_html(corpus()[quote.source.id], quote, 4))
        steps.append([int(b.attributes["data-citation"]) for b in tree.all("button", "cite")])
    assert steps == [[2], [1, 3], [2, 4], [3]]


def hostile_views(text):
    """Every view, with the text in every field that a document or a user can fill."""
    first = cited(1, "002", RATE)
    source = replace(
        first.source, title=text, authors=(text,), journal=text, url=text, doi="", peer_review_basis=text,
        volume=text, issue=text, pages=text, id=text,
    )  # fmt: skip
    document = replace(
        corpus()[first.source.id], source=source, text=text, blocks=(), sections=(), references=()
    )
    quote = replace(
        first, source=source, quote=text, start=0, end=len(text), highlight=(1, 3), section=text,
        lead_in=text, cited_as=(CitedReference(1, text, text, text),),
        receipt=replace(first.receipt, source_id=text),
    )  # fmt: skip
    row = replace(quote, n=2, quote=f"{text}\t{text}", lead_in=f"{text}\n{text}\t{text}", highlight=None)
    answer = answer_of(
        (), id=text, status="partial", question=text, standalone_question=text + ".", citations=(quote, row),
        statements=(Statement(text + "!", (1, 2)),), notices=(text,), missing=(text,), suggestions=(text,),
        comparison=(Comparison(text, (1, 2), "differ", text),), sources_searched=(text,),
        nearest=(Nearest(source, text, text, 0, len(text)),),
    )  # fmt: skip
    block = Block("paragraph", 0, len(text), (), -1, left_out=text)
    whole = replace(document, blocks=(block,))
    return {
        "answer": render_answer_html(answer, [source]),
        "panel": render_source_html(document, quote, 4),
        "no place": render_no_place_html(text),
        "asking": render_asking_html(text, text, (), answer),
        "turn": render_answered_html(text, answer, [source], DAY),
        "problem": render_problem_html(text, text, text),
        "sources": render_searched_html([source]),
        "examples": render_examples_html([Topic(text, (text,))]),
        "document": render_document_html(whole, (1, 3)),
        "library": render_library_html(
            [whole], Version(text, 3, 1, 2), Results(text, {text: {text: Measured(1.0, 0.9, 1.0, 3)}})
        ),
        "upload": render_upload_html([text], [text], 5, text, render_not_added_html(text)),
        "added": render_added_html(Added(text, source, (text,))),
        "missing page": render_missing_page_html(text),
        "report": render_report_html(report([answer], DAY)),
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_view(text):
    for name, html in hostile_views(text).items():
        tree = parse(html)
        elements = tree.all()
        assert {element.tag for element in elements} <= TAGS, name
        assert {key for element in elements for key in element.attributes} <= ATTRIBUTES, name
        links = {e.attributes.get("href", "/") for e in elements}
        assert [link for link in links if not link.startswith(("https://", "/", "data:,"))] == [], name
        assert text in tree.text or name == "sources", name
    assert text.split()[-1] in parse(hostile_views(text)["sources"]).text  # which names its author


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_quotes_are_shown_character_by_character(text):
    views = hostile_views(text)
    assert quotes(views["answer"]) == [text, f"{text}\t{text}"]
    (mark,) = parse(views["panel"]).all("mark")
    assert mark.text == text


def test_a_marker_in_a_quote_does_not_become_a_citation():
    quote = replace(cited(1, "004", COMMON), quote="as in [1] and [2]", end=17, start=0)
    (element,) = parse(render_answer_html(answer_of((), citations=(quote,)))).all(name="quote")
    assert element.all("button") == []


def test_a_first_quote_that_is_short_is_the_direct_line_with_its_number():
    (direct,) = parse(render_answer_html(answer_of())).all(name="direct")
    assert direct.all(name="words")[0].text == RATE
    assert [strong.text for strong in direct.all("strong")] == [HIGHLIGHTS[RATE]]
    assert [button.attributes["data-citation"] for button in direct.all("button", "cite")] == ["1"]


def test_of_a_long_first_quote_the_answering_words_are_the_direct_line():
    text = "cement " * 40
    quote = replace(cited(1, "002", RATE), quote=text, start=100, end=100 + len(text), highlight=(107, 120))
    (direct,) = parse(render_answer_html(answer_of((), citations=(quote,)))).all(name="direct")
    assert direct.text.startswith("“… ") and "…”" in direct.text
    assert direct.all(name="words")[0].text == text[7:20]


def test_a_long_quote_without_answering_words_is_the_direct_line_as_a_whole():
    text = "cement " * 40
    quote = replace(cited(1, "002", RATE), quote=text, start=0, end=len(text), highlight=None)
    (direct,) = parse(render_answer_html(answer_of((), citations=(quote,)))).all(name="direct")
    assert direct.all(name="words")[0].text == text


def test_own_words_are_the_direct_line_with_the_numbers_that_carry_them():
    own = Statement("Authors: Zi Mao", (1, 2))
    (direct,) = parse(render_answer_html(answer_of(statements=(own,)))).all(name="direct")
    assert direct.text.startswith("Authors: Zi Mao")
    assert [button.text for button in direct.all("button")] == ["[1]", "[2]"]


def test_a_refusal_has_no_direct_line():
    assert parse(render_answer_html(refusal())).all(name="direct") == []


def test_how_often_such_answers_were_right_stands_in_words_and_as_a_bar():
    tree = parse(render_answer_html(answer_of(band=Band(0.9, 1.0, 46, 50))))
    (bar,) = tree.all("meter")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("46", "50")
    assert "Of 50 evaluation questions" in tree.all(name="measured")[0].text
    assert parse(render_answer_html(answer_of())).all("meter") == []


def test_a_comparison_sets_both_quotes_side_by_side_with_what_their_sources_are():
    pair = Comparison("the rate of leakage", (1, 3), "not comparable", "One gives a rate.")
    (shown,) = parse(render_answer_html(answer_of(comparison=(pair,)))).all(name="pair")
    assert shown.all(name="point")[0].text == "not comparable on the rate of leakage"
    assert [side.text for side in shown.all(name="said")] == [RATE, COMMON]
    assert "case report · n = 1 · 2024" in shown.all(name="side")[0].text
    assert "pictorial review · 2023" in shown.all(name="side")[1].text
    assert shown.all(name="reason")[0].text == "One gives a rate."


def test_limits_stand_before_all_else():
    (article,) = parse(render_answer_html(answer_of(limits=("Time-critical.",)))).children
    assert article.children[0].text == "Time-critical."


def test_suggestions_of_an_answer_are_questions_to_go_on_with():
    tree = parse(render_answer_html(answer_of(suggestions=("Why?",))))
    assert tree.all(name="suggestions")[0].all("h3")[0].text == "Questions to go on with"


def test_fixed_parts_of_the_page_are_well_formed():
    for html in (render_head_html(history=True), render_no_place_html(), render_panel_html()):
        assert parse(html).text
    head = parse(render_head_html(history=True))
    assert "Not for emergencies, not for patients." in head.text


def test_without_history_the_page_offers_none():
    head = parse(render_head_html(history=False))
    assert [e for e in head.all() if e.attributes.get("id") == "history"] == []
    assert head.all("header")[0].attributes["data-keeps"] == "tab"
    assert parse(render_head_html(history=True)).all("header")[0].attributes["data-keeps"] == "browser"


def test_examples_are_buttons_by_topic():
    topics = (Topic("Leakage", ("How common?", "Why?")), Topic("Infection", ("When?",)))
    tree = parse(render_examples_html(topics))
    assert [b.attributes["data-question"] for b in tree.all("button")] == ["How common?", "Why?", "When?"]
    assert [h.text for h in tree.all("h3")] == ["Leakage", "Infection"]
