import numpy as np
import pytest

from assistant.retrieve import RetrieveConfig, retrieve, standard_scores
from ingest.records import Passage

WORDS = ("cement leaks", "needle angle", "fever after", "balloon height")


class FakeIndex:
    """Four passages of one sentence, two of source "s" and two of "t"; their vectors are the axes."""

    def __init__(self, lexical=(0.0, 0.0, 0.0, 0.0)):
        self.passages = tuple(
            Passage(f"p{i}", "sstt"[i], text, 0, len(text), "", ((0, len(text)),), (None,))
            for i, text in enumerate(WORDS)
        )
        self._lexical = np.array(lexical, dtype=np.float32)

    def lexical_scores(self, question):
        return self._lexical

    def nearest(self, vector, count, sources=()):
        order = [int(i) for i in np.argsort(-vector, kind="stable")]
        kept = [i for i in order if not sources or self.passages[i].source_id in sources]
        return [(i, float(vector[i])) for i in kept[:count]]

    def sentence_vectors(self, number):
        return np.eye(4, dtype=np.float32)[[number]]


def numbers(hits):
    return [hit.number for hit in hits]


def test_the_nearest_passage_comes_first_when_no_word_matches():
    vector = np.array([0.1, 0.9, 0.2, 0.0], dtype=np.float32)
    hits = retrieve(FakeIndex(), "?", vector, RetrieveConfig(passages=2))
    assert numbers(hits) == [1, 2]
    assert [hit.rank for hit in hits] == [1, 2]


def test_words_lift_a_passage_over_one_that_is_as_near():
    vector = np.array([0.5, 0.5, 0.0, 0.0], dtype=np.float32)
    hits = retrieve(FakeIndex((0, 3, 0, 0)), "?", vector, RetrieveConfig(passages=4))
    assert numbers(hits)[0] == 1


def test_a_passage_found_by_words_alone_is_a_candidate():
    vector = np.array([0.9, 0.3, 0.2, 0.0], dtype=np.float32)
    config = RetrieveConfig(candidates=2, passages=4)
    assert 3 in numbers(retrieve(FakeIndex((0, 0, 0, 5)), "?", vector, config))
    assert 3 not in numbers(retrieve(FakeIndex(), "?", vector, config))


def test_scores_fall_with_rank():
    vector = np.array([0.4, 0.8, 0.1, 0.3], dtype=np.float32)
    hits = retrieve(FakeIndex((1, 0, 2, 0)), "?", vector, RetrieveConfig(passages=4))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("source", "expected"), [("s", {0, 1}), ("t", {2, 3})])
def test_only_passages_of_the_named_sources_are_found_by_meaning_or_by_words(source, expected):
    vector = np.array([0.9, 0.1, 0.8, 0.2], dtype=np.float32)
    hits = retrieve(FakeIndex((0, 5, 0, 5)), "?", vector, RetrieveConfig(), [source])
    assert set(numbers(hits)) == expected


@pytest.mark.parametrize("values", [[1.0, 2.0, 4.0], [-3.0, 0.0, 3.0, 9.0]])
def test_standard_scores_have_mean_0_and_deviation_1(values):
    scores = standard_scores(np.array(values))
    assert scores.mean() == pytest.approx(0)
    assert scores.std() == pytest.approx(1)


def test_standard_scores_of_equal_values_are_zeros():
    assert standard_scores(np.array([2.0, 2.0])).tolist() == [0.0, 0.0]
