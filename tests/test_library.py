"""Adding, replacing and removing documents: what corpus folder, manifest and index hold afterwards."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import chromadb
import pytest
from conftest import FILES, FakeEmbedder, hashed, ignore

from ingest.builds import only_build
from ingest.candidates import Candidate
from ingest.chunk import embedding_text
from ingest.config import IngestConfig
from ingest.errors import CorpusError, IndexBuildError, IndexBusyError, ManifestError
from ingest.index import current_folder, open_index
from ingest.library import Library
from ingest.manifest import read_manifest
from ingest.pipeline import is_current
from ingest.proposing import Refused

GUIDE = """# Care after a filler

## Rest

Patients rest on their back for one hour. They walk when the numbness is gone.

## Control

An image on the first day shows where the filler lies. A second one follows after six weeks.
"""
NEWER = GUIDE.replace("one hour", "three hours").replace("## Control", "## Images")


@pytest.fixture
def guide(tmp_path):
    path = tmp_path / "in" / "Guide 2.md"
    path.parent.mkdir()
    path.write_text(GUIDE, "utf-8")
    return path


def library(config, **options):
    return Library(config, ignore, embedder=options.pop("embedder", FakeEmbedder()), **options)


def candidates(config, *paths, **given):
    found = list(library(config).examine(list(paths), given))
    assert all(isinstance(item, Candidate) for item in found), found
    return found


def add(config, *paths, **given):
    return library(config).add(candidates(config, *paths, **given))


def chroma(config):
    """The client of the index that answers, and its collection."""
    folder = current_folder(config)
    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=str(folder / "chroma"), settings=settings)
    return client, client.get_collection(f"passages-{folder.name}", embedding_function=None)


def mark_first_passage(config):
    """Leaves a mark in Chroma that no build would write."""
    client, collection = chroma(config)
    with closing(client):
        collection.update(collection.get(limit=1)["ids"], metadatas=[{"mark": "here"}])


def marked(config):
    client, collection = chroma(config)
    with closing(client):
        return collection.get(where={"mark": "here"})["ids"]


def files(config):
    return {path.name for path in (config.corpus_folder / "sources").iterdir()}


def texts(config):
    return " ".join(passage.text for passage in open_index(config).passages)


def test_a_document_that_was_added_is_listed_copied_and_searched(built, guide):
    result = add(built, guide, title="Care after a filler")
    (source,) = result.added
    assert read_manifest(built.corpus_folder)[-1] == source
    assert (built.corpus_folder / source.path).read_bytes() == guide.read_bytes()
    assert guide.exists()
    index = open_index(built)
    number, cosine = index.nearest(hashed("Care after a filler Rest " + GUIDE.split("\n\n")[2]), 1)[0]
    assert index.passages[number].source_id == source.id and cosine > 0.8
    assert result.build.sources == 5 and not result.refused


def test_only_the_texts_of_what_is_new_are_embedded(built, guide):
    embedder = FakeEmbedder()
    library(built, embedder=embedder).add(candidates(built, guide, title="Care after a filler"))
    own = open_index(built).documents
    assert 0 < len(embedder.texts) < 10
    assert all("filler" in text or text.strip() in GUIDE for text in embedder.texts)
    assert len(own) == 5


def test_a_document_more_is_written_to_a_copy_of_the_passages_that_were_there(built, guide):
    mark_first_passage(built)
    before = open_index(built)
    add(built, guide)
    index = open_index(built)
    assert len(marked(built)) == 1, "the other passages were written again"
    assert len(index.passages) > len(before.passages)
    for number, passage in enumerate(index.passages):
        vector = hashed(embedding_text(index.documents[passage.source_id], passage))
        assert dict(index.nearest(vector, len(index.passages)))[number] == pytest.approx(1.0, abs=1e-5)
    assert [found for found, _ in before.nearest(hashed("filler"), 3)], "the last build still answers"


def test_where_a_document_goes_all_passages_are_written(built):
    mark_first_passage(built)
    library(built).remove(read_manifest(built.corpus_folder)[-1:])
    assert not marked(built)


def without_database(folder):
    (folder / "chroma.sqlite3").write_bytes(b"")


def without_vectors(folder):
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.execute("DELETE FROM embeddings_queue")
        database.commit()


@pytest.mark.parametrize("damage", [without_database, without_vectors])
def test_damaged_passages_are_not_copied_but_written_anew(built, guide, damage):
    mark_first_passage(built)
    damage(current_folder(built) / "chroma")
    add(built, guide)
    assert not marked(built)
    assert len(open_index(built).nearest(hashed("filler"), 3)) == 3


def test_passages_that_cannot_be_copied_leave_the_last_index_answering(built, guide):
    (current_folder(built) / "chroma" / "beside").symlink_to("nowhere")
    with pytest.raises(IndexBuildError, match=r"could not be written.*ASSISTANT_INDEX.*still"):
        add(built, guide)
    assert len(read_manifest(built.corpus_folder)) == 4
    assert len(open_index(built).nearest(hashed("filler"), 3)) == 3


def test_a_corpus_is_begun_by_adding_to_a_folder_that_is_not_there(tmp_path, guide):
    config = IngestConfig(corpus_folder=tmp_path / "new", index_folder=tmp_path / "index")
    add(config, guide)
    assert len(open_index(config).documents) == 1
    assert add(config, guide.rename(guide.with_name("again.md"))).added == ()


def test_several_files_are_added_in_one_build(built, guide, tmp_path):
    other = tmp_path / "in" / "other.txt"
    other.write_text("Warning signs\n\nCall the ward when the wound is red or wet.", "utf-8")
    result = add(built, guide, other)
    assert len(result.added) == 2 and result.build.sources == 6
    assert len(list((built.index_folder / "builds").iterdir())) == 2


def test_a_file_of_the_corpus_is_refused_by_name_and_nothing_changes(built, small_corpus):
    before = current_folder(built)
    path = small_corpus.path("003_leaflet")
    result = add(built, path)
    assert result.added == () and "in the corpus already, as 003_leaflet" in result.refused[0].reason
    assert current_folder(built) == before
    assert library(built).known_files([path])[path].id == "003_leaflet"


def test_the_same_file_twice_in_one_command_is_added_once(built, guide):
    copy = guide.with_name("copy.md")
    copy.write_text(GUIDE, "utf-8")
    result = add(built, guide, copy)
    assert len(result.added) == 1 and len(result.refused) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("empty.txt", b"", "empty.txt is empty", id="empty"),
        pytest.param(
            "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as .docx", id="Word"
        ),
        pytest.param("a.zip", b"PK\x03\x04broken", "a.zip is a damaged", id="archive"),
        pytest.param("bad.xml", b"<article><title>Never closed", "not well-formed", id="XML"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_line_and_the_others_are_not(
    built, guide, name, content, message
):
    bad = guide.with_name(name)
    bad.write_bytes(content)
    refused, found = library(built).examine([bad, guide])
    assert isinstance(refused, Refused) and message in refused.reason and "\n" not in refused.reason
    assert isinstance(found, Candidate)


def test_what_is_no_file_is_refused(built, tmp_path):
    for path in (tmp_path / "none.pdf", tmp_path):
        (found,) = library(built).examine([path])
        assert isinstance(found, Refused) and str(path) in found.reason


def test_a_document_that_is_like_another_is_pointed_out(built, guide, tmp_path):
    add(built, guide, title="Care after a filler")
    later = tmp_path / "in" / "later.md"
    later.write_text(NEWER, "utf-8")
    (found,) = candidates(built, later, title="Care, newer")
    assert [item.source.title for item in found.similar] == ["Care after a filler"]
    assert found.similar[0].reason == "the same words" and 0.3 < found.similar[0].share < 1


def test_files_of_one_command_that_are_alike_are_pointed_out_too(built, guide):
    later = guide.with_name("later.md")
    later.write_text(NEWER, "utf-8")
    first, second = candidates(built, guide, later)
    assert first.similar == () and [item.source.id for item in second.similar] == [first.source.id]


def test_examining_changes_nothing_of_the_corpus_or_its_index(built, guide):
    before = current_folder(built), files(built)
    candidates(built, guide)
    assert (current_folder(built), files(built)) == before
    assert is_current(built)


def test_a_file_that_was_changed_after_it_was_confirmed_is_not_added(built, guide):
    found = candidates(built, guide)
    guide.write_text(NEWER, "utf-8")
    before = files(built)
    with pytest.raises(CorpusError, match="changed while it was being added"):
        library(built).add(found)
    assert files(built) == before and is_current(built)


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), KeyboardInterrupt(), MemoryError()], ids=lambda error: type(error).__name__
)
def test_a_change_that_fails_leaves_folder_manifest_and_index_as_they_were(built, guide, error):
    found = candidates(built, guide)
    before = files(built), read_manifest(built.corpus_folder), current_folder(built)
    with pytest.raises(type(error)):
        library(built, embedder=FakeEmbedder(error)).add(found)
    assert (files(built), read_manifest(built.corpus_folder), current_folder(built)) == before
    assert is_current(built)


class Meanwhile(FakeEmbedder):
    """Does something the first time it is asked for vectors."""

    def __init__(self, act):
        super().__init__()
        self._act = act

    def encode(self, texts):
        if not self.texts:
            self._act()
        return super().encode(texts)


def test_a_manifest_that_was_edited_meanwhile_stays_and_the_change_is_refused(built, guide):
    manifest = built.corpus_folder / "manifest.toml"
    edited = manifest.read_text("utf-8").replace("Living after", "Life after")
    found = candidates(built, guide)
    before = files(built)
    with pytest.raises(CorpusError, match=r"manifest\.toml was changed meanwhile.*Run the command again"):
        library(built, embedder=Meanwhile(lambda: manifest.write_text(edited, "utf-8"))).add(found)
    assert manifest.read_text("utf-8") == edited
    assert files(built) == before
    assert len(add(built, guide).added) == 1 and "Life after" in manifest.read_text("utf-8")


def test_an_entry_that_was_taken_out_by_hand_meanwhile_keeps_its_file(built, guide):
    manifest = built.corpus_folder / "manifest.toml"
    fewer = manifest.read_text("utf-8").rsplit("[[source]]", 1)[0]
    found = candidates(built, guide)
    before = files(built)
    with pytest.raises(CorpusError):
        library(built, embedder=Meanwhile(lambda: manifest.write_text(fewer, "utf-8"))).add(found)
    assert files(built) == before


def test_no_file_is_removed_while_the_manifest_is_missing(built, guide):
    manifest = built.corpus_folder / "manifest.toml"
    found = candidates(built, guide)
    before = files(built)
    with pytest.raises(CorpusError, match="changed meanwhile"):
        library(built, embedder=Meanwhile(manifest.unlink)).add(found)
    assert files(built) >= before


def test_a_change_while_another_runs_is_refused(built, guide):
    found = candidates(built, guide)
    with only_build(built), pytest.raises(IndexBusyError, match="Wait until it ends"):
        library(built).add(found)


def test_a_sources_folder_that_leads_elsewhere_is_not_written_to(tmp_path, guide):
    config = IngestConfig(corpus_folder=tmp_path / "corpus", index_folder=tmp_path / "index")
    outside = tmp_path / "outside"
    outside.mkdir()
    config.corpus_folder.mkdir()
    (config.corpus_folder / "sources").symlink_to(outside)
    found = list(library(config).examine([guide]))
    with pytest.raises(CorpusError, match="leads out of the corpus folder"):
        library(config).add(found)
    assert list(outside.iterdir()) == []


def test_corrections_are_taken_with_and_without_reading_the_file_again(built, guide):
    (found,) = candidates(built, guide)
    found = library(built).corrected(found, {"year": 2021, "kind": "guideline"})
    found = library(built).corrected(found, {"title": "Care after a filler", "authors": ["Ida Frost"]})
    library(built).add([found])
    document = list(open_index(built).documents.values())[-1]
    assert (document.source.year, document.source.kind) == (2021, "guideline")
    assert document.source.authors == ("Ida Frost",)
    # with its title known the document's first heading is its title, not a section
    assert [section.path for section in document.sections if section.path] == ["Rest", "Control"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"kind": "blog"}, "kind = 'blog' should be one of", id="value"),
        pytest.param({"colour": "red"}, "unknown colour", id="field"),
        pytest.param({"path": "/etc/passwd"}, "path cannot be given", id="path"),
        pytest.param({"id": "../x"}, "id cannot be given", id="id"),
    ],
)
def test_a_wrong_correction_is_named(built, guide, changes, message):
    (found,) = candidates(built, guide)
    with pytest.raises(ManifestError, match=message):
        library(built).corrected(found, changes)


def test_a_removed_document_is_gone_from_manifest_folder_and_index(built):
    (source,) = [s for s in read_manifest(built.corpus_folder) if s.id == "003_leaflet"]
    result = library(built).remove([source])
    assert result.removed == (source,) and result.build.embedded == 0
    assert "003_leaflet.txt" not in files(built)
    assert "003_leaflet" not in open_index(built).documents
    assert "Walking is allowed" not in texts(built)


def test_the_last_document_cannot_be_removed(built):
    before = files(built)
    with pytest.raises(CorpusError, match="at least one document"):
        library(built).remove(read_manifest(built.corpus_folder))
    assert files(built) == before and is_current(built)


def test_a_removal_that_fails_removes_no_file(built, small_corpus):
    sources = read_manifest(built.corpus_folder)
    small_corpus.path("001_case").write_text("altered", "utf-8")
    with pytest.raises(CorpusError, match="was changed"):
        library(built).remove([sources[3]])
    assert "003_leaflet.txt" in files(built)


def test_a_new_version_keeps_the_id_and_what_a_person_confirmed(built, guide):
    (old,) = add(built, guide, title="Care after a filler", kind="guideline", authors=["Ida Frost"]).added
    guide.write_text(NEWER, "utf-8")
    (new,) = library(built).examine([guide], {"year": 2022}, instead_of=old)
    assert new.similar == ()
    result = library(built).replace(old, new)
    (source,) = result.added
    assert (source.id, source.kind, source.authors) == (old.id, "guideline", ("Ida Frost",))
    assert source.year == 2022 and source.path != old.path and source.sha256 != old.sha256
    assert old.path.split("/")[1] not in files(built)
    assert "three hours" in texts(built) and "one hour" not in texts(built)
    assert [s.id for s in read_manifest(built.corpus_folder)] == [*FILES, old.id]


def test_a_document_that_was_changed_meanwhile_is_not_replaced(built, guide):
    old = read_manifest(built.corpus_folder)[3]
    (new,) = library(built).examine([guide], {}, instead_of=old)
    with pytest.raises(CorpusError, match="changed meanwhile"):
        library(built).replace(replace(old, title="Another"), new)


def test_a_document_is_found_by_the_start_of_its_id(built):
    assert library(built).source("003").id == "003_leaflet"
    for name in ("00", "7"):
        with pytest.raises(CorpusError, match="python -m ingest list"):
            library(built).source(name)


def test_the_document_of_a_source_is_that_of_the_index_or_is_read(built, config):
    source = read_manifest(built.corpus_folder)[1]
    assert library(built).document(source) == open_index(built).documents[source.id]
    unbuilt = replace(built, index_folder=built.index_folder.parent / "none")
    assert library(unbuilt).document(source).source == source
