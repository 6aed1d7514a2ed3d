"""Builds of the index: what they embed, and that one that fails leaves the last one answering."""

import errno
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from conftest import FILES, Corpus, FakeEmbedder, files_of_at_most, hashed, ignore

from ingest.chunk import ChunkConfig, chunk, embedding_text, sentence_texts
from ingest.errors import CorpusError, IndexBuildError, IndexMismatchError
from ingest.index import current_folder, open_current, open_index
from ingest.pipeline import build, is_current, read_corpus
from ingest.vector_cache import BATCH

NAME = "003_leaflet"
CHANGED = {NAME: FILES[NAME][2].replace("two hours", "one long hour")}


def builds(config):
    return {folder.name for folder in (config.index_folder / "builds").iterdir()}


def answers(config):
    """Whether the index that CURRENT names can be searched and read."""
    index = open_current(config)
    found = index.nearest(hashed("filler"), 3)
    return len(found) == 3 and all(len(index.sentence_vectors(number)) for number, _ in found)


def test_the_first_build_embeds_each_distinct_text_once(config, embedder):
    expected = set()
    for made in read_corpus(config.corpus_folder):
        for passage in chunk(made, config.chunk):
            expected |= {embedding_text(made, passage), *sentence_texts(made, passage)}
    reports = []
    result = build(config, reports.append, embedder=embedder)
    assert sorted(embedder.texts) == sorted(expected)
    assert (result.embedded, result.sources, result.unchanged) == (len(expected), 4, False)
    assert result.passages == len(open_index(config).passages)
    assert reports == [
        f"4 sources, {result.passages} passages.",
        f"Embedded {len(expected)} of {len(expected)} texts.",
    ]
    assert is_current(config)


def test_a_second_build_embeds_nothing_and_changes_nothing(built, embedder):
    before = {path: path.stat().st_mtime_ns for path in built.index_folder.rglob("*.json")}
    result = build(built, ignore, embedder=embedder)
    assert (result.unchanged, result.embedded, embedder.texts) == (True, 0, [])
    assert {path: path.stat().st_mtime_ns for path in built.index_folder.rglob("*.json")} == before


def test_the_same_corpus_gives_the_same_index(built, config, tmp_path, embedder):
    other = replace(config, index_folder=tmp_path / "other")
    build(other, ignore, embedder=embedder)
    one, two = open_index(built), open_index(other)
    assert one.fingerprint == two.fingerprint
    assert list(one.passages) == list(two.passages)
    question = hashed("thick filler in a vein")
    assert one.nearest(question, 50) == two.nearest(question, 50)


def test_a_forced_build_takes_nothing_from_the_last(built, embedder):
    first = current_folder(built)
    result = build(built, ignore, force=True, embedder=embedder)
    assert result.embedded == len(embedder.texts) > 0
    assert current_folder(built) != first
    assert answers(built)


def test_a_changed_source_embeds_only_its_own_texts(built, small_corpus, embedder):
    small_corpus.write(**CHANGED)
    result = build(built, ignore, embedder=embedder)
    assert 0 < result.embedded == len(embedder.texts) < 5
    assert any("one long hour" in text for text in embedder.texts)
    title = FILES[NAME][1]
    assert all("one long hour" in text or text.startswith(title) for text in embedder.texts)


def test_vectors_that_were_taken_over_are_those_of_their_texts(built, small_corpus, embedder):
    small_corpus.write(**CHANGED)
    build(built, ignore, embedder=embedder)
    index = open_index(built)
    for number, passage in enumerate(index.passages):
        made = index.documents[passage.source_id]
        expected = np.array([hashed(text) for text in sentence_texts(made, passage)])
        assert index.sentence_vectors(number) == pytest.approx(expected, abs=1e-6)
        cosines = dict(index.nearest(hashed(embedding_text(made, passage)), len(index.passages)))
        assert cosines[number] == pytest.approx(1.0, abs=1e-5)


def test_a_source_taken_out_embeds_nothing(built, small_corpus, embedder):
    path = small_corpus.folder / "manifest.toml"
    path.write_text(path.read_text("utf-8").rsplit("[[source]]", 1)[0], "utf-8")
    result = build(built, ignore, embedder=embedder)
    assert (result.sources, result.embedded, result.unchanged) == (3, 0, False)
    assert NAME not in open_index(built).documents


def test_other_lengths_of_passages_embed_no_sentence_again(built, embedder):
    shorter = replace(built, chunk=ChunkConfig(target_words=8, max_words=10))
    build(shorter, ignore, embedder=embedder)
    assert embedder.texts
    titles = tuple(title for _, title, _ in FILES.values())
    assert all(text.startswith(titles) for text in embedder.texts)


def test_another_model_embeds_everything_again(built, embedder):
    build(replace(built, embedding_model="someone/another-model"), ignore, embedder=embedder)
    other = FakeEmbedder()
    build(built, ignore, force=True, embedder=other)
    assert sorted(embedder.texts) == sorted(other.texts)


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), KeyboardInterrupt(), MemoryError()], ids=lambda error: type(error).__name__
)
def test_an_embedder_that_fails_leaves_the_last_index_answering(built, small_corpus, error):
    before = builds(built)
    small_corpus.write(**CHANGED)
    with pytest.raises(type(error)):
        build(built, ignore, embedder=FakeEmbedder(error))
    assert builds(built) == before
    assert answers(built)
    with pytest.raises(IndexMismatchError):
        open_index(built)
    build(built, ignore, embedder=FakeEmbedder())
    assert answers(built) and is_current(built)


def test_a_full_disk_is_said_in_words_and_leaves_the_last_index_answering(built, small_corpus):
    small_corpus.write(**CHANGED)
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(IndexBuildError, match="No space left on device.*ASSISTANT_INDEX.*still answers"):
        build(built, ignore, embedder=FakeEmbedder(full))
    assert answers(built)


@pytest.mark.parametrize("size", [100, 3_000, 40_000])
def test_writing_that_fails_midway_leaves_the_last_index_answering(built, small_corpus, size, embedder):
    before = builds(built)
    assert answers(built)
    small_corpus.write(**CHANGED)
    with files_of_at_most(size), pytest.raises(IndexBuildError, match=r"could not be written.*\. "):
        build(built, ignore, embedder=embedder)
    assert builds(built) == before
    assert answers(built)
    build(built, ignore, embedder=embedder)
    assert answers(built) and is_current(built)


def test_a_folder_that_cannot_be_made_names_the_setting(config, tmp_path, embedder):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(IndexBuildError, match=r"could not be written to .*file/index.*ASSISTANT_INDEX"):
        build(replace(config, index_folder=tmp_path / "file" / "index"), ignore, embedder=embedder)


def test_what_a_killed_build_left_is_removed_by_the_next(built, small_corpus, embedder):
    first = current_folder(built)
    left = built.index_folder / "builds" / "0123456789abcdef"
    (left / "chroma").mkdir(parents=True)
    (left / "documents.json").write_text("[", "utf-8")
    (built.index_folder / "CURRENT.new").write_text("0123456789abcdef", "utf-8")
    assert answers(built)
    small_corpus.write(**CHANGED)
    with files_of_at_most(100), pytest.raises(IndexBuildError):
        build(built, ignore, embedder=embedder)
    assert not left.exists()  # before anything is written: the disk may be full of what was left
    build(built, ignore, embedder=embedder)
    assert builds(built) == {first.name, current_folder(built).name}
    assert not (built.index_folder / "CURRENT.new").exists()


def test_a_whole_build_of_this_corpus_answers_though_it_was_killed_before_its_swap(
    built, small_corpus, embedder
):
    first = current_folder(built)
    small_corpus.write(**CHANGED)
    build(built, ignore, embedder=embedder)
    second = current_folder(built)
    (built.index_folder / "CURRENT").write_text(first.name, "utf-8")  # as if killed just before
    assert is_current(built)
    assert open_index(built).folder == second
    assert build(built, ignore, embedder=FakeEmbedder()).unchanged
    assert current_folder(built) == second


def test_a_build_without_its_last_file_does_not_answer_and_is_made_again(built, small_corpus, embedder):
    first = current_folder(built)
    small_corpus.write(**CHANGED)
    build(built, ignore, embedder=embedder)
    (current_folder(built) / "index.json").unlink()
    (built.index_folder / "CURRENT").write_text(first.name, "utf-8")
    assert not is_current(built)
    assert not build(built, ignore, embedder=FakeEmbedder()).unchanged
    assert answers(built) and is_current(built)


def test_what_was_embedded_before_a_build_was_ended_is_not_embedded_again(config):
    interrupted = FakeEmbedder(KeyboardInterrupt(), after=BATCH)
    many = "\n\n".join(f"Sentence number {n} tells of a thing of its own." for n in range(2 * BATCH))
    Corpus(config.corpus_folder).write(**{NAME: many})
    with pytest.raises(KeyboardInterrupt):
        build(config, ignore, embedder=interrupted)
    again = FakeEmbedder()
    build(config, ignore, embedder=again)
    done = interrupted.texts[:BATCH]
    assert len(done) == BATCH
    assert not set(done) & set(again.texts)


def test_a_damaged_cache_of_vectors_is_made_anew(built, small_corpus, embedder):
    cache = next(built.index_folder.glob("vectors-*.sqlite3"))
    cache.write_bytes(b"no database" * 1000)
    small_corpus.write(**CHANGED)
    assert build(built, ignore, embedder=embedder).embedded > 5
    assert answers(built)


def test_two_builds_at_once_are_refused(config):
    class Impatient(FakeEmbedder):
        def encode(self, texts):
            with pytest.raises(IndexBuildError, match="Another build of .* is running"):
                build(config, ignore, embedder=FakeEmbedder())
            return super().encode(texts)

    assert build(config, ignore, embedder=Impatient()).embedded > 0
    assert answers(config)


def test_the_lock_of_a_killed_build_does_not_keep_the_next_out(config, embedder):
    config.index_folder.mkdir()
    (config.index_folder / "LOCK").write_text("", "utf-8")
    build(config, ignore, embedder=embedder)
    assert answers(config)


def test_an_altered_source_file_stops_the_build_and_leaves_the_last_index_answering(built, small_corpus):
    small_corpus.path(NAME).write_text("It heals.", "utf-8")
    with pytest.raises(CorpusError, match=rf"{NAME}\.txt was changed"):
        build(built, ignore, embedder=FakeEmbedder())
    assert answers(built)
    assert open_index(built).documents[NAME].text != "It heals."


def test_an_index_that_is_open_still_answers_after_the_next_build(built, small_corpus, embedder):
    index = open_index(built)
    small_corpus.write(**CHANGED)
    build(built, ignore, embedder=embedder)
    assert len(index.nearest(hashed("filler"), 3)) == 3
    assert index.lexical_scores("filler").any()


def test_builds_before_the_last_are_removed(built, small_corpus):
    for hours in ("three", "four", "five"):
        small_corpus.write(**{NAME: FILES[NAME][2].replace("two", hours)})
        build(built, ignore, embedder=FakeEmbedder())
    assert len(builds(built)) == 2
    assert answers(built)


def test_a_reader_that_stops_reading_the_reports_is_no_failure_of_the_index(config, embedder):
    def closed(line):
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        build(config, closed, embedder=embedder)


def test_a_cache_of_vectors_that_cannot_be_cleared_is_reported_and_the_new_index_answers(built, small_corpus):
    cache = next(built.index_folder.glob("vectors-*.sqlite3"))
    with closing(sqlite3.connect(cache)) as database, database:
        unused = [(bytes([n, n]), b"") for n in range(250)]
        database.executemany("INSERT INTO vectors VALUES (?, ?)", unused)
        database.execute(
            "CREATE TRIGGER kept BEFORE DELETE ON vectors BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    small_corpus.write(**CHANGED)
    reports = []
    build(built, reports.append, embedder=FakeEmbedder())
    assert "disk is full" in reports[-1]
    assert answers(built) and is_current(built)
