import pytest
from sources import blocks, content, document, left_out, parsed

from ingest.errors import ParseError
from ingest.parse import parse
from tools.awkward import misplaced

ARTICLE = """<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.2//EN" "JATS-archivearticle1.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink"><front>
<journal-meta><journal-title-group><journal-title>Bone Letters</journal-title></journal-title-group>
<publisher><publisher-name>Example Press</publisher-name></publisher></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1000/bone.1</article-id>
<title-group><article-title>Leaks of <italic>cement</italic><xref ref-type="fn">*</xref></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Frost</surname><given-names>Ida</given-names></name>
</contrib><contrib contrib-type="editor"><name><surname>Berg</surname><given-names>Odd</given-names></name></contrib>
</contrib-group><pub-date><year>2021</year></pub-date><volume>3</volume><fpage>4</fpage><lpage>9</lpage>
<abstract><p>Leaks &amp; emboli were counted&nbsp;twice.</p></abstract></article-meta></front>
<body><sec><label>1.</label><title>Findings</title><p>Leaks were rare<sup>1,2</sup> in 10<sup>3</sup> levels
<xref ref-type="bibr">[1]</xref>:<list><list-item><p>early ones</p></list-item><list-item><p>late ones</p></list-item></list>
and none was seen later.</p>
<fig><label>Figure 1</label><caption><title>A spine.</title><p>Seen from the side.</p></caption></fig>
<table-wrap><label>Table 1</label><caption><p>Events</p></caption><table><thead><tr><th>Event</th><th>n</th></tr></thead>
<tbody><tr><td rowspan="2">Leak</td><td>41</td></tr><tr><td>7</td></tr></tbody></table>
<table-wrap-foot><fn><p>n: levels</p></fn></table-wrap-foot></table-wrap>
<sec><title>Course</title><p>All of the patients went home.</p><disp-formula>E = mc</disp-formula></sec></sec></body>
<back><ack><p>We thank the ward.</p></ack><ref-list><ref><label>1</label><mixed-citation><name><surname>Berg</surname>
<given-names>O</given-names></name>. <article-title>Veins</article-title>. Bone 2010. <pub-id>10.1000/bone.0</pub-id></mixed-citation>
</ref><ref><label>2</label><element-citation><name><surname>Frost</surname><given-names>I</given-names></name>
<source>Bone</source><year>2011</year></element-citation></ref></ref-list></back>
<sub-article><front-stub><title-group><article-title>Letter</article-title></title-group></front-stub>
<body><p>The editor asks for changes.</p></body></sub-article></article>"""  # noqa: E501


@pytest.fixture(scope="module")
def article():
    return document(ARTICLE, "jats", "Leaks of cement")


def test_every_character_is_what_stands_at_its_place_in_the_file(article):
    assert misplaced(article, ARTICLE) is None


def test_content_is_told_from_record_back_matter_and_letters(article):
    text = "\n".join(content(article))
    for words in ("Leaks & emboli were counted twice.", "early ones", "All of the patients went home."):
        assert words in text
    reasons = left_out(article)
    assert reasons["We thank the ward."] == "back matter"
    assert reasons["Bone Letters"].startswith("bibliographic record")
    assert reasons["The editor asks for changes."].startswith("another text")
    assert reasons["E = mc"].startswith("formula")


def test_sections_have_their_label_and_their_depth(article):
    assert [section.path for section in article.sections][1:] == [
        "Abstract",
        "1. Findings",
        "1. Findings › Course",
    ]


def test_raised_digits_are_kept_apart(article):
    assert "Leaks were rare¹,² in 10³ levels [1]:" in article.text


def test_a_paragraph_goes_on_after_the_list_in_it():
    found = blocks(ARTICLE, "jats")
    at = found.index(("list", "late ones"))
    assert found[at + 1] == ("paragraph", "and none was seen later.")


def test_captions_tables_and_their_notes_are_told():
    found = blocks(ARTICLE, "jats")
    assert ("caption", "Figure 1 A spine. Seen from the side.") in found
    assert [text for kind, text in found if kind == "table"] == ["Event\tn", "Leak\t41", "\t7"]
    assert ("footnote", "n: levels") in found


def test_references_are_parsed_whether_they_bring_their_points_or_not(article):
    assert [(r.number, r.text, r.doi) for r in article.references] == [
        (1, "Berg O. Veins. Bone 2010. 10.1000/bone.0", "10.1000/bone.0"),
        (2, "Frost I Bone 2011", ""),
    ]


def test_the_record_is_proposed():
    found = parse(ARTICLE.encode(), "jats", "a.xml").proposal
    assert (found.title, found.authors, found.year, found.doi) == (
        "Leaks of cement",
        ("Ida Frost",),
        2021,
        "10.1000/bone.1",
    )
    assert (found.journal, found.volume, found.pages, found.publisher) == (
        "Bone Letters",
        "3",
        "4-9",
        "Example Press",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("<article><front/>", "not well-formed", id="not closed"),
        pytest.param('<!DOCTYPE a [<!ENTITY a "b">]><article/>', "Remove the declarations", id="entity"),
        pytest.param(
            '<!DOCTYPE article [<!ENTITY a SYSTEM "file:///etc/hostname">]><article>&a;</article>',
            "Remove the declarations", id="outside file",
        ),
        pytest.param("<book/>", "holds no <article>", id="another document"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused_in_one_line(text, message):
    with pytest.raises(ParseError, match=message) as error:
        parsed(text, "jats")
    assert "\n" not in str(error.value)
