"""Passages in a Chroma server of its own: build, search, and what is said when it is gone."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import chromadb
import pytest
from conftest import FILES, FakeEmbedder, hashed, ignore

from ingest.config import ingest_config
from ingest.errors import IndexBuildError, IndexDamagedError, IndexMismatchError, IndexStateError
from ingest.index import current_folder, open_index
from ingest.pipeline import build

SECONDS_TO_START = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A Chroma server on a free port of this machine."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        program = Path(sys.executable).parent / "chroma"
        self.process = subprocess.Popen(
            [program, "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self):
        until = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None and time.monotonic() < until, "Chroma did not start"
                time.sleep(0.05)

    def collections(self):
        settings = chromadb.Settings(anonymized_telemetry=False)
        client = chromadb.HttpClient(host="127.0.0.1", port=self.port, settings=settings)
        return {collection.name for collection in client.list_collections()}

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that all tests share but those that stop one."""
    running = Server(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


@pytest.fixture
def served(config, server):
    """The configuration of an index whose passages are in the server; nothing is built yet."""
    return replace(config, chroma_url=server.url)


def test_the_address_is_one_setting():
    assert ingest_config({"ASSISTANT_CHROMA_URL": "http://db:8000"}).chroma_url == "http://db:8000"


def test_an_index_in_a_server_answers_as_one_in_this_process(served, built, embedder):
    embedded = open_index(built)
    other = replace(served, index_folder=served.index_folder.parent / "served")
    build(other, ignore, embedder=embedder)
    index = open_index(other)
    assert not (current_folder(other) / "chroma").exists()
    vector = hashed("thick filler in a vein")
    found, expected = index.nearest(vector, 5), embedded.nearest(vector, 5)
    assert [number for number, _ in found] == [number for number, _ in expected]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-5)


def test_a_second_build_embeds_nothing_and_a_changed_source_only_its_texts(served, small_corpus, embedder):
    build(served, ignore, embedder=embedder)
    assert build(served, ignore, embedder=FakeEmbedder()).unchanged
    text = FILES["003_leaflet"][2].replace("two hours", "one long hour")
    small_corpus.write(**{"003_leaflet": text})
    assert 0 < build(served, ignore, embedder=FakeEmbedder()).embedded < 5


def test_collections_of_builds_before_the_last_are_removed(served, server, small_corpus):
    before = server.collections()
    for hours in ("three", "four", "five"):
        small_corpus.write(**{"003_leaflet": FILES["003_leaflet"][2].replace("two", hours)})
        build(served, ignore, embedder=FakeEmbedder())
    kept = {f"passages-{folder.name}" for folder in (served.index_folder / "builds").iterdir()}
    assert server.collections() - before == kept
    assert len(kept) == 2


def test_a_build_that_fails_leaves_no_collection(served, server):
    class Spoiler(FakeEmbedder):
        """Gives vectors of different lengths, of which no index can be made."""

        def encode(self, texts):
            vectors = list(super().encode(texts))
            return [vector[: 8 + i % 2] for i, vector in enumerate(vectors)]

    before = server.collections()
    with pytest.raises(IndexBuildError, match="another length"):
        build(served, ignore, embedder=Spoiler())
    assert server.collections() == before
    assert list((served.index_folder / "builds").iterdir()) == []


def test_a_collection_that_is_gone_from_the_server_is_damage(served, server, embedder):
    build(served, ignore, embedder=embedder)
    client = chromadb.HttpClient(host="127.0.0.1", port=server.port)
    client.delete_collection(f"passages-{current_folder(served).name}")
    with pytest.raises(IndexDamagedError, match=r"no collection passages-.*Run: python -m ingest build"):
        open_index(served)
    build(served, ignore, embedder=FakeEmbedder())
    assert len(open_index(served).nearest(hashed("filler"), 3)) == 3


def test_an_index_in_this_process_is_not_taken_for_one_in_a_server(served, built):
    with pytest.raises(IndexMismatchError):
        open_index(served)


def test_a_server_that_is_gone_is_named_with_the_setting(config, tmp_path, embedder):
    running = Server(tmp_path / "chroma")
    served = replace(config, chroma_url=running.url)
    build(served, ignore, embedder=embedder)
    index = open_index(served)
    running.stop()
    message = f"server at {running.url} does not answer.*Start it, or unset ASSISTANT_CHROMA_URL"
    for ask in (
        lambda: index.nearest(hashed("filler"), 3),
        lambda: open_index(served),
        lambda: build(served, ignore, embedder=FakeEmbedder()),
    ):
        with pytest.raises(IndexStateError, match=message) as caught:
            ask()
        assert not isinstance(caught.value, IndexDamagedError)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://"])
def test_an_address_without_a_server_is_said_at_once(config, embedder, url):
    with pytest.raises(IndexStateError, match="does not answer|could not be written"):
        build(replace(config, chroma_url=url), ignore, embedder=embedder)
