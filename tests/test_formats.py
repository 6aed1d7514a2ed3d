import io
import zipfile

import pytest
from pdfs import made

from ingest.errors import ParseError
from ingest.formats import tell_format

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def archive(**parts):
    made_of = io.BytesIO()
    with zipfile.ZipFile(made_of, "w") as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made_of.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        (made(), "x", "pdf"),
        (b"junk before\n%PDF-1.4\n", "x.bin", "pdf"),
        (rb"{\rtf1\ansi Leaks}", "x", "rtf"),
        (archive(word__document_dot_xml="<a/>"), "x", "docx"),
        (archive(ppt__presentation_dot_xml="<a/>"), "x", "pptx"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), "x", "odt"),
        (archive(mimetype="application/epub+zip\n"), "x", "epub"),
        (b"<!DOCTYPE html><title>x</title>", "x", "html"),
        ("<?xml version='1.0'?><html xmlns='x'><body/></html>".encode("utf-16"), "x", "html"),
        (b"<p>Leaks</p>", "saved.htm", "html"),
        (b"<!DOCTYPE article PUBLIC '-//NLM//DTD JATS' 'j.dtd'><article><front/></article>", "x", "jats"),
        (b"<?xml version='1.0'?><!-- made --><article><title>x</title></article>", "x", "article-xml"),
        (b"<PubmedArticleSet/>", "x", "article-xml"),
        (b"From: a@b\nTo: c@d\nSubject: Leaks\n\nThey heal.", "x", "email"),
        (b"From 12 Mon\nDelivered-To: a\nFrom: b\nDate: c\n\nx", "x", "email"),
        (b"# Leaks\n\nThey heal.", "x", "markdown"),
        (b"They heal.", "x.md", "markdown"),
        (b"Leaks\n\n1. Introduction\n\nThey heal.", "x.txt", "journal-text"),
        (b"They heal.", "x.txt", "web-text"),
    ],
)
def test_the_format_is_told_by_what_is_in_the_file(content, name, form):
    assert tell_format(content, name) == form


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b" \n", "a.txt", r"a\.txt is empty"),
        (OLD, "a.msg", r"a\.msg is an Outlook message.*save it as \.eml"),
        (OLD, "a.doc", r"a Word file of before 2007.*save it as \.docx"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "a.docx", "an office file with a password"),
        (archive(other_dot_txt="x"), "a.zip", "an archive that is not read.*Unpack it"),
        (b"PK\x03\x04broken", "a.docx", "a damaged office file"),
        (bytes(range(256)) * 20, "a.dat", "is not a text file"),
    ],
)
def test_what_is_not_read_is_refused_with_the_way_out(content, name, message):
    with pytest.raises(ParseError, match=message) as error:
        tell_format(content, name)
    assert "\n" not in str(error.value)
