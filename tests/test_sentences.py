import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import ends_a_sentence, sentence_spans


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(["Cement leaks.", "Bone heals!", "Is it safe?", "Yes."], id="three marks"),
        pytest.param(["It leaks[16].", "However, it heals."], id="marker before the point"),
        pytest.param(["It leaks. [16]", "However, it heals."], id="marker after the point"),
        pytest.param(["It leaks.[3,7–9]", "However, it heals."], id="markers after the point"),
        pytest.param(['He said "it leaks."', "Then he left."], id="closing quote"),
        pytest.param(["(It leaks.)", "[It heals.]", "“So it is.”"], id="brackets and quotes"),
        pytest.param(["The rate was 4.5.", "5 of 10 leaked."], id="a digit begins"),
        pytest.param(["It fell.", "α-blockers help."], id="a Greek letter begins"),
        pytest.param(["Ein Satz.", "Über Wirbel.", "Čavka wrote.", "État stable."], id="accented capitals"),
        pytest.param(["At 20 breaths/min.", "The lungs were clear."], id="a unit at the end"),
        pytest.param(["Leaks of type B.", "Type S follows veins."], id="a kind named by a letter"),
        pytest.param(["In groups A and B.", "No harm was seen."], id="two kinds"),
        pytest.param(["At level T7.", "Then at L2.", "It healed."], id="vertebrae"),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected):
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Berg et al. The same was seen", id="et al."),
        pytest.param("As in Fig. 3 and Figs. 4, 5", id="figures"),
        pytest.param("J. F. Li and Z. Mao wrote it", id="initials"),
        pytest.param("Dr. Frost saw e.g. Fever vs. Chills", id="titles and Latin"),
        pytest.param("Volume No. 7, pp. 12-15", id="numbers"),
        pytest.param("A dose of 3.5 mL was used", id="decimal point"),
        pytest.param("max. 5 mL, min. 2 mL", id="limits before numbers"),
        pytest.param("12. Results of the trial", id="number of a list"),
        pytest.param("Figure 1. Cement in the canal", id="number of a caption"),
        pytest.param("it leaks. and then it heals", id="small letter follows"),
        pytest.param("it leaks. [16] and then heals", id="small letter follows a marker"),
        pytest.param("www.example.org", id="no white space"),
    ],
)
def test_points_inside_a_sentence_end_nothing(text):
    assert sentences(text) == [text]


def test_empty_text_has_no_sentences():
    assert sentence_spans("") == ()
    assert sentence_spans(" \n") == ()


@given(st.text(alphabet="aA .!?[]3,\"'()\n•é"))
def test_sentences_cover_all_but_white_space_in_order(text):
    spans = sentence_spans(text)
    end = 0
    for start, stop in spans:
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip() != ""
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "text", ["It leaks.", "It leaks[3].", "It leaks. [3,7]", 'He asked "why?"', "These are:", "One;", "Now!"]
)
def test_a_block_that_closes_its_sentence_is_told(text):
    assert ends_a_sentence(text)


@pytest.mark.parametrize("text", ["the improvement of", "delayed", "as Berg et al.", "see Fig.", "", "a, b,"])
def test_a_block_that_breaks_off_is_told(text):
    assert not ends_a_sentence(text)


@pytest.mark.parametrize(
    "text",
    ["Leaks are rare.¹²,¹⁴ They heal.", "Leaks are rare.³⁻⁵ They heal.", 'He said "rare."² They heal.'],
)
def test_raised_reference_markers_belong_to_the_sentence_before_them(text):
    assert [text[slice(*span)] for span in sentence_spans(text)][1:] == ["They heal."]


def test_a_raised_exponent_ends_no_sentence():
    assert len(sentence_spans("There were 10⁵ cells in it. Nothing grew.")) == 2
    assert ends_a_sentence("Nothing grew.¹²") and not ends_a_sentence("There were 10⁵")
