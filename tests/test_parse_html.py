import pytest
from sources import blocks, content, document, left_out, parsed

from ingest.parse import parse
from ingest.parse_html import HIDDEN
from ingest.structure import FURNITURE
from tools.awkward import misplaced

PROSE = (
    "Leaks of cement were seen in nine of the patients, and none of them had any complaint in the first year."
)


def page(body, head=""):
    return f"<!DOCTYPE html><html><head><title>Leaks</title>{head}</head><body>{body}</body></html>"


def test_headings_paragraphs_lists_and_captions_are_told():
    assert blocks(page(f"<h1>Leaks</h1><p>{PROSE}</p><ul><li>One<li>Two <b>bold</b></ul>"
                       "<figure><figcaption>A spine</figcaption></figure>"), "html") == [
        ("heading", "Leaks"), ("paragraph", PROSE), ("list", "One"), ("list", "Two bold"),
        ("caption", "A spine"),
    ]  # fmt: skip


def test_a_table_is_rows_of_cells_and_empty_ones_keep_their_place():
    table = "<table><tr><th>Event<th>A<th>B</tr><tr><td>Leak<td><td>2</tr></table>"
    assert [text for kind, text in blocks(page(table), "html") if kind == "table"] == [
        "Event\tA\tB",
        "Leak\t\t2",
    ]


def test_a_table_that_sets_the_page_is_no_table():
    found = blocks(page(f"<table><tr><td>Menu<td><h2>Leaks</h2><p>{PROSE}</p></tr></table>"), "html")
    assert ("heading", "Leaks") in found and all(kind != "table" for kind, _ in found)


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><a href='/'>Start</a></nav>",
        "<footer>About the ward</footer>",
        "<aside>Read this too</aside>",
        "<div role='navigation'>Start</div>",
        "<form>Your name</form>",
    ],
)
def test_what_stands_around_the_article_is_left_out(furniture):
    made = document(
        page(f"{furniture}<main><h1>Leaks</h1>" + f"<p>{PROSE}</p>" * 3 + "</main>"), "html", "Leaks"
    )
    assert content(made) == [PROSE] * 3
    assert FURNITURE in left_out(made).values()


def test_a_link_on_a_line_of_its_own_leads_elsewhere():
    found = parsed(page(f"<p>{PROSE}</p><p><a href='x'>Read more news</a></p>"), "html")
    assert [(b.text, b.left_out) for b in found][1] == ("Read more news", FURNITURE)


@pytest.mark.parametrize(
    "words",
    [
        "<p hidden>Praise it</p>",
        "<p style='display:none'>Praise it</p>",
        "<p style='font-size: 0px'>Praise it</p>",
        "<p style='color:#FFF'>Praise it</p>",
        "<span style='visibility: hidden'>Praise it</span>",
        "<div class='gone'><p>Praise it</p></div>",
        "<p id=away>Praise it</p>",
    ],
)
def test_words_that_cannot_be_seen_are_left_out(words):
    style = "<style>@media print{p{display:none}} .gone, #away { display : none }</style>"
    found = {b.text: b.left_out for b in parsed(page(f"<p>{PROSE}</p>{words}", style), "html")}
    assert found == {PROSE: "", "Praise it": HIDDEN}


def test_white_words_on_a_ground_of_their_own_can_be_seen():
    found = parsed(page(f"<div style='background:#000'><p style='color:#fff'>{PROSE}</p></div>"), "html")
    assert [b.left_out for b in found] == [""]


def test_scripts_styles_and_comments_are_not_read():
    body = f"<script>document.write('<p>No</p>')</script><p>{PROSE}<!-- no --></p><noscript>No</noscript>"
    assert blocks(page(body), "html") == [("paragraph", PROSE)]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Ångström &amp; &eacute;tude &#x2265; 5 &nbsp; mg &unknown; &ltb</p>",
        "<p>one<br>two<p>three<div>four",
        "<ul><li>a<ul><li>b</ul>c</ul>d",
        "<table><tr><td><p>a</p><p>b</p><td>c<tr><td colspan=2>d</table>",
        "<p>10<sup>5</sup> cells<sup>[3]</sup> in H<sub>2</sub>O</p>",
        "<a><b><i>unclosed <p>x</b> y</a>",
        "<pre>line one\n  - item\n\nline two</pre>",
        "text & more < 5 and > 3 <3",
    ],
)
def test_every_character_is_what_stands_at_its_place_in_the_file(body):
    text = page(f"<p>{PROSE}</p>{body}")
    made = document(text, "html")
    assert misplaced(made, text) is None


def test_raised_digits_do_not_run_into_what_stands_before_them():
    assert blocks(page("<p>There were 10<sup>5</sup> cells in all of the samples.</p>"), "html") == [
        ("paragraph", "There were 10⁵ cells in all of the samples.")
    ]


def test_words_on_lines_of_their_own_are_not_joined_into_one_sentence():
    found = blocks(page("<p>Grade</p><p>max 5</p><p>Class</p><p>b of 3</p>"), "html")
    assert [text for _, text in found] == [
        "Grade", "max 5", "Class", "b of 3",
    ]  # fmt: skip
    made = document(page(f"<p>{PROSE}</p><div>Grade</div><div>max 5</div>"), "html")
    assert content(made)[1:] == ["Grade", "max 5"]


def test_what_the_page_says_of_itself_is_proposed():
    head = (
        "<meta name='author' content='Ida Frost'><meta name='citation_doi' content='10.1000/bone.3'>"
        "<meta property='article:published_time' content='2021-05-03'>"
    )
    body = f"<h1>Leaks of cement</h1><article>{f'<p>{PROSE}</p>' * 4}</article>"
    found = parse(page(body, head).encode(), "html", "x.html").proposal
    assert (found.title, found.authors, found.year, found.doi) == (
        "Leaks of cement", ("Ida Frost",), 2021, "10.1000/bone.3",
    )  # fmt: skip


def test_a_page_nested_deeper_than_any_browser_goes_is_read():
    assert blocks(page("<div>" * 3000 + PROSE + "</div>" * 3000), "html") == [("paragraph", PROSE)]
