"""The libraries that were written for training, as they are in the repository."""

import re
from pathlib import Path

import pytest

from assistant.training.data import is_held_out, read_documents
from eval.cases import CASES

LIBRARIES = Path(__file__).parents[1] / "assistant/training/libraries.jsonl.gz"


@pytest.fixture(scope="module")
def libraries():
    return read_documents([LIBRARIES])


def words(text):
    return " ".join(re.findall(r"\w+", text.lower()))


def test_every_library_has_several_texts_and_questions_of_both_sorts(libraries):
    assert len({library.id for library in libraries}) == len(libraries) > 200
    for library in libraries:
        assert len(library.starts) > 2
        assert any(asked.evidence for asked in library.asked)
        assert any(not asked.evidence for asked in library.asked)
        questions = [asked.question for asked in library.asked]
        assert len(set(questions)) == len(questions)


def test_some_libraries_are_kept_to_measure_on(libraries):
    assert 5 <= sum(is_held_out(library) for library in libraries) <= len(libraries) // 10


def test_what_the_assistant_is_evaluated_on_is_not_trained_on(libraries):
    evaluated = words(CASES.read_text("utf-8"))
    for library in libraries:
        for text in (*library.sentences, *(asked.question for asked in library.asked)):
            assert "vertebroplasty" not in text.lower()
            assert "kyphoplasty" not in text.lower()
            # One or two words ("antibiotics?") may well stand in both.
            assert len(text.split()) < 3 or f" {words(text)} " not in evaluated
