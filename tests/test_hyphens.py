from collections import Counter

import pytest

from ingest.hyphens import belongs, count_words, mend
from ingest.mapped_text import MappedText

NONE: Counter[str] = Counter()


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("the treat-\nment", "the treatment"),
        ("a well-\nknown fact", "a well-known fact"),
        ("long-\nterm", "long-term"),
        ("frame-\nworks", "frameworks"),
        ("spondylo-\ndiscitis", "spondylodiscitis"),
        ("soft\u00ad\nware", "software"),
        ("COVID-\n19", "COVID-19"),
        ("5–\n10 mL", "5–10 mL"),
        ("T12-\nL1", "T12-L1"),
        ("non-\nEnglish", "non-English"),
        ("VERTEBRO-\nPLASTY", "VERTEBROPLASTY"),
        ("one - \ntwo", "one - \ntwo"),
        ("a con-\nsider-\nation", "a consideration"),
    ],
)
def test_words_cut_by_a_line_end_are_whole_again(text, mended):
    assert mend(MappedText.of_file(text), NONE).text == mended


def test_the_document_itself_knows_best():
    assert belongs("re", "-", "fracture", count_words(["The re-fracture was late."]))
    assert not belongs("re", "-", "fracture", count_words(["The refracture was late."]))


def test_the_letter_before_a_dropped_hyphen_stands_for_it_too():
    mended = mend(MappedText.of_file("treat-\nment"), NONE)
    assert list(zip(mended.text, mended.starts, mended.ends, strict=True))[4:6] == [("t", 4, 6), ("m", 7, 8)]


def test_a_hyphen_that_stays_stands_for_itself():
    mended = mend(MappedText.of_file("well-\nknown"), NONE)
    assert (mended.starts[4], mended.ends[4], mended.starts[5]) == (4, 5, 6)
