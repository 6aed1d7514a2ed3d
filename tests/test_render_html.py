from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fake_assistant import COMMON, QUOTES, RATE, ROW, answer_of, cited, corpus, refusal

from assistant.cite import citation
from assistant.examples import Topic
from assistant.records import CitedReference, Comparison, Nearest, Statement
from assistant.render_html import render_answer_html
from assistant.render_page import (
    render_conversation_html,
    render_empty_panel_html,
    render_examples_html,
    render_gone_panel_html,
    render_head_html,
    render_purpose_html,
    render_sources_html,
)
from assistant.render_source import render_source_html
from ingest.chunk import chunk
from ingest.config import IngestConfig

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
TAGS = {
    "a", "article", "blockquote", "button", "caption", "details", "div", "h1", "h2", "h3", "li", "mark", "p",
    "section", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-label", "class", "data-answer", "data-citation", "data-close", "data-question", "dir", "href",
    "open", "rel", "role", "tabindex", "target", "type",
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
    """Builds the elements of a fragment; fails where tags are not closed in order."""

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
        assert self.open.pop().tag == tag

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
            (mark,) = parse(render_source_html(answer, document, citations[0])).all("mark")
            assert mark.text == document.text[citations[0].start : citations[0].end]


def test_answering_words_are_emphasised_also_across_the_cells_of_a_table_row():
    answer = answer_of()
    strong = [element.text for element in parse(render_answer_html(answer)).all("strong")]
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
    assert len(parse(html).all(name="tab")) == 4


def test_the_lead_in_stands_before_the_quote():
    quote = replace(cited(1, "003", "leakage of cement"), lead_in="Complications may include:")
    html = render_answer_html(answer_of((), citations=(quote,)))
    assert parse(html).all(name="lead-in")[0].text == "Complications may include:"
    assert html.index("Complications may include:") < html.index("leakage of cement")


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
    (reported, _) = parse(render_answer_html(answer_of())).all(name="cited-as")
    assert reported.text.startswith("Reports another study:")
    assert [item.text[:24] for item in reported.all("li")] == [
        "its reference 3: Rose LD",
        "its reference 7: Wang B,",
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answer_of(), "Answered in these sources"),
        (answer_of(status="partial"), "Partly answered in these sources"),
        (refusal(), "Not in these sources"),
    ],
    ids=["answered", "partial", "not in sources"],
)
def test_the_answer_opens_with_its_outcome(answer, words):
    (article,) = parse(render_answer_html(answer)).children
    assert article.children[0].text == words


def test_a_refusal_marks_what_is_near_as_no_answer_and_offers_questions():
    tree = parse(render_answer_html(refusal(), SOURCES))
    (near,) = tree.all(name="nearest")
    assert near.children[0].text == "Near the question, not an answer"
    assert near.all("blockquote")[0].text == COMMON
    assert tree.all(name="quote") == []
    assert [item.text for item in tree.all(name="searched")[0].all("li")] == [s.label for s in SOURCES]
    assert tree.all(name="missing")[0].all("li")[0].text == "What does a kyphoplasty cost?"
    (offered,) = tree.all("button", "ask")
    assert offered.attributes["data-question"] == "How can cement leakage be prevented during kyphoplasty?"


def test_references_are_numbered_as_the_quotes_are():
    items = parse(render_answer_html(answer_of())).all(name="references")[0].all("li")
    assert [item.text.split(" ")[0] for item in items] == ["[1][2]", "[3]", "[4]"]
    assert items[0].text.endswith("2024;12(10):1837-1843. doi:10.12998/wjcc.v12.i10.1837")


def test_the_panel_shows_the_section_around_the_quote():
    answer = answer_of()
    quote = answer.citations[0]
    document = corpus()[quote.source.id]
    tree = parse(render_source_html(answer, document, quote))
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
    shown = parse(render_source_html(answer_of((), citations=(quote,)), document, quote)).all(name="context")
    left_out = [document.text[b.start : b.end] for b in document.blocks if b.left_out]
    assert [text for text in left_out if len(text) > 20 and text in shown[0].text] == []


def test_the_panel_leads_to_the_quotes_beside_it():
    answer = answer_of()
    steps = []
    for quote in answer.citations:
        tree = parse(render_source_html(answer, corpus()[quote.source.id], quote))
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
    return {
        "answer": render_answer_html(answer, [source]),
        "panel": render_source_html(answer, document, quote),
        "conversation": render_conversation_html([answer], [source], asking=text),
        "problem": render_conversation_html([], [], asking=text, problem=text),
        "sources": render_sources_html([source]),
        "examples": render_examples_html([Topic(text, (text,))], opened=True),
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_view(text):
    for name, html in hostile_views(text).items():
        tree = parse(html)
        elements = tree.all()
        assert {element.tag for element in elements} <= TAGS, name
        assert {key for element in elements for key in element.attributes} <= ATTRIBUTES, name
        assert [
            e for e in elements if not e.attributes.get("href", "https://").startswith("https://")
        ] == [], name
        assert text in tree.text, name


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


def test_the_conversation_shows_all_turns_and_says_how_the_last_ended():
    tree = parse(render_conversation_html([answer_of(), refusal()], SOURCES))
    assert [t.all("h2")[0].text for t in tree.all(name="turn")] == [answer_of().question, refusal().question]
    (status,) = [e for e in tree.all("p") if e.attributes.get("role") == "status"]
    assert status.text == "Not in these sources"


def test_a_question_that_is_being_answered_is_shown_at_once():
    turns = parse(render_conversation_html([], SOURCES, asking="Why?")).all(name="turn")
    assert [turn.text for turn in turns] == ["Why?Searching the sources …"]


def test_an_empty_question_shows_only_its_message():
    (turn,) = parse(render_conversation_html([], SOURCES, asking="", problem="Empty.")).all(name="turn")
    assert turn.text == "Empty."


def test_fixed_parts_of_the_page_are_well_formed():
    for html in (render_head_html(), render_empty_panel_html(), render_gone_panel_html()):
        assert parse(html).text
    assert "5 named sources" in parse(render_purpose_html(SOURCES)).text
    assert "Not for emergencies, not for patients." in parse(render_purpose_html(SOURCES)).text


def test_examples_are_buttons_by_topic_and_closed_when_told():
    topics = (Topic("Leakage", ("How common?", "Why?")), Topic("Infection", ("When?",)))
    tree = parse(render_examples_html(topics, opened=True))
    assert [b.attributes["data-question"] for b in tree.all("button")] == ["How common?", "Why?", "When?"]
    assert "open" in tree.all("details")[0].attributes
    assert "open" not in parse(render_examples_html(topics, opened=False)).all("details")[0].attributes
