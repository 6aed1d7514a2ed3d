import pytest
from conftest import CORPUS
from hypothesis import given
from hypothesis import strategies as st
from sources import source

from ingest.errors import ManifestError
from ingest.manifest import parse_manifest, read_manifest
from ingest.manifest_text import changed_text, write_manifest

TEXT = (CORPUS / "manifest.toml").read_text("utf-8")
SOURCES = read_manifest(CORPUS)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def entry(name, **changes):
    return source(**{"id": name, "path": f"sources/{name}", "title": name, **changes})


def test_a_manifest_that_does_not_change_keeps_every_character():
    assert changed_text(TEXT, SOURCES) == TEXT


def test_a_new_entry_comes_last_and_the_rest_keeps_every_character():
    changed = changed_text(TEXT, (*SOURCES, entry("new")))
    assert changed.startswith(TEXT)
    assert parse_manifest(changed, CORPUS) == (*SOURCES, entry("new"))


def test_an_entry_that_is_removed_takes_only_its_own_lines():
    kept = (*SOURCES[:2], *SOURCES[3:])
    lines = changed_text(TEXT, kept).splitlines()
    assert [line for line in lines if line not in TEXT.splitlines()] == []
    assert not any(SOURCES[2].id in line for line in lines)
    assert lines[:4] == TEXT.splitlines()[:4]


def test_an_entry_that_changes_keeps_its_place():
    changed = (SOURCES[0], entry(SOURCES[1].id), *SOURCES[2:])
    assert parse_manifest(changed_text(TEXT, changed), CORPUS) == changed


def test_a_comment_of_an_entry_that_stays_stays():
    text = changed_text("", (entry("a"), entry("b"))).replace('id = "b"', 'id = "b" # mind the year')
    assert "# mind the year" in changed_text(text, (entry("b"), entry("c")))


@given(title=words, author=words)
def test_whatever_stands_in_a_field_is_read_back(title, author):
    if title.strip() and author.strip():
        made = (entry("a", title=title, authors=(author,), year=2020, peer_reviewed=True),)
        assert parse_manifest(changed_text("", made), CORPUS) == made


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("source = []\n", id="a list in one line"),
        pytest.param('note = """\n[[source]]\n"""\n', id="an entry inside a text"),
        pytest.param("[[source]]\nid = \n", id="no TOML"),
    ],
)
def test_a_form_that_cannot_be_changed_is_refused(text):
    with pytest.raises(ManifestError):
        changed_text(text, (entry("a"),))


def test_writing_leaves_no_half_file_behind(tmp_path):
    write_manifest(tmp_path, (entry("a"),))
    write_manifest(tmp_path, (entry("a"), entry("b")))
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.toml"]
    assert read_manifest(tmp_path) == (entry("a"), entry("b"))
    assert "python -m ingest add" in (tmp_path / "manifest.toml").read_text("utf-8")
