"""The folders of builds: what a full disk, a power cut or a server that went away does to them."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import files_of_at_most, ignore

from ingest.builds import swap_in, write_whole
from ingest.errors import IndexBuildError
from ingest.index import current_folder
from ingest.pipeline import build


@pytest.fixture
def synced(monkeypatch):
    """The paths of files and folders that were written to the disk for good, in order."""
    paths, sync = [], os.fsync

    def recorded(number):
        paths.append(Path(f"/proc/self/fd/{number}").readlink())
        sync(number)

    monkeypatch.setattr(os, "fsync", recorded)
    return paths


def test_a_file_that_could_not_be_written_leaves_the_old_one_and_no_half_of_the_new(tmp_path):
    path = tmp_path / "file"
    write_whole(path, b"old")
    with files_of_at_most(100), pytest.raises(OSError, match="large"):
        write_whole(path, b"x" * 1_000)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_written_has_its_name_on_the_disk_too(tmp_path, synced):
    write_whole(tmp_path / "file", b"new")
    assert synced == [tmp_path / "file.new", tmp_path]


def test_all_of_a_build_is_on_the_disk_before_it_counts_as_whole(config, embedder, synced):
    build(config, ignore, embedder=embedder)
    folder = current_folder(config)
    whole = synced.index(folder / "index.json.new")
    parts = set(folder.rglob("*")) - {folder / "index.json"}
    assert {path.name for path in parts} >= {"documents.jsonl", "chroma.sqlite3", "sentences.npy"}
    assert {folder.parent, folder, *parts} <= set(synced[:whole])
    assert synced.index(config.index_folder / "CURRENT.new") > whole


def test_a_build_that_could_not_be_swapped_in_is_said_to_be_whole(built):
    (built.index_folder / "CURRENT.new").mkdir()
    with pytest.raises(IndexBuildError, match="new index is whole.*python -m ingest build"):
        swap_in(built, current_folder(built), ignore)


def test_an_old_build_that_cannot_be_removed_is_reported_and_keeps_nothing_from_being_swapped_in(built):
    new, old = (built.index_folder / "builds" / name for name in ("new", "old"))
    for folder in (new, old):
        folder.mkdir()
    reports = []
    gone = replace(built, chroma_url="http://127.0.0.1:9")  # where nothing listens
    swap_in(gone, new, reports.append)
    assert current_folder(built) == new and old.exists()
    assert len(reports) == 1 and f"{old} could not be removed" in reports[0]
