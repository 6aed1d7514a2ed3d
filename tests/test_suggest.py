import numpy as np
import pytest

from assistant.examples import checked_corpus, examples
from assistant.suggest import Suggester
from ingest.config import IngestConfig
from ingest.index import corpus_digest
from ingest.pipeline import read_corpus

ALL = [question for topic in examples() for question in topic.questions]


class ByPlace:
    """Vectors by which the examples come in their order for any question."""

    def encode(self, texts):
        if len(texts) > 1:
            return np.array([[1 - place / 100, 0] for place in range(len(texts))], dtype=np.float32)
        return np.array([[1, 0]], dtype=np.float32)


class Asked:
    """Keeps what it was asked and answers all but some."""

    def __init__(self, *refused):
        self.questions = []
        self._refused = refused

    def __call__(self, question):
        self.questions.append(question)
        return question not in self._refused


def test_of_the_corpus_that_was_checked_the_nearest_three_are_offered_and_none_is_asked():
    asked = Asked()
    suggester = Suggester(ByPlace(), checked_corpus(), asked)
    assert suggester.offered("?", ()) == tuple(ALL[:3])
    assert asked.questions == []


def test_of_another_corpus_only_what_was_answered_is_offered_and_each_is_asked_once():
    asked = Asked(ALL[1])
    suggester = Suggester(ByPlace(), "another", asked)
    for _ in range(2):
        assert suggester.offered("?", ()) == (ALL[0], ALL[2], ALL[3])
    assert asked.questions == ALL[:4]


@pytest.mark.parametrize("known", [ALL[0], ALL[0].upper(), f" {ALL[0]} "])
def test_a_question_that_was_asked_is_not_offered_again(known):
    suggester = Suggester(ByPlace(), checked_corpus(), Asked())
    assert ALL[0] not in suggester.offered("?", (known,))


def test_the_corpus_that_was_checked_is_the_one_that_is_shipped():
    documents = read_corpus(IngestConfig().corpus_folder)
    assert corpus_digest(tuple(document.source for document in documents)) == checked_corpus()
