import math
from concurrent.futures import ThreadPoolExecutor

import bm25s
import numpy as np
import pytest

from ingest.errors import IndexDamagedError
from ingest.lexical import LexicalIndex, words

TEXTS = (
    "Cement leaked into the vein.",
    "The vein was filled with cement and more cement.",
    "Type C fractures of L4 healed.",
    "Fever fell on day 7.",
)


@pytest.fixture(scope="module")
def index():
    return LexicalIndex.of(TEXTS)


def test_words_are_stems_without_stop_words():
    assert words(["The leaking of cements", "is it?"]) == [["leak", "cement"], []]


@pytest.mark.parametrize("word", ["C", "L4", "7", "骨"])
def test_single_letters_and_numbers_are_words(word):
    assert words([f"the {word} of"]) == [[word.lower()]]


def test_stems_are_the_same_in_many_threads():
    text = "leakages fractures vertebrae embolisms healing injected " * 50
    expected = words([text])
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(words, [[text]] * 64))


def test_scores_are_highest_where_rare_words_stand(index):
    scores = index.scores("fractures of type C")
    assert scores.shape == (4,)
    assert int(np.argmax(scores)) == 2
    assert scores[[0, 1, 3]].tolist() == [0, 0, 0]


def test_scores_agree_with_a_worked_value():
    # idf = ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) = ln 2; both texts have the mean length, so the term
    # frequency part is 1 * 2.5 / (1 + 1.5) = 1 in Lucene's form without the factor 2.5: 1 / 2.5
    index = LexicalIndex.of(["bone healed", "vein leaked"])
    assert index.scores("bone")[0] == pytest.approx(math.log(2) / 2.5, rel=1e-6)


def test_words_that_no_text_holds_score_nothing(index):
    assert index.scores("xylophone").tolist() == [0, 0, 0, 0]
    assert index.scores("").tolist() == [0, 0, 0, 0]


def test_a_saved_index_scores_the_same(index, tmp_path):
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(TEXTS))
    for question in ("cement", "type C", "nothing"):
        assert loaded.scores(question).tolist() == index.scores(question).tolist()


@pytest.mark.parametrize("damage", ["missing", "garbage"])
def test_a_damaged_index_names_the_command(index, tmp_path, damage):
    folder = tmp_path / "lexical"
    if damage == "garbage":
        index.save(folder)
        (folder / "params.index.json").write_text("{", "utf-8")
    with pytest.raises(IndexDamagedError, match="python -m ingest build"):
        LexicalIndex.load(folder, len(TEXTS))


def test_scores_agree_with_those_of_the_library_alone():
    alone = bm25s.BM25()
    alone.index(words(TEXTS), show_progress=False)
    expected = alone.get_scores(words(["cement in veins"])[0])
    assert LexicalIndex.of(TEXTS).scores("cement in veins").tolist() == pytest.approx(expected.tolist())
