from contextlib import closing

import numpy as np
import pytest
from conftest import FakeEmbedder, hashed

from ingest.errors import IndexBuildError
from ingest.vector_cache import BATCH, VectorCache, cache_path, key_of

TEXTS = [f"{'word ' * n}number {n}" for n in range(BATCH + 10)]


@pytest.fixture
def cache(tmp_path):
    with closing(VectorCache(tmp_path / "vectors.sqlite3")) as cache:
        yield cache


def fill(cache, texts):
    embedder = FakeEmbedder()
    cache.queue(texts)
    list(cache.embed(embedder))
    return embedder.texts


def test_each_distinct_text_waits_once_and_is_embedded_once(cache):
    cache.queue([*TEXTS, *TEXTS])
    assert cache.waiting() == (len(TEXTS), sum(map(len, TEXTS)))
    steps = list(cache.embed(embedder := FakeEmbedder()))
    assert [count for count, _ in steps] == [BATCH, 10]
    assert sum(characters for _, characters in steps) == sum(map(len, TEXTS))
    assert sorted(embedder.texts) == sorted(TEXTS)
    assert cache.waiting() == (0, 0)


def test_texts_of_one_step_are_of_one_length_the_longest_first(cache):
    assert fill(cache, TEXTS) == sorted(TEXTS, key=len, reverse=True)


def test_a_text_that_is_known_does_not_wait(cache):
    fill(cache, TEXTS)
    assert fill(cache, [TEXTS[3], "a new one"]) == ["a new one"]


def test_vectors_come_in_the_order_of_their_keys(cache):
    fill(cache, TEXTS)
    asked = [TEXTS[5], TEXTS[0], TEXTS[5]]
    vectors = cache.vectors([key_of(text) for text in asked])
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.array([hashed(text) for text in asked]))


def test_more_keys_than_one_query_takes_are_found(cache):
    texts = [f"text {n}" for n in range(2_500)]
    fill(cache, texts)
    assert cache.vectors([key_of(text) for text in texts]).shape == (2_500, 16)


def test_a_vector_that_is_missing_is_an_error_that_says_what_to_do(cache):
    with pytest.raises(IndexBuildError, match="python -m ingest build --force"):
        cache.vectors([key_of("never seen")])


def test_steps_that_were_done_stay_when_the_embedder_fails(tmp_path):
    path = tmp_path / "v.sqlite3"
    with closing(VectorCache(path)) as cache:
        cache.queue(TEXTS)
        with pytest.raises(MemoryError):
            list(cache.embed(FakeEmbedder(MemoryError(), after=BATCH)))
    with closing(VectorCache(path)) as cache:
        assert cache.waiting() == (0, 0)  # what waited is known anew from the corpus
        assert len(fill(cache, TEXTS)) == 10


def test_what_is_not_used_is_cleared_when_it_is_most(cache):
    fill(cache, TEXTS)
    used = [key_of(text) for text in TEXTS]
    cache.clear(used[: len(used) // 2 + 1])
    assert len(cache.vectors(used)) == len(used)
    cache.clear(used[:5])
    assert len(cache.vectors(used[:5])) == 5
    with pytest.raises(IndexBuildError):
        cache.vectors(used[5:6])


def test_a_file_that_is_no_database_is_made_anew(tmp_path):
    path = tmp_path / "v.sqlite3"
    path.write_bytes(b"this is no database, it is a line of text\n" * 50)
    with closing(VectorCache(path)) as cache:
        assert fill(cache, ["one"]) == ["one"]


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(IndexBuildError, match="could not be written.*ASSISTANT_INDEX"):
        VectorCache(tmp_path / "none" / "v.sqlite3")


def test_each_model_has_a_file_of_its_own(tmp_path):
    assert cache_path(tmp_path, "sha256:1") != cache_path(tmp_path, "hub:a/b")
    assert cache_path(tmp_path, "hub:a/b").parent == tmp_path
