import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fake_assistant import COMMON, LEAFLET, RATE
from fake_system import ASKED, BOTH, NOT_THERE, judge, quote, refusal, reply, scripted

from eval.cases import Case
from eval.charts import bars, curve, histogram, reliability_chart
from eval.difference import Piece, differences, missed
from eval.markup import element, page
from eval.metrics import Bin, Interval
from eval.replies import Reply, ReplyError
from eval.report import report, write_report
from eval.run import run
from eval.store import ResultsError, SystemResults, released, results, system_results
from eval.text import case_text, results_text

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(2)>&\"'\x00\x1b[2J"


class Page(HTMLParser):
    """The tags of a page, with the attributes of each, and its text."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def made(*pairs):
    systems = []
    for name in ("assistant", "bm25"):
        system = scripted(*pairs, name=name)
        systems.append(system_results(system, run(system, [case for case, _ in pairs], judge()).rows))
    return results("c" * 64, systems)


RESULTS = made(
    (ASKED, reply(RATE)),
    (BOTH, reply(RATE, LEAFLET, confidence=0.6)),
    (NOT_THERE, reply(COMMON, confidence=0.8)),
    (Case("direct-2", "direct", ("And now?",), "answered", ASKED.facts), ReplyError("the server said 500")),
)


def test_differences_are_marked_word_by_word():
    assert differences("leaks in 14 % of levels", "leaks in 41 % of  all levels") == (
        Piece("same", "leaks in"),
        Piece("missing", "14"),
        Piece("added", "41"),
        Piece("same", "% of"),
        Piece("added", "all"),
        Piece("same", "levels"),
    )
    assert differences("the same", "the same") == (Piece("same", "the same"),)


def test_a_missed_fact_stands_beside_the_quote_that_shares_most_words():
    rows = {row.id: row for row in RESULTS.systems[0].rows}
    (item,) = missed(rows["list-1"])
    assert item.fact == "common"
    assert {piece.mark for piece in item.pieces} == {"same", "missing", "added"}
    assert missed(rows["direct-1"]) == ()


def test_a_fact_missed_where_nothing_was_shown_stands_alone():
    (row,) = made((ASKED, refusal())).systems[0].rows
    (item,) = missed(row)
    assert item.pieces == (Piece("missing", ASKED.facts[0].quotes[0]),)


def test_the_page_holds_each_failed_case_with_what_was_expected_and_shown():
    markup = report(RESULTS)
    text = Page(markup).text
    assert "list-1 (list)" in text and "unanswerable-1 (unanswerable)" in text
    assert "direct-1 (direct)" not in text  # it passed
    assert "Missed: common" in text and "No reply: the server said 500" in text
    assert "Expected not_in_sources, shown answered with a confidence of 0.80." in text
    assert {"del", "ins"} <= set(Page(markup).tags)


def test_the_page_holds_every_system_and_measure_and_the_plots():
    markup = report(RESULTS)
    text = Page(markup).text
    for words in ("assistant", "bm25", "fact recall@5", "nDCG@10", "Risk and coverage", "Calibration"):
        assert words in text
    assert Page(markup).tags.count("svg") == 2 * 4  # four plots a split


def test_the_page_loads_nothing():
    markup = report(RESULTS)
    names = {name for name, _ in Page(markup).attributes}
    assert not names & {"src", "href", "srcset", "data", "action"}
    assert not {"script", "link", "iframe", "object"} & set(Page(markup).tags)
    assert "default-src 'none'" in markup and "url(" not in markup and "@import" not in markup


def test_hostile_text_is_shown_and_does_nothing():
    case = Case(HOSTILE, HOSTILE, (HOSTILE,), "answered", ASKED.facts)
    forged = replace(quote(LEAFLET), text=HOSTILE, source_id=HOSTILE)
    hostile = Reply("answered", HOSTILE, (forged,), ((HOSTILE, (0,)),), (forged,), 0.5)
    other = Case("x", "y", (HOSTILE,), "answered", ASKED.facts)
    system = scripted((case, hostile), name=HOSTILE)
    rows = run(system, [case], judge(), search=False).rows
    rows += run(scripted((other, ReplyError(HOSTILE))), [other], judge()).rows
    markup = report(results("c" * 64, [system_results(system, rows)]))
    parsed = Page(markup)
    assert not {"script", "img"} & set(parsed.tags)
    assert "onerror" not in {name for name, _ in parsed.attributes}
    assert "alert(1)" in parsed.text
    assert markup.count("</style>") == 1
    assert not re.search("[\x00-\x08\x1b]", markup)
    assert not re.search("[\x00-\x08\x1b]", "".join(case_text(row) for row in rows))


def test_results_without_words_make_no_page(tmp_path):
    for bare in (released(RESULTS), replace(RESULTS, systems=(SystemResults("a", {}, {}, ()),))):
        with pytest.raises(ResultsError, match="--output FILE"):
            write_report(tmp_path / "r.html", bare)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ResultsError, match="cannot be written"):
        write_report(tmp_path / "none" / "r.html", RESULTS)
    write_report(tmp_path / "r.html", RESULTS)
    assert (tmp_path / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_texts_and_elements_keep_their_order():
    made_of = element("p", "a ", element("b", "b"), " c", " d", element("i", "e"), class_="x")
    assert '<p class="x">a <b>b</b> c d<i>e</i></p>' in page(made_of)


def test_a_bar_is_as_long_as_its_value():
    drawn = bars("Recall", {"lay": Interval(0.5, 0.4, 0.7, 9)})
    (bar,) = drawn.iter("rect")
    assert float(bar.get("width")) == 150
    (interval,) = [line for line in drawn.iter("line") if line.get("class") == "interval"]
    assert float(interval.get("x2")) - float(interval.get("x1")) == pytest.approx(0.3 * 300)


def test_curves_and_dots_stand_where_their_values_are():
    (line,) = curve("Risk", [0, 1], [0, 0.5], ("a", "b")).iter("polyline")
    assert line.get("points") == "40.0,340.0 340.0,190.0"
    small, large = reliability_chart("C", [Bin(0.5, 1, 1), Bin(1, 0.5, 9)], ("a", "b")).iter("circle")
    assert (float(small.get("cx")), float(small.get("cy"))) == (190, 40)
    assert float(large.get("r")) > float(small.get("r"))


def test_a_histogram_counts_every_value_and_takes_equal_ones():
    for values in ([0.1, 0.2, 0.2, 1.0], [0.0, 0.0], [3.0]):
        titles = [title.text for title in histogram("T", values, "s").iter("title")]
        assert sum(int(text.split()[0]) for text in titles if " from " in text) == len(values)


def test_the_text_of_a_case_marks_what_is_missing_and_what_was_added():
    rows = {row.id: row for row in RESULTS.systems[0].rows}
    text = case_text(rows["list-1"])
    assert "list-1 (list, " in text and "failed" in text and "missed: common" in text
    assert "[-" in text and "{+" in text
    assert "no reply: the server said 500" in case_text(rows["direct-2"])


def test_the_text_of_results_lists_systems_kinds_and_failures():
    text = results_text(RESULTS, failed=True)
    assert "assistant" in text and "bm25" in text and "balanced accuracy of refusal" in text
    assert "direct-2 has no reply: the server said 500" in text
    assert "missed: common" in text
    assert "missed: common" not in results_text(RESULTS)
