import hashlib

import pytest
from conftest import CORPUS, FILES

from ingest.errors import CorpusError, ManifestError, ParseError
from ingest.manifest import entry_of_source, field_value, read_manifest, read_source, source_of_entry
from ingest.pipeline import read_corpus

GOOD = {
    "id": '"a"', "path": '"a.txt"', "format": '"web-text"', "sha256": '"0"', "title": '"T"',
    "kind": '"case report"', "about": '"both"', "peer_reviewed": "true", "abstract_only": "false",
    "licence": '"CC0"',
}  # fmt: skip


def manifest(folder, *entries):
    """Writes a manifest of entries, each the good one with some fields changed; None leaves one out."""
    tables = []
    for changes in entries:
        fields = {name: value for name, value in (GOOD | changes).items() if value is not None}
        tables.append("[[source]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items()))
    (folder / "manifest.toml").write_text("\n".join(tables), "utf-8")
    return folder


def test_a_good_entry_gives_a_source_with_empty_fields_where_none_is_stated(tmp_path):
    (source,) = read_manifest(manifest(tmp_path, {}))
    assert (source.id, source.kind, source.about, source.peer_reviewed) == ("a", "case report", "both", True)
    assert (source.doi, source.authors, source.year, source.sample_size) == ("", (), None, None)


def test_the_projects_manifest_describes_files_that_are_there():
    sources = read_manifest(CORPUS)
    assert len(sources) == 5
    assert {source.path for source in sources} == {
        path.relative_to(CORPUS).as_posix() for path in (CORPUS / "sources").iterdir()
    }
    assert all(read_source(CORPUS, source) for source in sources)


@pytest.mark.parametrize("field", GOOD)
def test_a_missing_field_is_named(tmp_path, field):
    with pytest.raises(ManifestError, match=f"source 1.*missing {field}"):
        read_manifest(manifest(tmp_path, {field: None}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"colour": '"red"'}, r"unknown colour\. Known: id, title", id="unknown field"),
        pytest.param({"year": '"2024"'}, "year = '2024' should be of type int", id="text for a number"),
        pytest.param({"year": "true"}, "year = True should be of type int", id="truth for a number"),
        pytest.param({"sample_size": "1.5"}, "sample_size = 1.5 should be of type int", id="fraction"),
        pytest.param(
            {"peer_reviewed": "1"}, "peer_reviewed = 1 should be of type bool", id="number for truth"
        ),
        pytest.param({"title": "7"}, "title = 7 should be of type str", id="number for text"),
        pytest.param({"authors": '"A, B"'}, "authors = 'A, B' should be of type list", id="text for a list"),
        pytest.param({"authors": "[1]"}, "authors holds 1", id="number for a name"),
        pytest.param({"authors": '["A", " "]'}, "authors holds ' '", id="empty name"),
        pytest.param(
            {"kind": '"blog"'}, "kind = 'blog' should be one of narrative review", id="unknown kind"
        ),
        pytest.param(
            {"about": '"spine"'}, "about = 'spine' should be one of kyphoplasty", id="unknown about"
        ),
        pytest.param({"id": '""'}, "id should not be empty", id="empty id"),
        pytest.param({"title": '" "'}, "title should not be empty", id="empty title"),
        pytest.param({"path": '""'}, "path should not be empty", id="empty path"),
        pytest.param({"path": '"../a.txt"'}, "leads out of the corpus folder", id="parent folder"),
        pytest.param({"path": '"b/../../a.txt"'}, "leads out of the corpus folder", id="parent inside"),
        pytest.param({"path": '"/etc/hostname"'}, "leads out of the corpus folder", id="absolute path"),
    ],
)
def test_a_bad_entry_is_named_with_the_value(tmp_path, changes, message):
    with pytest.raises(ManifestError, match=message) as caught:
        read_manifest(manifest(tmp_path, {"id": '"first"', "path": '"f.txt"'}, changes))
    assert "manifest.toml, source 2" in str(caught.value)


@pytest.mark.parametrize("field", ["id", "path"])
def test_what_stands_twice_is_named(tmp_path, field):
    other = {"id": '"b"', "path": '"b.txt"'} | {field: GOOD[field]}
    with pytest.raises(ManifestError, match=f"{field} .* more than one entry"):
        read_manifest(manifest(tmp_path, {}, other))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", r"lists no \[\[source\]\]", id="empty"),
        pytest.param(b"source = []", r"lists no \[\[source\]\]", id="no entries"),
        pytest.param(b'[source]\nid = "a"', r"lists no \[\[source\]\]", id="one table"),
        pytest.param(b'source = ["a"]', r"source 1: 'a' is not a \[\[source\]\]", id="texts"),
        pytest.param(b"[[source", "cannot be read as TOML", id="no TOML"),
        pytest.param(b"title = '\xff'", "cannot be read as TOML", id="no UTF-8"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(tmp_path, content, message):
    (tmp_path / "manifest.toml").write_bytes(content)
    with pytest.raises(ManifestError, match=message):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["²", "-1", "1.5", "two", "", "9" * 5_000])
def test_what_is_no_whole_number_is_said_in_words(text):
    with pytest.raises(ManifestError, match="year = .* should be a whole number"):
        field_value("year", text)


@pytest.mark.parametrize("changes", [{"title": "caf\udce9"}, {"authors": ["Ida", "\udcff"]}])
def test_text_that_cannot_be_written_is_refused(tmp_path, changes):
    (source,) = read_manifest(manifest(tmp_path, {}))
    with pytest.raises(ManifestError, match=f"{next(iter(changes))} = .*udc.* is not UTF-8"):
        source_of_entry(entry_of_source(source) | changes, "the entry")


def test_a_missing_manifest_names_the_setting(tmp_path):
    with pytest.raises(ManifestError, match="no manifest at .*ASSISTANT_CORPUS"):
        read_manifest(tmp_path / "nowhere")


def test_a_manifest_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "manifest.toml").mkdir()
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path)


def test_a_file_with_the_right_hash_is_read(tmp_path):
    content = "Čavka".encode()
    (tmp_path / "a.txt").write_bytes(content)
    digest = f'"{hashlib.sha256(content).hexdigest()}"'
    (source,) = read_manifest(manifest(tmp_path, {"sha256": digest}))
    assert read_source(tmp_path, source) == content


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param('"a.txt"', "SHA-256 is .*manifest says 0", id="altered"),
        pytest.param('"none.txt"', "source a is missing: .*none.txt", id="missing"),
        pytest.param('"folder"', "source a cannot be read", id="a folder"),
        pytest.param('"a\\u0000b"', "source a cannot be read", id="null in the path"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_by_name(tmp_path, path, message):
    (tmp_path / "a.txt").write_text("It heals.", "utf-8")
    (tmp_path / "folder").mkdir()
    (source,) = read_manifest(manifest(tmp_path, {"path": path}))
    with pytest.raises(CorpusError, match=message):
        read_source(tmp_path, source)


def test_a_corpus_of_all_formats_is_read_in_the_order_of_its_manifest(small_corpus):
    assert [made.source.id for made in read_corpus(small_corpus.folder)] == list(FILES)


def test_a_source_in_another_format_than_its_file_is_refused_by_name(small_corpus):
    path = small_corpus.folder / "manifest.toml"
    path.write_text(path.read_text("utf-8").replace('"web-text"', '"article-xml"'), "utf-8")
    with pytest.raises(ParseError, match=r"003_leaflet\.txt is not well-formed XML"):
        read_corpus(small_corpus.folder)


def test_a_link_that_leads_out_of_the_corpus_is_not_followed(small_corpus, tmp_path):
    path = small_corpus.path("003_leaflet")
    outside = tmp_path / "outside.txt"
    path.rename(outside)
    path.symlink_to(outside)
    with pytest.raises(CorpusError, match=r"003_leaflet leads out of the corpus folder"):
        read_corpus(small_corpus.folder)
