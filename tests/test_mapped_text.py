import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapped_text import MappedText, join, plain

LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Fragments of Markdown files as converters and people write them.
FRAGMENTS = (
    "leak", "ﬁller", "T7", "36.2°C", "10⁵", "½", "Č", "骨", "(Figure 2)", "[3,7]", "< 1.7", "≤ 5", "14 %",
    "**bold**", "*et al*", "***both***", "p* < 0.05", "5*3 and 4*2", "a * b",
    "[text](https://example.org/a)", "[Table 1](#)", "[\\[CrossRef\\]](#)", "![image](a.png)",
    "[doi](https://doi.org/10.1016/S0140-6736(09)1)", "<https://example.org>", "\\*", "\\_", "soft\u00adly",
    "zero\u200bwidth", "\u2028", "\u00a0", "\t", "  ", " ", "\n", "•",
)  # fmt: skip


def cleaned(text, markdown=True):
    return MappedText.of_file(text).clean(markdown=markdown)


def file_slice(text, mapped):
    return text[mapped.starts[0] : mapped.ends[-1]]


@given(st.text(), st.booleans())
def test_every_character_stands_for_one_of_the_file_and_keeps_the_order(text, markdown):
    mapped = cleaned(text, markdown)
    assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
    assert list(mapped.starts) == sorted(mapped.starts)
    for character, start, end in zip(mapped.text, mapped.starts, mapped.ends, strict=True):
        original = text[start:end]
        spaces = character == " " and any(letter.isspace() for letter in original)
        assert spaces or character in original or any(character in LIGATURES.get(c, "") for c in original)


@given(st.text(), st.booleans())
def test_white_space_is_single_and_never_at_either_end(text, markdown):
    result = cleaned(text, markdown).text
    assert result == result.strip()
    assert not re.search(r"[^\S\t ]|  | \t|\t ", result)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join), st.booleans())
def test_the_cleaned_text_equals_its_place_in_the_file(text, markdown):
    mapped = cleaned(text, markdown)
    if mapped.text:
        assert plain(file_slice(text, mapped)) == plain(mapped.text)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_the_normalisation_changes_nothing_the_second_time(text):
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param("a ﬁne ﬂow", "a fine flow", id="ligatures"),
        pytest.param("os\u00adteo\u200bporosis", "osteoporosis", id="invisible"),
        pytest.param("one\u2028two\u2029three", "one two three", id="separators of lines"),
        pytest.param("one\ntwo \u00a0three", "one two three", id="white space"),
        pytest.param("Sodium \t 139", "Sodium\t139", id="tab between cells"),
        pytest.param("dose 10⁵ or ½", "dose 10⁵ or ½", id="superscript and fraction"),
        pytest.param("**A** *b* ***c***", "A b c", id="emphasis"),
        pytest.param("Berg *et al*[2]", "Berg et al[2]", id="emphasis inside words"),
        pytest.param("**EDITORIAL****Study**", "EDITORIALStudy", id="two in a row"),
        pytest.param("\\*leak**bold**", "*leakbold", id="escaped star before emphasis"),
        pytest.param("5*3 and 4*2", "5*3 and 4*2", id="multiplication"),
        pytest.param("of *size 5*3 mm", "of *size 5*3 mm", id="multiplication after a star"),
        pytest.param("p* < 0.05 and q* > 1", "p* < 0.05 and q* > 1", id="star of a footnote"),
        pytest.param("see [Table 1](#).", "see Table 1.", id="link"),
        pytest.param("[a](https://b.org/x(1)y)", "a", id="brackets in an address"),
        pytest.param("[\\[CrossRef\\]](#)", "[CrossRef]", id="escaped brackets"),
        pytest.param("<https://b.org>", "https://b.org", id="address"),
        pytest.param("rev\\_2", "rev_2", id="escape"),
        pytest.param("rev\\\\_2", "rev_2", id="escape that was escaped"),
        pytest.param("[3,7] and (a)", "[3,7] and (a)", id="reference marker"),
        pytest.param("n < 5 and m > 3", "n < 5 and m > 3", id="less and greater"),
    ],
)
def test_markdown_is_cleaned_to_what_is_read(file, expected):
    assert cleaned(file).text == expected


def test_mark_up_stays_when_the_text_is_no_markdown():
    assert cleaned("**A** [b](c) \\_", markdown=False).text == "**A** [b](c) \\_"


def test_what_is_kept_of_mark_up_stands_for_all_of_it():
    text = "a  **b** [cd](#) e"
    mapped = cleaned(text)
    spans = zip(mapped.text, mapped.starts, mapped.ends, strict=True)
    assert [(character, text[start:end]) for character, start, end in spans] == [
        ("a", "a"), (" ", "  "), ("b", "**b**"), (" ", " "),
        ("c", "[c"), ("d", "d](#)"), (" ", " "), ("e", "e"),
    ]  # fmt: skip


def test_a_character_of_a_ligature_stands_for_the_whole_ligature():
    mapped = cleaned("a ﬃ b")
    assert mapped.text == "a ffi b"
    assert mapped.starts == (0, 1, 2, 2, 2, 3, 4)
    assert mapped.ends == (1, 2, 3, 3, 3, 4, 5)


def test_stripping_white_space_alone_leaves_nothing():
    assert len(MappedText.of_file(" \n ").strip()) == 0


def test_pieces_are_joined_by_white_space_that_stands_for_nothing():
    file = MappedText.of_file("ab--cd")
    joined = join([file.slice(0, 2), file.slice(4)], " ")
    assert joined.text == "ab cd"
    assert (joined.starts[2], joined.ends[2]) == (2, 2)
    assert joined.starts[3:] == (4, 5)


def test_only_white_space_joins_pieces():
    with pytest.raises(ValueError, match="white space"):
        join([MappedText.of_file("a"), MappedText.of_file("b")], " and ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("p &lt; 0.05", "p < 0.05", id="entity"),
        pytest.param("&amp;lt;b&amp;gt;", "&lt;b&gt;", id="entity escaped twice"),
        pytest.param("CO<sub>2</sub>", "CO2", id="subscript"),
        pytest.param("<p>One.</p><p>Two.</p>", "One. Two.", id="paragraphs"),
        pytest.param("<![CDATA[5 < 6]]>", "5 < 6", id="CDATA"),
        pytest.param("a<!-- note --> b", "a b", id="comment"),
        pytest.param("*Bone* **2010**", "Bone 2010", id="emphasis"),
        pytest.param("of\n\u00a0 the", "of the", id="white space"),
    ],
)
def test_texts_that_read_the_same_are_the_same_after_normalisation(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("41 %", "14 %"), ("5.0", "50"), ("not safe", "safe"), ("T7", "T8"), ("≤ 5", "≥ 5"), ("1-2", "12")],
)
def test_texts_that_say_something_else_stay_different(one, other):
    assert plain(one) != plain(other)
