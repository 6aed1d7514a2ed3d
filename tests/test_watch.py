import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import FILES, FakeEmbedder, files_of_at_most, ignore
from test_library import GUIDE, NEWER

from ingest.builds import only_build
from ingest.errors import CorpusError
from ingest.index import open_index
from ingest.library import Library
from ingest.manifest import read_manifest
from ingest.watch import WatchedFolder, changed_files

ROOT = Path(__file__).parent.parent


class Watched:
    """A watched folder with what it told and complained of."""

    def __init__(self, config, folder):
        self.told, self.complaints = [], []
        self.library = Library(config, ignore, embedder=FakeEmbedder())
        self._watched = WatchedFolder(folder, self.library, self.told.append, self.complaints.append)

    def take(self, *paths):
        self._watched.take(paths)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


@pytest.fixture
def watched(built, folder):
    return Watched(built, folder)


def put(folder, name, text=GUIDE):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def added(config):
    return [source for source in read_manifest(config.corpus_folder) if source.id not in FILES]


def test_what_lies_in_the_folder_at_first_is_added(built, folder):
    put(folder, "guide.md")
    watched = Watched(built, folder)
    watched.take()
    assert len(added(built)) == 1 and len(watched.told) == 1
    watched.take()
    assert len(watched.told) == 1


def test_what_is_put_into_it_is_added(built, folder, watched):
    watched.take(put(folder, "guide.md"))
    assert len(open_index(built).documents) == 5


def test_what_is_changed_in_it_is_replaced(built, folder, watched):
    watched.take(put(folder, "guide.md"))
    (before,) = added(built)
    watched.take(put(folder, "guide.md", NEWER))
    (after,) = added(built)
    assert after.id == before.id and after.sha256 != before.sha256


def test_a_version_that_cannot_be_read_does_not_untie_a_file_from_its_document(built, folder, watched):
    watched.take(put(folder, "guide.md"))
    (before,) = added(built)
    watched.take(put(folder, "guide.md", ""))
    assert added(built) == [before] and "empty" in watched.complaints[-1]
    watched.take(put(folder, "guide.md", NEWER))
    (after,) = added(built)
    assert after.id == before.id and after.sha256 != before.sha256


def test_a_file_that_vanishes_after_a_version_that_cannot_be_read_is_told_of_too(built, folder, watched):
    path = put(folder, "guide.md")
    watched.take(path)
    watched.take(put(folder, "guide.md", ""))
    path.unlink()
    watched.take(path)
    (source,) = added(built)
    assert f"python -m ingest remove {source.id}" in watched.complaints[-1]


def test_what_vanishes_from_it_stays_in_the_corpus_with_a_hint(built, folder, watched):
    path = put(folder, "guide.md")
    watched.take(path)
    path.unlink()
    watched.take(path)
    (source,) = added(built)
    assert f"python -m ingest remove {source.id}" in watched.complaints[-1]


def test_a_file_that_is_in_the_corpus_already_is_passed_over_in_silence(built, folder, watched, small_corpus):
    watched.take(put(folder, "leaflet.txt", small_corpus.path("003_leaflet").read_text("utf-8")))
    assert added(built) == [] and watched.complaints == [] and watched.told == []


def test_a_file_that_cannot_be_read_is_complained_of_once_and_again_when_it_changes(built, folder, watched):
    path = put(folder, "empty.txt", "")
    watched.take(path)
    watched.take(path)
    assert len(watched.complaints) == 1 and "empty" in watched.complaints[0]
    watched.take(put(folder, "empty.txt", GUIDE))
    assert len(added(built)) == 1


@pytest.mark.parametrize("name", [".hidden.md", "~$guide.md", "guide.md.part", "guide.md.crdownload"])
def test_files_that_are_not_finished_are_passed_over(built, folder, watched, name):
    watched.take(put(folder, name))
    assert added(built) == [] and watched.complaints == []


def test_what_another_build_kept_out_is_added_later(built, folder, watched):
    with only_build(built):
        watched.take(put(folder, "guide.md"))
    assert added(built) == [] and "Another build" in watched.complaints[0]
    watched.take()
    assert len(added(built)) == 1


def test_what_a_full_disk_kept_out_is_added_later(built, folder):
    watched = Watched(built, folder)
    path = put(folder, "guide.md")
    with files_of_at_most(100):
        watched.take(path)
    assert added(built) == [] and "Free space" in watched.complaints[0]
    watched.take()
    assert len(added(built)) == 1


def test_a_folder_that_is_not_there_or_is_the_corpus_is_refused(built, tmp_path):
    for path in (tmp_path / "none", built.corpus_folder, built.corpus_folder / "sources", tmp_path):
        with pytest.raises(CorpusError):
            Watched(built, path)


def test_a_change_of_the_folder_is_noticed(folder):
    changes = changed_files(folder)
    assert next(changes) == set()
    threading.Timer(0.5, put, (folder, "guide.md")).start()
    until = time.monotonic() + 30
    while (found := next(changes)) == set():
        assert time.monotonic() < until
    assert found == {folder / "guide.md"}


def test_ctrl_c_ends_watching_without_a_traceback(built, folder):
    environment = {
        **os.environ, "ASSISTANT_CORPUS": str(built.corpus_folder), "ASSISTANT_INDEX": str(built.index_folder)
    }  # fmt: skip
    run = subprocess.Popen(
        [sys.executable, "-u", "-m", "ingest", "watch", folder],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stdout.readline().startswith(f"Watching {folder}")
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (130, "")
