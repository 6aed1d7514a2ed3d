import re

import numpy as np
import pytest
from sources import document, source

from ingest.duplicates import NUMBERS, SIMILAR, signature, similar

PROSE = " ".join(
    f"Sentence {n} of this text tells that thing {n * 7} was seen in patient {n * 13}." for n in range(60)
)


def shared(one, other):
    """Share of five-word runs, counted."""
    sets = []
    for text in (one, other):
        words = re.findall(r"\w+", text.casefold())
        sets.append({tuple(words[i : i + 5]) for i in range(len(words) - 4)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def changed(every):
    words = PROSE.split()
    return " ".join("other" if n % every == 0 else word for n, word in enumerate(words)) + "."


@pytest.mark.parametrize("every", [200, 20, 9])
def test_the_share_is_near_the_one_that_is_counted(every):
    one, other = signature(document(PROSE, "web-text")), signature(document(changed(every), "web-text"))
    assert float((one == other).mean()) == pytest.approx(shared(PROSE, changed(every)), abs=0.1)


def test_layout_and_case_change_nothing():
    lines = PROSE.upper().replace(" Sentence", "\n\nSentence")
    assert (signature(document(PROSE, "web-text")) == signature(document(lines, "web-text"))).all()


def test_no_two_documents_of_the_corpus_are_alike(documents):
    signatures = np.array([signature(item) for item in documents])
    for i, item in enumerate(documents):
        others = [other.source for other in documents if other is not item]
        assert similar(item.source, signatures[i], others, np.delete(signatures, i, axis=0)) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"sha256": "abc"}, "the same file", id="file"),
        pytest.param({"doi": "10.1/X"}, "the same DOI", id="DOI"),
        pytest.param({"title": "a TITLE"}, "the same title", id="title"),
    ],
)
def test_what_is_the_same_is_named_whatever_the_words(changes, reason):
    own = source(**({"sha256": "abc", "doi": "10.1/x", "title": "A title"}))
    other = source(**({"id": "o", "sha256": "def", "title": "Another"} | changes))
    nothing = np.zeros((1, NUMBERS), np.uint32)
    (found,) = similar(own, np.ones(NUMBERS, np.uint32), [other], nothing)
    assert (found.source, found.reason, found.share) == (other, reason, 0.0)


def test_the_most_alike_comes_first_and_what_is_not_alike_not_at_all():
    own = np.arange(NUMBERS, dtype=np.uint32)
    rows = np.tile(own, (3, 1))
    for row, share in enumerate((SIMILAR, 0.9, SIMILAR - 0.05)):
        rows[row, int(np.ceil(share * NUMBERS)) :] = 2**31
    others = [source(id=name, title=name, sha256=name) for name in "abc"]
    found = similar(source(title="own"), own, others, rows)
    assert [item.source.id for item in found] == ["b", "a"]
    assert found[0].share == pytest.approx(0.9, abs=0.01)
