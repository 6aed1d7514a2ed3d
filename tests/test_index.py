import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest
from conftest import FILES, FakeEmbedder, hashed, ignore

import ingest.chunk
from ingest.chunk import ChunkConfig, embedding_text, sentence_texts
from ingest.config import IngestConfig
from ingest.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from ingest.index import current_folder, index_fingerprint, open_index
from ingest.pipeline import build, is_current

COMMAND = "Run: python -m ingest build"


def test_documents_and_sources_are_in_the_order_of_the_manifest(built):
    index = open_index(built)
    assert list(index.documents) == list(FILES) == [source.id for source in index.sources]


def test_what_is_read_back_is_what_was_made(built, small_corpus):
    index = open_index(built)
    for passage in index.passages:
        made = index.documents[passage.source_id]
        assert made.text[passage.start : passage.end] == passage.text


def test_nearest_are_the_passages_of_highest_cosine(built):
    index = open_index(built)
    vector = hashed("thick filler in a vein")
    texts = [embedding_text(index.documents[p.source_id], p) for p in index.passages]
    cosines = [float(hashed(text) @ vector) for text in texts]
    found = index.nearest(vector, 4)
    assert [cosine for _, cosine in found] == pytest.approx(sorted(cosines, reverse=True)[:4], abs=1e-5)
    assert all(cosine == pytest.approx(cosines[number], abs=1e-5) for number, cosine in found)


def test_more_passages_than_there_are_cannot_be_asked_for(built):
    index = open_index(built)
    assert len(index.nearest(hashed("filler"), 1000)) == len(index.passages)


def test_each_sentence_has_the_vector_of_its_text(built):
    index = open_index(built)
    for number, passage in enumerate(index.passages):
        texts = sentence_texts(index.documents[passage.source_id], passage)
        vectors = index.sentence_vectors(number)
        assert vectors == pytest.approx(np.array([hashed(text) for text in texts]), abs=1e-6)


def test_lexical_scores_cover_every_passage_and_sentence(built):
    index = open_index(built)
    assert index.lexical_scores("breathlessness").shape == (len(index.passages),)
    scores = index.sentence_lexical_scores("breathlessness")
    assert len(scores) == index.sentence_count
    ranges = [index.sentence_range(number) for number in range(len(index.passages))]
    assert [scores[part].size for part in ranges] == [len(p.sentences) for p in index.passages]
    best = int(np.argmax(index.lexical_scores("breathlessness")))
    assert "Breathlessness" in index.passages[best].text
    start, end = index.passages[best].sentences[int(np.argmax(scores[ranges[best]]))]
    made = index.documents[index.passages[best].source_id]
    assert made.text[start:end] == "Breathlessness is the first sign."


def test_without_an_index_the_command_is_named(config):
    with pytest.raises(IndexMissingError, match=COMMAND):
        open_index(config)
    assert not is_current(config)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"chunk": ChunkConfig(target_words=50, max_words=60)}, id="lengths of passages"),
        pytest.param({"embedding_model": "someone/another-model"}, id="model"),
        pytest.param({"chroma_url": "http://127.0.0.1:9"}, id="Chroma server"),
    ],
)
def test_another_configuration_is_refused(built, change):
    with pytest.raises(IndexMismatchError, match=COMMAND):
        open_index(replace(built, **change))
    assert is_current(built)


def test_an_index_that_other_code_made_is_refused(tmp_path):
    shutil.copytree(Path(ingest.chunk.__file__).parent, tmp_path / "ingest")
    with (tmp_path / "ingest" / "chunk.py").open("a", encoding="utf-8") as file:
        file.write("# cut elsewhere\n")
    program = (
        "from ingest.config import IngestConfig; from ingest.index import index_fingerprint; "
        "print(index_fingerprint(IngestConfig(), ()))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert len(run.stdout.strip()) == 64
    assert run.stdout.strip() != index_fingerprint(IngestConfig(), ())


def test_another_corpus_is_refused(built, small_corpus):
    small_corpus.write(**{"003_leaflet": FILES["003_leaflet"][2].replace("two hours", "one hour")})
    with pytest.raises(IndexMismatchError, match=COMMAND):
        open_index(built)
    assert not is_current(built)


INDEX_FILES = (
    "index.json", "sources.json", "documents.jsonl", "passages.jsonl", "passages.npy", "sentences.npy",
    "lexical-passages/vocab.index.json", "lexical-sentences/data.csc.index.npy", "chroma/chroma.sqlite3",
)  # fmt: skip


@pytest.mark.parametrize("name", INDEX_FILES)
@pytest.mark.parametrize("damage", ["deleted", "cut off", "altered"])
def test_a_damaged_file_is_noticed_and_healed_by_the_command_that_the_error_names(built, name, damage):
    path = current_folder(built) / name
    content = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    elif damage == "cut off":
        path.write_bytes(content[: len(content) // 3])
    else:
        path.write_bytes(b"?" + content[1:])
    with pytest.raises(IndexDamagedError, match=COMMAND):
        open_index(built)
    reports = []
    build(built, reports.append, embedder=FakeEmbedder())
    assert "damaged" in reports[0]
    assert len(open_index(built).nearest(hashed("filler"), 3)) == 3


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param("[]", id="a list"),
        pytest.param("7", id="a number"),
        pytest.param("{}", id="no fields"),
        pytest.param(
            json.dumps({"fingerprint": 1, "corpus_digest": "", "model": "", "code": "", "files": {}}),
            id="types",
        ),
        pytest.param(
            json.dumps({"fingerprint": "", "corpus_digest": "", "model": "", "code": "", "files": {}}),
            id="no files",
        ),
        pytest.param(
            json.dumps({"fingerprint": "", "corpus_digest": "", "model": "", "code": "", "files": [1]}),
            id="no table",
        ),
    ],
)
def test_facts_that_say_nothing_are_damage(built, facts):
    (current_folder(built) / "index.json").write_text(facts, "utf-8")
    with pytest.raises(IndexDamagedError, match=COMMAND):
        open_index(built)
    assert not is_current(built)


@pytest.mark.parametrize("content", [b"", b"none", b"\xff\xfe\x00", b"../../elsewhere", b"a\x00b"])
def test_a_pointer_to_nothing_is_damage(built, content):
    (built.index_folder / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamagedError, match=COMMAND):
        open_index(built)


def test_a_chroma_folder_that_was_removed_is_noticed(built):
    shutil.rmtree(current_folder(built) / "chroma")
    with pytest.raises(IndexDamagedError, match=f"no collection.*{COMMAND}"):
        open_index(built)


def test_a_passage_that_is_gone_from_chroma_is_noticed(built):
    folder = current_folder(built)
    settings = chromadb.Settings(anonymized_telemetry=False, allow_reset=False)
    client = chromadb.PersistentClient(path=str(folder / "chroma"), settings=settings)
    collection = client.get_collection(f"passages-{folder.name}", embedding_function=None)
    everything = collection.count()
    collection.delete(collection.get(limit=1)["ids"])
    with pytest.raises(IndexDamagedError, match=f"holds {everything - 1} of {everything}.*{COMMAND}"):
        open_index(built)


def test_the_index_can_be_moved(built, tmp_path):
    moved = replace(built, index_folder=tmp_path / "moved")
    built.index_folder.rename(moved.index_folder)
    assert len(open_index(moved).nearest(hashed("filler"), 2)) == 2
    assert build(moved, ignore, embedder=FakeEmbedder()).unchanged
