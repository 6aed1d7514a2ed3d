import pytest
from sources import blocks, document, parsed

from ingest.errors import ParseError
from ingest.mapped_text import plain
from ingest.parse import parse
from ingest.parse_xml import RECORD


def abstract(inner):
    """The only paragraph of a record with this abstract."""
    text = f"<a><title>T</title><abstract>{inner}</abstract></a>"
    (found,) = [block for block in parsed(text, "article-xml") if block.kind == "paragraph"]
    (piece,) = found.pieces
    return text, piece


def characters(inner):
    """(character, what it stands for in the file) of the abstract."""
    text, piece = abstract(inner)
    spans = zip(piece.text, piece.starts, piece.ends, strict=True)
    return [(character, text[start:end]) for character, start, end in spans]


def test_title_abstract_and_record_are_told_apart():
    record = "<r><Volume>3</Volume><title>Leaks</title><abstract>It heals.</abstract><url>u</url></r>"
    assert [(b.kind, b.text, b.left_out) for b in parsed(record, "article-xml")] == [
        ("paragraph", "3", RECORD),
        ("heading", "Leaks", ""),
        ("heading", "abstract", ""),
        ("paragraph", "It heals.", ""),
        ("paragraph", "u", RECORD),
    ]


def test_pubmed_abstracts_in_parts_are_read():
    text = (
        "<PubmedArticle><ArticleTitle>Leaks</ArticleTitle><Abstract><AbstractText>One.</AbstractText>"
        "<AbstractText>Two.</AbstractText></Abstract></PubmedArticle>"
    )
    assert blocks(text, "article-xml") == [
        ("heading", "Leaks"),
        ("heading", "Abstract"),
        ("paragraph", "One."),
        ("paragraph", "Two."),
    ]


@pytest.mark.parametrize("between", ["", "\n      "])
def test_names_and_dates_are_lines_of_their_own(between):
    text = (
        f"<a><title>T</title><Author><FirstName>Ada</FirstName>{between}<LastName>Núñez</LastName></Author>"
        f"<PubDate><Year>2026</Year>{between}<Month>03</Month></PubDate></a>"
    )
    assert blocks(text, "article-xml")[1:] == [("paragraph", "Ada Núñez"), ("paragraph", "2026 03")]


@pytest.mark.parametrize(
    ("entity", "character"),
    [("&amp;", "&"), ("&lt;", "<"), ("&#233;", "é"), ("&#x2265;", "≥"), ("&quot;", '"')],
)
def test_an_entity_is_one_character_that_stands_for_all_of_it(entity, character):
    assert characters(f"ä{entity}b") == [("ä", "ä"), (character, entity), ("b", "b")]


def test_an_entity_at_the_end_of_a_quote_is_quoted_whole():
    made = document("<a><title>T</title><abstract>Bones &amp; more &amp;</abstract></a>", "article-xml")
    start = made.text.index("Bones")
    (span,) = made.file_spans(start, start + len("Bones & more &"))
    assert span == (29, 29 + len("Bones &amp; more &amp;"))


def test_cdata_stands_for_itself_entities_not_decoded():
    found = characters("x<![CDATA[5 < 6 &amp; é]]>y")
    assert "".join(character for character, _ in found) == "x5 < 6 &amp; éy"
    assert all(character == original for character, original in found)


def test_offsets_are_right_after_characters_of_many_bytes():
    assert characters("骨🦴é β") == [(c, c) for c in "骨🦴é β"]


def test_letters_that_look_different_stay_in_their_word():
    text, piece = abstract("CO<sub>2</sub> and <i>S. aureus</i><b>!</b>")
    assert piece.text == "CO2 and S. aureus!"
    assert plain(text[piece.starts[0] : piece.ends[-1]]) == plain(piece.text)


@pytest.mark.parametrize("inner", ["<p>It leaks.</p><p>It heals.</p>", "It leaks.<p>It heals.</p>"])
def test_words_end_at_other_tags(inner):
    text, piece = abstract(inner)
    assert piece.text == "It leaks. It heals."
    assert plain(text[piece.starts[0] : piece.ends[-1]]) == plain(piece.text)


def test_comments_and_instructions_are_not_read():
    text, piece = abstract("It <!-- never --> heals.<?print now?>")
    assert piece.text == "It heals."
    assert plain(text[piece.starts[0] : piece.ends[-1]]) == plain(piece.text)


@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param('<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>', id="entities"),
        pytest.param('<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>', id="outside file"),
    ],
)
def test_entities_of_a_files_own_are_refused_with_the_way_out(declaration):
    with pytest.raises(ParseError, match=r"s\.txt is not read.*Remove the declarations"):
        parsed(f"{declaration}<a><abstract>x</abstract></a>", "article-xml")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<a><abstract>x</a>", id="tags cross"),
        pytest.param("<a>", id="not closed"),
        pytest.param("", id="empty"),
        pytest.param("plain words", id="no XML"),
        pytest.param("<a>&undefined;</a>", id="entity without declaration"),
        pytest.param("<a>\x00</a>", id="null"),
    ],
)
def test_what_is_not_well_formed_is_refused_by_name(text):
    with pytest.raises(ParseError, match=r"s\.txt is not well-formed XML"):
        parsed(text, "article-xml")


def test_an_encoding_that_the_file_no_longer_has_is_ignored():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><a><abstract>é</abstract></a>'
    assert blocks(text, "article-xml")[-1] == ("paragraph", "é")


def test_the_parts_of_an_abstract_are_headed_by_their_labels():
    text = (
        '<!DOCTYPE PubmedArticleSet PUBLIC "x" "https://example.org/p.dtd"><PubmedArticleSet><PubmedArticle>'
        '<ArticleTitle>Leaks</ArticleTitle><Abstract><AbstractText Label="METHODS">One.</AbstractText>'
        "</Abstract>"
        "</PubmedArticle></PubmedArticleSet>"
    )
    assert blocks(text, "article-xml")[1:] == [
        ("heading", "Abstract"),
        ("heading", "METHODS"),
        ("paragraph", "One."),
    ]


def test_mark_up_of_html_that_a_record_holds_as_text_is_dropped():
    words = "&lt;p&gt;It &lt;i&gt;heals&lt;/i&gt; if n&lt;5.&lt;/p&gt;"
    text = f"<document><title>T</title><abstract>{words}</abstract></document>"
    assert blocks(text, "article-xml")[-1] == ("paragraph", "It heals if n<5.")


def test_names_with_a_prefix_are_read():
    text = (
        '<o:dc xmlns:o="x" xmlns:dc="y"><dc:title>Leaks</dc:title><dc:creator>Frost, Ida</dc:creator>'
        "<dc:description>They heal.</dc:description><dc:date>2010-11-05</dc:date></o:dc>"
    )
    found = parse(text.encode(), "article-xml", "s.xml")
    assert [(b.kind, b.text) for b in found.blocks if not b.left_out] == [
        ("heading", "Leaks"),
        ("paragraph", "They heal."),
    ]
    assert (found.proposal.title, found.proposal.authors, found.proposal.year) == (
        "Leaks",
        ("Ida Frost",),
        2010,
    )


def test_a_record_of_pubmed_is_proposed():
    text = (
        "<PubmedArticleSet><PubmedArticle><Journal><JournalIssue><Volume>3</Volume><Issue>4</Issue><PubDate>"
        "<Year>2018</Year></PubDate></JournalIssue><Title>Bone Letters</Title></Journal>"
        "<ArticleTitle>Leaks.</ArticleTitle><Pagination><MedlinePgn>5-9</MedlinePgn></Pagination>"
        '<ELocationID EIdType="doi">10.1000/bone.1</ELocationID><Abstract><AbstractText>x</AbstractText>'
        "</Abstract>"
        "<AuthorList><Author><LastName>Frost</LastName><ForeName>Ida</ForeName></Author></AuthorList>"
        "</PubmedArticle></PubmedArticleSet>"
    )
    found = parse(text.encode(), "article-xml", "s.xml").proposal
    assert (found.title, found.authors, found.year, found.doi) == (
        "Leaks",
        ("Ida Frost",),
        2018,
        "10.1000/bone.1",
    )
    assert (found.journal, found.volume, found.issue, found.pages) == ("Bone Letters", "3", "4", "5-9")


def test_a_file_of_several_records_says_so():
    record = "<row><title>{}</title><abstract>It heals.</abstract></row>"
    text = f"<csv_data>{record.format('A')}{record.format('B')}</csv_data>"
    (note,) = parse(text.encode(), "article-xml", "s.xml").notes
    assert "holds 2 titles" in note.text
