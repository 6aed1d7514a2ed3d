"""What is proposed for a file: its entry, guessed where it states nothing, for a person to confirm."""

import os
import re

import pymupdf
import pytest
from conftest import FILES, ignore

from ingest.candidates import document_files, read_file
from ingest.config import IngestConfig
from ingest.errors import CorpusError
from ingest.library import Library
from ingest.limits import Limits
from ingest.proposing import Refused

PROSE = "A filler in a vein may travel to the lung. Breathlessness is the first sign of it.\n"


@pytest.fixture
def examined(tmp_path):
    """Examines a file of a name and content, with what is given of its entry."""

    def examine(name, content, password="", **given):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        config = IngestConfig(corpus_folder=tmp_path / "corpus", index_folder=tmp_path / "index")
        (found,) = Library(config, ignore, password=lambda path: password).examine([path], given)
        return found

    return examine


def test_what_a_record_states_is_proposed_with_where_it_was_found(examined):
    found = examined("record.xml", FILES["000_record"][2])
    assert found.source.title == FILES["000_record"][1]
    assert found.source.authors == ("Ada Núñez",)
    assert found.found_in["title"] == "the record"
    assert found.source.abstract_only


def test_a_text_that_states_no_title_is_named_by_its_first_line(examined):
    found = examined("leaflet.txt", FILES["003_leaflet"][2])
    assert (found.source.title, found.found_in["title"]) == (FILES["003_leaflet"][1], "its first line")


def test_a_text_without_a_short_line_is_named_by_its_file(examined):
    assert examined("plain words.txt", PROSE * 8).source.title == "plain words"


def test_a_file_whose_name_is_not_utf8_is_named_with_an_unknown_sign(examined):
    found = examined(os.fsdecode(b"plain caf\xe9.txt"), PROSE * 8)
    assert found.source.title == "plain caf\N{REPLACEMENT CHARACTER}"


def test_a_given_title_that_is_not_utf8_is_refused_in_a_line(examined):
    found = examined("plain words.txt", PROSE * 8, title="\udcff")
    assert isinstance(found, Refused) and "title = '\\udcff' is not UTF-8" in found.reason


def test_a_message_from_nobody_is_named_by_its_subject(examined):
    mail = f"From: '' '' <a@example.org>\nSubject: Leaks of cement\n\n{PROSE}"
    found = examined("mail.eml", mail)
    assert found.source.authors == () and found.source.id.startswith("leaks-of-cement-")


def test_what_is_given_goes_before_what_the_document_states(examined):
    found = examined("record.xml", FILES["000_record"][2], title="Given", year=1999, kind="book")
    assert (found.source.title, found.source.year, found.source.kind) == ("Given", 1999, "book")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Clinical guidelines on fillers", "guideline"),
        ("A systematic review of fillers", "systematic review"),
        ("Fillers: a randomized trial", "randomised trial"),
        ("A filler that wandered: one case report", "case report"),
        ("Complications: a pictorial review", "pictorial review"),
        ("Fillers in the spine: an overview", "narrative review"),
        ("A retrospective look at fillers", "cohort study"),
        ("Fillers: information for patients", "patient information"),
        ("Fillers", "web article"),
    ],
)
def test_the_kind_is_guessed_by_the_words_of_the_title(examined, title, kind):
    assert examined("a.txt", f"{title}\n\n{PROSE}").source.kind == kind


@pytest.mark.parametrize(
    ("title", "text", "about"),
    [
        ("Kyphoplasty", "Vertebroplasty vertebroplasty.", "kyphoplasty"),
        ("Kyphoplasty and vertebroplasty", "", "both"),
        ("Fillers", "Kyphoplasty once, vertebroplasty once.", "both"),
        ("Fillers", f"{'Vertebroplasty. ' * 4}Kyphoplasty.", "vertebroplasty"),
        ("Fillers", "", "other"),
    ],
)  # fmt: skip
def test_the_subject_is_guessed_by_the_title_and_else_by_the_text(examined, title, text, about):
    assert examined("a.txt", f"{title}\n\n{PROSE}{text}\n").source.about == about


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ({"authors": ["Zoë Núñez-Ørsted", "B C"], "year": 2021}, "nunez-rsted-2021-"),
        ({"title": "The first five words of it"}, "the-first-five-words-"),
        ({"title": "骨水泥"}, "document-"),
        ({"title": "../../etc/passwd"}, "etc-passwd-"),
    ],
)
def test_the_id_can_be_read_and_names_no_other_place(examined, given, start):
    found = examined("a.txt", PROSE, **given)
    assert found.source.id == start + found.source.sha256[:8]
    assert re.fullmatch(rf"sources/{found.source.id}\.txt", found.source.path)


@pytest.mark.parametrize("name", ["a", "a.b c", "a.toolongsuffix", "a.tx;t"])
def test_a_name_with_odd_letters_is_copied_without_its_ending(examined, name):
    found = examined(name, PROSE)
    assert found.source.path == f"sources/{found.source.id}"


def encrypted():
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 72), "A filler in a vein may travel to the lung.", fontsize=11)
        return pdf.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner")


def test_an_encrypted_file_is_read_with_its_password_which_is_kept_nowhere(examined, tmp_path):
    found = examined("locked.pdf", encrypted(), password="secret")
    assert found.examination.words > 5
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "locked.pdf"]
    assert kept and not any(b"secret" in path.read_bytes() for path in kept)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_an_encrypted_file_without_its_password_is_refused_in_a_line(examined, password):
    found = examined("locked.pdf", encrypted(), password=password)
    assert isinstance(found, Refused) and "password" in found.reason


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 1_001)
    with pytest.raises(CorpusError, match="large.txt has .* MB, more than"):
        read_file(path, Limits(file_bytes=1_000))


def test_a_null_in_a_name_is_said_in_words(tmp_path):
    with pytest.raises(CorpusError):
        read_file(tmp_path / "a\0b")


def test_files_of_folders_come_in_order_and_hidden_ones_not_at_all(tmp_path):
    for name in ("b.md", "a.md", "in/c.md", ".hidden/d.md", "in/.e.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = document_files([tmp_path / "b.md", tmp_path])
    assert [path.name for path in found] == ["b.md", "a.md", "c.md"]
