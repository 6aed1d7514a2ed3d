import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import decode
from ingest.errors import ParseError
from ingest.parse import parse

GERMAN = (
    "Die Häufigkeit von Lecks betrug nach Jahren nur fünf Prozent. Größere Lücken müßten früher auffallen. "
    * 5
)


def test_line_ends_and_the_byte_order_mark_are_made_alike():
    assert decode("\ufeffa\r\nb\rc\n".encode(), "f") == ("a\nb\nc\n", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_an_encoding_that_the_file_tells_is_no_guess(encoding):
    assert decode(GERMAN.encode(encoding), "f") == (GERMAN, "")


def test_the_encoding_that_mark_up_declares_is_taken():
    for head in ('<?xml version="1.0" encoding="ISO-8859-2"?>', '<meta charset="iso-8859-2">'):
        assert decode(f"{head}Režan".encode("iso-8859-2"), "f") == (f"{head}Režan", "")


def test_a_declared_encoding_that_the_file_does_not_have_is_not_taken():
    text, guessed = decode(f'<meta charset="no-such">{GERMAN}'.encode("cp1252"), "f")
    assert "Häufigkeit" in text and guessed


def test_a_guess_is_said_to_be_one():
    text, guessed = decode(GERMAN.encode("cp1252"), "f")
    assert (text, bool(guessed)) == (GERMAN, True)
    (note,) = parse(GERMAN.encode("cp1252"), "web-text", "f.txt").notes
    assert guessed in note.text and note.page == 0


def test_a_binary_file_is_no_text():
    with pytest.raises(ParseError, match="f is not a text file"):
        decode(b"\x00\x01\x02\x03" * 500, "f")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_any_text_comes_back_as_it_was_written(text):
    assert decode(text.encode(), "f")[0] == text.removeprefix("\ufeff")
