from dataclasses import replace

import pytest
from fake_assistant import answer_of, cited, corpus, refusal

from assistant.records import Statement
from assistant.render import address, badges, groups, names_of, own_statements, place, vancouver, web_link


def source(start):
    return next(d.source for d in corpus().values() if d.source.id.startswith(start))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("000", ("narrative review", "2026", "peer-reviewed", "abstract only", "about kyphoplasty")),
        ("001", ("web article", "undated", "not peer-reviewed", "about kyphoplasty")),
        ("002", ("case report", "n = 1", "2024", "peer-reviewed", "about kyphoplasty")),
        (
            "003",
            (
                "patient information, not clinical evidence",
                "undated",
                "not peer-reviewed",
                "about kyphoplasty and vertebroplasty",
            ),
        ),
        ("004", ("pictorial review", "2023", "peer-reviewed", "about vertebroplasty")),
    ],
)
def test_badges_say_what_a_source_is_worth(start, expected):
    assert badges(source(start)) == expected


def test_quotes_are_grouped_by_source_in_order_of_appearance():
    numbers = [(s.id[:3], [c.n for c in group]) for s, group in groups(answer_of().citations)]
    assert numbers == [("002", [1, 2]), ("004", [3]), ("003", [4])]


def test_a_source_that_comes_again_stays_one_group():
    first, second, third, _ = answer_of().citations
    assert [[c.n for c in group] for _, group in groups((first, third, second))] == [[1, 2], [3]]


def test_only_statements_that_are_no_quotes_are_shown_beside_the_quotes():
    answer = answer_of()
    assert own_statements(answer) == ()
    own = Statement("Medicina. DOI: 10.3390/medicina59091536", (3,))
    assert own_statements(replace(answer, statements=(*answer.statements, own))) == (own,)


def test_a_quote_is_placed_by_section_and_page():
    quote = answer_of().citations[0]
    assert place(quote) == "DISCUSSION"
    assert place(replace(quote, page=3)) == "DISCUSSION, page 3"
    assert place(replace(quote, section="")) == ""


@pytest.mark.parametrize(
    ("doi", "url", "expected"),
    [
        ("10.1/x", "https://example.org", "https://doi.org/10.1/x"),
        ("", "http://example.org/a", "http://example.org/a"),
        ("", "javascript:alert(1)", ""),
        ("", "JavaScript:alert(1)", ""),
        ("", "javascript://example.org/%0aalert(1)", ""),
        ("", "ftp://example.org/a", ""),
        ("", " javascript:alert(1)", ""),
        ("", "data:text/html,x", ""),
        ("", "//example.org", ""),
        ("", "https:", ""),
        ("", "http://[broken", ""),
        ("", "", ""),
    ],
)
def test_only_web_addresses_are_linked(doi, url, expected):
    assert web_link(replace(source("000"), doi=doi, url=url)) == expected


def test_searched_sources_are_named_where_their_record_is_at_hand():
    answer = refusal()
    ids = ("004_357560ebc91a011b", "000_ec16a7de27e5e9be", "unknown")
    assert names_of(ids, answer, ()) == ("Cavka et al. 2023", "000_ec16a7de27e5e9be", "unknown")
    named = names_of(ids, answer, [source("000")])
    assert named == ("Cavka et al. 2023", "Yousefvand and Moeini 2026", "unknown")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (
            "002",
            "Mao Z, Xiong ZH, Li JF. Thoracic spinal cord injury and paraplegia caused by intradural cement "
            "leakage after percutaneous kyphoplasty: A case report. World Journal of Clinical Cases. "
            "2024;12(10):1837-1843.",
        ),
        (
            "004",
            "Cavka M, Delimar D, Rezan R, Zigman T, Duric KS, Cimic M, et al. Complications of Percutaneous "
            "Vertebroplasty: A Pictorial Review. Medicina. 2023;59:1536.",
        ),
        (
            "001",
            "Kyphoplasty for Vertebral Compression Fractures: A Guide to Understanding Surgical Techniques "
            "[web article]. Undated.",
        ),
    ],
)
def test_references_are_in_vancouver_style(start, expected):
    assert vancouver(source(start)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zhi-Hong Xiong", "Xiong ZH"),
        ("Ivo Dumic-Cule", "Dumic-Cule I"),
        ("Jan van der Berg", "van der Berg J"),
        ("J. R. Smith", "Smith JR"),
        ("Collaborators", "Collaborators"),
    ],
)
def test_an_author_is_written_as_family_name_and_initials(name, expected):
    assert vancouver(replace(source("002"), authors=(name,))).startswith(f"{expected}. ")


def test_a_title_that_ends_in_a_question_mark_gets_no_full_stop():
    assert "Why? Medicina. " in vancouver(replace(source("004"), title="Why?"))


def test_the_address_is_the_doi_or_else_the_url():
    assert address(source("002")) == "doi:10.12998/wjcc.v12.i10.1837"
    assert address(source("000")) == "https://jost.tums.ac.ir/index.php/jost/article/view/692"
    assert address(cited(1, "003", "bleeding").source) == ""
