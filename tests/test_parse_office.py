import io
import subprocess
import zipfile

import pytest
from sources import content, source

from ingest.document import make_document
from ingest.errors import ParseError
from ingest.limits import Limits
from ingest.pandoc import program, to_html
from ingest.parse import parse
from tools.awkward import misplaced

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}" '
    'Target="word/document.xml"/></Relationships>'
)
CORE = (
    '<c:coreProperties xmlns:c="x" xmlns:dc="y" xmlns:t="z"><dc:title>Leaks of cement</dc:title>'
    "<dc:creator>Ida Frost</dc:creator><t:created>2019-01-02</t:created></c:coreProperties>"
)


def docx(body, **parts):
    """A Word file with a body of runs."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        archive.writestr("docProps/core.xml", CORE)
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def paragraph(*runs, style=""):
    """A paragraph of (properties, words) runs."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    words = "".join(
        f'<w:r><w:rPr>{how}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' for how, text in runs
    )
    return f"<w:p>{look}{words}</w:p>"


def cells(*texts):
    row = "".join(f"<w:tc>{paragraph(('', text))}</w:tc>" for text in texts)
    return f"<w:tr>{row}</w:tr>"


def odt(text):
    """An OpenDocument text, made by pandoc."""
    page = f"<h1>Leaks</h1><p>{text}</p>".encode()
    return subprocess.run(
        [program(), "-f", "html", "-t", "odt", "-o", "-"], input=page, capture_output=True, check=True
    ).stdout


def with_part(file, name, text):
    """The archive with one of its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, text if item.filename == name else old.read(item))
    return made.getvalue()


def epub(text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
            "<rootfile "
            'full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "b.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/'
            'elements/1.1/"><dc:title>Leaks</dc:title></metadata><manifest><item id="a" href="a.xhtml" '
            'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr(
            "a.xhtml",
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>One</h1><p>{text}</p></body></html>',
        )
    return made.getvalue()


def read(file, form):
    return parse(file, form, f"s.{form}")


SENTENCE = "Leaks were rare in all of the patients of the ward."


@pytest.mark.parametrize(
    ("file", "form"),
    [
        (docx(paragraph(("", SENTENCE))), "docx"),
        (odt(SENTENCE), "odt"),
        (epub(SENTENCE), "epub"),
        (rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 " + SENTENCE.encode() + rb"\par}", "rtf"),
    ],
)
def test_each_kind_of_office_file_is_a_document_that_maps_to_the_page_made_of_it(file, form):
    made = make_document(read(file, form), source(form))
    assert content(made)[-1] == SENTENCE
    assert made.layer and misplaced(made, made.layer) is None


def test_headings_tables_and_raised_digits_of_a_word_file_are_told():
    body = (
        paragraph(("", "Findings"), style="Heading1")
        + paragraph(("", "In 10"), ('<w:vertAlign w:val="superscript"/>', "5"), ("", " cells."))
        + f"<w:tbl>{cells('Event', 'A', 'B')}{cells('Leak', '', '2')}</w:tbl>"
    )
    found = [(block.kind, block.text) for block in read(docx(body), "docx").blocks]
    assert ("paragraph", "In 10⁵ cells.") in found
    assert [text for kind, text in found if kind == "table"] == ["Event\tA\tB", "Leak\t\t2"]


def test_words_that_cannot_be_seen_in_a_word_file_are_left_out_and_counted():
    body = paragraph(
        ("", "Seen here. "),
        ("<w:vanish/>", "Vanished words. "),
        ('<w:color w:val="FFFFFF"/>', "White. "),
        ('<w:sz w:val="2"/>', "Tiny."),
    ) + paragraph(('<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>', "White on black."))
    parsed = read(docx(body), "docx")
    assert [block.text for block in parsed.blocks] == ["Seen here.", "White on black."]
    assert [note.text for note in parsed.notes] == ["4 words that cannot be seen in the file were left out."]


def odt_with(styles, body):
    """An OpenDocument text with styles of its own and a body."""
    names = "office:1.0", "text:1.0", "style:1.0", "xsl-fo-compatible:1.0", "table:1.0"
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}"'
        for prefix, name in zip(("office", "text", "style", "fo", "table"), names, strict=True)
    )
    return with_part(
        odt("x"),
        "content.xml",
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
    )


def style(name, how, family="text"):
    return (
        f'<style:style style:name="{name}" style:family="{family}"><style:text-properties {how}/>'
        "</style:style>"
    )


def in_odt():
    styles = (
        style("V", 'text:display="none"')
        + style("W", 'fo:color="#ffffff"')
        + style("T", 'fo:font-size="1pt"')
    ) + style("G", 'fo:color="#FFFFFF" fo:background-color="#000000"')
    spans = [("V", "Vanished words."), ("W", "White."), ("T", "Tiny."), ("G", "White on black.")]
    marked = "".join(f'<text:span text:style-name="{name}">{text} </text:span>' for name, text in spans)
    return odt_with(styles, f"<text:p>Seen here. {marked}</text:p>")


def in_rtf():
    return (
        rb"{\rtf1\ansi{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}Seen here. {\v Vanished words.}"
        rb"{\cf1 White.} {\fs2 Tiny.} {\cf1\highlight2 White on black.}\par}"
    )


def in_epub():
    body = (
        'Seen here.</p><p style="display:none">Vanished words.</p><p class="gone">White.</p>'
        '<div style="font-size:0px"><p>Tiny.</p></div><p>White on black.'
    )
    made = io.BytesIO(epub(body))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("look.css", ".gone { visibility: hidden }")
    return made.getvalue()


@pytest.mark.parametrize(("file", "form"), [(in_odt(), "odt"), (in_rtf(), "rtf"), (in_epub(), "epub")])
def test_words_that_cannot_be_seen_in_a_file_of_any_kind_are_left_out_and_counted(file, form):
    parsed = read(file, form)
    said = " ".join(block.text for block in parsed.blocks if block.kind == "paragraph")
    assert said.split() == ["Seen", "here.", "White", "on", "black."]
    assert [note.text for note in parsed.notes] == ["4 words that cannot be seen in the file were left out."]


def by_pandoc(form, text):
    """A file of a form that pandoc writes, of Markdown."""
    return subprocess.run(
        [program(), "-f", "markdown", "-t", form, "-o", "-"],
        input=text.encode(),
        capture_output=True,
        check=True,
    ).stdout


def part_of(file, name):
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read(name).decode()


def test_a_slide_that_is_not_shown_is_left_out():
    slides = by_pandoc("pptx", "# One\n\nSeen on a slide.\n\n# Two\n\nNever shown to anybody.\n")
    hidden = part_of(slides, "ppt/slides/slide2.xml").replace("<p:sld ", '<p:sld show="0" ', 1)
    parsed = read(with_part(slides, "ppt/slides/slide2.xml", hidden), "pptx")
    assert "Seen on a slide." in parsed.text and "Never shown" not in parsed.text
    assert "cannot be seen" in parsed.notes[0].text


def test_what_the_file_says_of_itself_is_proposed():
    proposal = read(docx(paragraph(("", SENTENCE))), "docx").proposal
    assert (proposal.title, proposal.authors, proposal.year) == ("Leaks of cement", ("Ida Frost",), 2019)


def test_a_macro_in_a_file_is_not_run_or_read():
    file = docx(paragraph(("", SENTENCE)), **{"word/vbaProject.bin": b"Sub AutoOpen()"})
    assert "AutoOpen" not in read(file, "docx").text


@pytest.mark.parametrize(
    ("file", "form", "message"),
    [
        pytest.param(b"PK\x03\x04 cut off", "docx", "is damaged", id="cut off"),
        pytest.param(
            with_part(odt("x"), "content.xml", "<no"), "odt", "could not be converted from odt", id="no XML"
        ),
        pytest.param(docx("")[:-40], "docx", "is damaged", id="without its end"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(file, form, message):
    with pytest.raises(ParseError, match=message) as error:
        make_document(read(file, form), source(form))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("what", ["&secret;", "&many;"])
def test_entities_in_a_word_file_reach_nothing_and_do_not_grow(what, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("never to be read", "utf-8")
    growing = "".join(f'<!ENTITY m{i + 1} "{f"&m{i};" * 10}">' for i in range(9))
    declared = (
        f'<!DOCTYPE d [<!ENTITY secret SYSTEM "{secret.as_uri()}"><!ENTITY m0 "mmmmmmmmmm">{growing}'
        '<!ENTITY many "&m9;">]>'
    )
    document = f"{declared}<w:document {W}><w:body>{paragraph(('', SENTENCE + what))}</w:body></w:document>"
    try:
        text = read(with_part(docx(""), "word/document.xml", document), "docx").text
    except ParseError as error:
        text = str(error)
    assert "never to be read" not in text and len(text) < 10_000


def test_the_converter_reads_no_other_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("never to be read", "utf-8")
    try:
        made = to_html(f".. include:: {secret}\n\nText.\n".encode(), "rst", "s.rst", Limits())
    except ParseError as error:
        made = str(error)
    assert "never to be read" not in made


def test_an_encrypted_open_document_file_says_what_to_do():
    with pytest.raises(ParseError, match="has a password. Open it and save it without one"):
        read(with_part(odt("x"), "META-INF/manifest.xml", "<m><encryption-data/></m>"), "odt")
