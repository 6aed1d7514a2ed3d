import pytest

from ingest.abbreviations import find_abbreviations, spell_out


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        pytest.param(
            "by percutaneous kyphoplasty (PKP) in", "PKP", "percutaneous kyphoplasty", id="initials"
        ),
        pytest.param("the visual analog scale (VAS) was", "VAS", "visual analog scale", id="three words"),
        pytest.param("polymethyl methacrylate (PMMA)", "PMMA", "polymethyl methacrylate", id="inner letters"),
        pytest.param(
            "vertebral compression fractures (VCFs)", "VCF", "vertebral compression fractures", id="plural"
        ),
    ],
)
def test_a_defined_abbreviation_is_found_with_its_long_form(text, short, long):
    assert find_abbreviations(text) == {short: long}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the spine (see Figure 2) shows", id="figure"),
        pytest.param("in the Netherlands (XYZ) there", id="letters that do not match"),
        pytest.param("the patient (He) was", id="one capital"),
        pytest.param("(PKP)", id="no words before"),
    ],
)
def test_other_brackets_define_nothing(text):
    assert find_abbreviations(text) == {}


def test_spelling_out_keeps_the_short_form_and_leaves_the_definition():
    known = {"PKP": "percutaneous kyphoplasty"}
    text = "After PKP the percutaneous kyphoplasty (PKP) group"
    assert spell_out(text, known) == (
        "After percutaneous kyphoplasty PKP the percutaneous kyphoplasty (PKP) group"
    )


def test_an_abbreviation_inside_a_word_is_left():
    assert spell_out("MRIs and CTA", {"CT": "computed tomography"}) == "MRIs and CTA"


def test_the_corpus_defines_the_procedures(documents):
    found = {short: long.lower() for d in documents for short, long in d.abbreviations}
    assert found["PKP"] == "percutaneous kyphoplasty"
    assert found["PVP"] == "percutaneous vertebroplasty"
