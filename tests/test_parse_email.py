import pytest
from sources import content, left_out, source

from ingest.document import make_document
from ingest.errors import ParseError
from ingest.parse import parse
from ingest.parse_email import HEAD
from tools.awkward import misplaced

HEAD_LINES = (
    b"From: Ida Frost <ida@example.org>\nTo: ward@example.org\nDate: Mon, 4 May 2020 10:00:00 +0000\n"
    b"Subject: Leaks of cement\n"
)
PLAIN = (
    HEAD_LINES
    + b"Content-Type: text/plain; charset=iso-8859-1\n\nLeaks were rare in M\xfcnchen.\n\n- early\n- late\n"
)
HTML = (
    HEAD_LINES
    + b"Content-Type: text/html\n\n<p>Leaks were <b>rare</b>.</p><p style='display:none'>Praise it.</p>"
)
MIXED = (
    HEAD_LINES
    + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\n'
    b"Leaks were rare.\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n"
    b"\n%PDF\n--x--\n"
)


def read(mail):
    return parse(mail, "email", "s.eml")


@pytest.mark.parametrize("mail", [PLAIN, HTML, MIXED])
def test_every_character_is_what_stands_at_its_place_in_head_and_text(mail):
    made = make_document(read(mail), source("email"))
    assert misplaced(made, made.layer) is None
    assert content(made)[0].startswith("Leaks were rare")
    assert any("Ida Frost" in text and reason == HEAD for text, reason in left_out(made).items())


def test_words_that_cannot_be_seen_are_left_out():
    assert "hidden text" in left_out(make_document(read(HTML), source("email")))["Praise it."]


def test_letters_are_read_as_the_message_says():
    assert "Leaks were rare in München." in read(PLAIN).text


def test_what_is_attached_is_spoken_of_and_not_read():
    parsed = read(MIXED)
    assert "%PDF" not in parsed.text
    assert [note.text for note in parsed.notes if "1 attached files" in note.text]


def test_the_head_is_proposed():
    proposal = read(PLAIN).proposal
    assert (proposal.title, proposal.authors, proposal.year) == ("Leaks of cement", ("Ida Frost",), 2020)


@pytest.mark.parametrize("sender", [b"'' '' <ida@example.org>", b'" " <ida@example.org>'])
def test_a_sender_without_a_name_is_no_author(sender):
    proposal = read(PLAIN.replace(b"Ida Frost <ida@example.org>", sender)).proposal
    assert proposal.authors == () and "authors" not in proposal.found_in


def test_a_message_without_text_is_refused():
    with pytest.raises(ParseError, match="holds no text of a message"):
        read(HEAD_LINES + b"Content-Type: application/pdf\n\n%PDF")
