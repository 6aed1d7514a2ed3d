"""Each rule on what is content, with a document that has it and one that only looks so."""

import pytest
from sources import content, document, left_out, source

from ingest.errors import ParseError
from ingest.mapped_text import MappedText
from ingest.parse_xml import RECORD
from ingest.parsed import ParsedBlock
from ingest.structure import (
    AFTER_REFERENCES,
    AUTHORS,
    BACK_MATTER,
    COVER,
    EMPTY_HEADING,
    FURNITURE,
    INFORMATION,
    REFERENCES,
    RUNNING_HEAD,
    structure,
)

TITLE = "Fillers in the spine"
PROSE = "The filler spread along the vein and was seen on the second scan of the lumbar spine."
OTHER = "Nobody in the second group of patients needed another operation within the first year."


def paragraphs(*texts):
    return "\n\n".join(texts)


# Cover page, authors


def test_all_before_the_last_title_above_the_abstract_is_cover():
    made = document(
        paragraphs("# Journal", TITLE, "Repository: X", f"# {TITLE}", "A. Berg", "## Abstract", PROSE),
        title=TITLE,
    )
    assert left_out(made) == {"Journal": COVER, TITLE: COVER, "Repository: X": COVER, "A. Berg": AUTHORS}
    assert content(made) == [PROSE]


def test_a_title_is_found_under_other_mark_up_and_case():
    made = document(paragraphs("Menu of pages", f"**{TITLE.upper()}**", PROSE), title=TITLE)
    assert left_out(made) == {"Menu of pages": COVER}


def test_without_its_title_a_document_has_no_cover():
    made = document(paragraphs("A first line here.", "# Abstract", PROSE), title="Something else")
    assert left_out(made) == {}


def test_a_title_that_stands_on_every_page_leaves_the_pages_in():
    made = document(
        paragraphs(f"# {TITLE}", "## Abstract", PROSE, TITLE, OTHER, TITLE, "It was safe."), title=TITLE
    )
    assert content(made) == [PROSE, OTHER, "It was safe."]
    assert left_out(made) == {TITLE: RUNNING_HEAD}


def test_a_title_that_heads_a_later_page_opens_no_section():
    made = document(
        paragraphs(f"# {TITLE}", "## Abstract", PROSE, "## Course", f"# {TITLE}", OTHER), title=TITLE
    )
    assert left_out(made) == {TITLE: RUNNING_HEAD}
    assert made.section_at(made.text.index(OTHER)).path == "Course"


def test_a_title_in_the_footer_of_a_page_without_abstract_leaves_the_page_in():
    made = document(paragraphs(TITLE, PROSE, "Signs", OTHER, TITLE), "web-text", TITLE)
    assert content(made) == [PROSE, OTHER]


def test_a_title_in_the_menu_above_the_article_is_cover():
    made = document(paragraphs(TITLE, "Doctors", TITLE, PROSE), "web-text", TITLE)
    assert content(made) == [PROSE]
    assert left_out(made)["Doctors"] == COVER


def test_without_an_abstract_nothing_counts_as_authors():
    made = document(paragraphs(f"# {TITLE}", "A line that may be content", PROSE), title=TITLE)
    assert content(made) == ["A line that may be content", PROSE]


def test_a_summary_at_the_end_does_not_make_the_article_its_authors():
    made = document(paragraphs(TITLE, PROSE, "Summary", OTHER), "web-text", TITLE)
    assert content(made) == [PROSE, OTHER]


@pytest.mark.parametrize("label", ["Abstract: ", "Abstract. ", "Summary: ", "ABSTRACT: "])
def test_an_abstract_that_opens_with_its_label_gets_a_heading(label):
    made = document(paragraphs(f"# {TITLE}", "A. Berg", label + PROSE), title=TITLE)
    assert content(made)[-1] == PROSE
    assert made.sections[-1].title == label.strip(" :.")


@pytest.mark.parametrize("text", ["Abstract art hung there.", "Summary statistics follow: none."])
def test_prose_that_opens_with_the_word_abstract_stays_whole(text):
    assert content(document(text)) == [text]


# Labels of article information


@pytest.mark.parametrize(
    "text",
    [
        "Keywords: filler; spine",
        "**Key Words:** filler",
        "Received: 13 June 2023",
        "Published online: April 6, 2024",
        "Academic Editor: A. Berg",
        "Corresponding author: A. Berg, Oslo",
        "© 2024 Example Press. All rights reserved.",
        "©The Author(s) 2024. Published by Example Press.",
        "Copyright: © 2023 by the authors.",
        "Author Contributions: A.B. wrote it.",
        "Funding: none.",
        "Institutional Review Board Statement: Approved.",
        "Conflicts of Interest: The authors declare none.",
        "Conflict-of-interest statement: Nothing to disclose.",
        "Data Availability Statement: On request.",
        "DOI: 10.1000/1",
        "P-Reviewer: Hassel B, Norway",
        "Disclaimer/Publisher’s Note: The statements are those of the authors.".replace("/", ": "),
    ],
)
def test_paragraphs_of_article_information_are_left_out(text):
    made = document(paragraphs(PROSE, text))
    assert content(made) == [PROSE]
    assert set(left_out(made).values()) == {INFORMATION}


@pytest.mark.parametrize(
    "text",
    [
        "Funding decides which trials are done.",
        "Received blood products included plasma.",
        "Published studies report one finding: leaks are silent.",
        "Accepted treatments are rest and braces.",
        "Editors of atlases disagree on the name.",
        "Ethics matter: consent comes first.",
        "Core Tip: Watch the vein.",
        "Correspondence between image and symptom was poor.",
        "Copyrighted scales were not used.",
    ],
)
def test_findings_that_open_like_a_label_stay(text):
    assert content(document(text)) == [text]


# Site furniture


@pytest.mark.parametrize(
    "text",
    [
        "Skip to content",
        "Accessibility Tools",
        "Share this",
        "Share on Facebook",
        "Share this article via e-mail",
        "Cookie policy",
        "Cookies",
        "Posted on May 3",
        "Subscribe to our newsletter",
        "Related articles",
        "Back to top",
        "Book an appointment",
    ],
)
def test_set_phrases_of_web_pages_are_left_out(text):
    made = document(paragraphs(PROSE, text, OTHER), "web-text")
    assert content(made) == [PROSE, OTHER]
    assert left_out(made) == {text: FURNITURE}


@pytest.mark.parametrize(
    "text",
    [
        "Share your concerns with the surgeon before the procedure.",
        "Share this information with your general practitioner.",
        "Shared decisions are better.",
        "Cookie-bite lesions of the cortex suggest lung cancer.",
        "Search for a second fracture when pain returns.",
        "Home oxygen was not needed.",
        "Print films were read twice.",
        "Contact us if you have a fever.",
        "Comments by the patient were recorded.",
    ],
)
def test_advice_that_opens_like_furniture_stays(text):
    assert text in content(document(paragraphs(PROSE, text, OTHER), "web-text"))


@pytest.mark.parametrize("line", ["Leave a Reply", "Leave a comment", "Post a comment", "3 Comments"])
def test_everything_from_the_comment_form_on_is_left_out(line):
    made = document(paragraphs(PROSE, line, "Your name", OTHER), "web-text")
    assert content(made) == [PROSE]
    assert set(left_out(made).values()) == {FURNITURE}


def test_a_link_to_the_comments_above_the_article_leaves_the_article_in():
    made = document(paragraphs("Leave a comment", PROSE, "Signs", OTHER), "web-text")
    assert content(made) == [PROSE, OTHER]
    assert left_out(made) == {"Leave a comment": FURNITURE}


@pytest.mark.parametrize("heading", ["Comment", "Comments", "COMMENT"])
def test_a_section_of_an_article_that_comments_stays(heading):
    assert content(document(paragraphs(PROSE, f"## {heading}", OTHER))) == [PROSE, OTHER]


# Running heads


def test_short_lines_that_recur_but_for_digits_are_running_heads():
    made = document(
        paragraphs(PROSE, "Spine 2023, 59 2 of 9", OTHER, "Spine 2023, 59 3 of 9", "Spine 2023, 59 4 of 9")
    )
    assert content(made) == [PROSE, OTHER]
    assert set(left_out(made).values()) == {RUNNING_HEAD}


def test_a_number_on_a_line_of_its_own_is_that_of_a_page():
    assert left_out(document(paragraphs(PROSE, "17", OTHER))) == {"17": RUNNING_HEAD}


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(("Spine 2023 2 of 9", "Spine 2023 3 of 9"), id="only twice"),
        pytest.param(
            ("Patient 1 had 3 leaks.", "Patient 2 had 5 leaks.", "Patient 3 had 4 leaks."),
            id="sentences that differ in numbers",
        ),
        pytest.param(("None was lost.",) * 3, id="the same sentence"),
    ],
)
def test_short_content_that_recurs_stays(texts):
    assert content(document(paragraphs(PROSE, *texts))) == [PROSE, *texts]


@pytest.mark.parametrize(
    ("form", "heading"), [("markdown", "### Treatment"), ("journal-text", "{}.1. Treatment")]
)
def test_a_deep_heading_may_recur_under_others(form, heading):
    parts = ["# {}" if form == "markdown" else "{}. Disease", heading, OTHER]
    made = document(paragraphs(*(part.format(i, i) for i in (1, 2, 3) for part in parts)), form)
    assert sum("Treatment" in section.title for section in made.sections) == 3


# Back matter and references


@pytest.mark.parametrize(
    "heading",
    [
        "Acknowledgements",
        "FOOTNOTES",
        "Funding",
        "Author Contributions",
        "7. Acknowledgments",
        "Disclosures:",
    ],
)
def test_sections_of_back_matter_are_left_out_until_the_next_heading(heading):
    made = document(paragraphs(PROSE, f"## {heading}", "We thank all.", "## Appendix", OTHER))
    assert content(made) == [PROSE, OTHER]
    assert left_out(made) == {heading: BACK_MATTER, "We thank all.": BACK_MATTER}


def test_back_matter_goes_on_below_deeper_headings():
    made = document(paragraphs(PROSE, "## Funding", "### Grants", "From a fund.", "# Next", OTHER))
    assert content(made) == [PROSE, OTHER]


@pytest.mark.parametrize(
    "heading", ["## Funding of hospitals", "## References to anatomy", "## Disclosure of risks"]
)
def test_headings_that_hold_the_word_but_more_stay(heading):
    assert OTHER in content(document(paragraphs(PROSE, heading, OTHER)))


@pytest.mark.parametrize("heading", ["REFERENCES", "References:", "8. References", "Bibliography"])
def test_the_items_under_references_are_references(heading):
    made = document(paragraphs(PROSE, f"## {heading}", "- 1 Berg O. One.\n- 2 Frost I. Two.", "The press."))
    assert [(r.number, r.text) for r in made.references] == [(1, "Berg O. One."), (2, "Frost I. Two.")]
    assert content(made) == [PROSE]
    assert left_out(made)["The press."] == AFTER_REFERENCES
    assert left_out(made)["1 Berg O. One."] == REFERENCES


@pytest.mark.parametrize("line", ["12", "of the spine."], ids=["page number", "torn line"])
def test_a_line_among_references_does_not_end_them(line):
    made = document(paragraphs(PROSE, "## References", "- 1 Berg O. One.", line, "- 2 Frost I. Two."))
    assert [reference.number for reference in made.references] == [1, 2]
    assert content(made) == [PROSE]


def test_a_section_after_the_references_is_content_again():
    made = document(paragraphs("## References", "- 1 Berg O. One.", "## Appendix", PROSE))
    assert content(made) == [PROSE]


# Cut paragraphs


@pytest.mark.parametrize(
    ("between", "half"),
    [
        pytest.param("**Figure 3 Scan.** A: left.", "and was whole.", id="caption"),
        pytest.param("12", "and was whole.", id="page number"),
        pytest.param("Test\tResult\nSodium\t139", "and was whole.", id="table"),
        pytest.param("Keywords: spine", "(and was whole).", id="information, bracket"),
        pytest.param("12", "41% were whole.", id="digit"),
        pytest.param("12", "élan grew.", id="accented small letter"),
    ],
)
def test_a_paragraph_cut_in_two_is_joined_where_it_began(between, half):
    made = document(paragraphs("It healed slowly", between, half))
    assert content(made)[0] == f"It healed slowly {half}"
    joined = next(block for block in made.blocks if len(block.pieces) == 2)
    assert [made.text[p.start : p.end] for p in joined.pieces] == ["It healed slowly", half]
    assert len(made.file_spans(joined.start, joined.end)) == 2
    assert [len(made.file_spans(p.start, p.end)) for p in joined.pieces] == [1, 1]


def test_a_paragraph_may_be_cut_more_than_once():
    made = document(paragraphs("It healed", "7", "very slowly", "8", "but well.", "Next."))
    assert content(made) == ["It healed very slowly but well.", "Next."]


@pytest.mark.parametrize("first", ["The fracture was seen at the level of", "It hit the lung, heart,"])
def test_a_word_that_leaves_the_sentence_open_is_joined_with_a_capital(first):
    assert content(document(paragraphs(first, "T7 vertebra."))) == [f"{first} T7 vertebra."]


@pytest.mark.parametrize(
    ("first", "between", "second"),
    [
        pytest.param("It healed.", "12", "and more.", id="the sentence had ended"),
        pytest.param("These healed:", "12", "ribs and hips.", id="a colon"),
        pytest.param("It healed.[3]", "12", "and more.", id="a marker after the point"),
        pytest.param("You may go home on the same day", "12", "Risks include fever.", id="no point, capital"),
        pytest.param("It healed slowly", "## Next", "and well.", id="a heading between"),
        pytest.param("It healed slowly", "- an item", "and well.", id="a list between"),
    ],
)
def test_paragraphs_that_only_lie_near_stay_apart(first, between, second):
    made = document(paragraphs(first, between, second))
    assert all(len(block.pieces) == 1 for block in made.blocks)
    assert first in content(made) and second in content(made)


def test_a_sentence_cut_at_the_end_of_a_document_stays_as_it_is():
    assert content(document("It healed slowly and")) == ["It healed slowly and"]


# Empty headings


def test_a_heading_with_nothing_under_it_is_left_out():
    made = document(paragraphs("## Care", PROSE, "## Trust us"))
    assert left_out(made) == {"Trust us": EMPTY_HEADING}


def test_a_heading_with_only_what_is_left_out_under_it_is_left_out():
    made = document(paragraphs("## Care", PROSE, "## Our offers", "Keywords: spine"))
    assert left_out(made)["Our offers"] == EMPTY_HEADING


def test_a_heading_over_deeper_headings_with_content_stays():
    made = document(paragraphs("# Case", "## Complaint", PROSE, "## Empty", "# Course", OTHER))
    assert [section.path for section in made.sections] == ["Case", "Case › Complaint", "Course"]
    assert left_out(made) == {"Empty": EMPTY_HEADING}


# Documents as a whole


def test_reasons_given_first_stay():
    made = document("<a><v>Funding: x</v><title>T</title><abstract>It heals.</abstract></a>", "article-xml")
    assert left_out(made)["Funding: x"] == RECORD


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("## References\n\n- 1 Berg O. One.", id="only references"),
        pytest.param("# One\n\n## Two", id="only headings"),
        pytest.param("Keywords: spine", id="only information"),
    ],
)
def test_a_document_of_which_nothing_is_content_is_refused_with_the_reasons(text):
    with pytest.raises(ParseError, match=r"s\.txt holds no content.*left out \(\w"):
        document(text)


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("All were without any symp-", "toms at the visit.", "All were without any symptoms at the visit."),
        ("The patients had a well-", "known leak in it.", "The patients had a well-known leak in it."),
    ],
)
def test_a_word_that_is_cut_between_two_halves_is_whole_again(first, second, whole):
    made = document(f"{first}\n\n**Figure 1** A spine.\n\n{second}")
    assert content(made)[0] == whole
    start = made.text.index(whole)
    assert len(made.file_spans(start, start + len(whole))) == 2


def test_a_block_that_mark_up_bounds_is_never_joined_or_taken_for_a_running_head():
    given = [ParsedBlock("paragraph", (MappedText.of_file("goes on"),), whole=True)] * 4
    assert structure(given, source()) == tuple(given)


def test_numbered_entries_with_years_are_references_though_nothing_heads_them():
    entries = "\n".join(f"{n}. Berg O. Fillers in winter. Bone 201{n};{n}:1-4." for n in range(1, 8))
    made = document(f"# {TITLE}\n\n{PROSE}\n\n{entries}\n\n## Later\n\n{OTHER}", title=TITLE)
    assert content(made) == [PROSE, OTHER]
    assert [reference.number for reference in made.references] == [1, 2, 3, 4, 5, 6, 7]


def test_numbered_advice_is_content_though_it_names_years():
    advice = [f"{n}. Rest for {n} hours, as was advised in 2019 by all." for n in range(1, 8)]
    made = document("\n".join([f"# {TITLE}\n\n{PROSE}\n", *advice]), title=TITLE)
    assert len(content(made)) == 8 and made.references == ()


def test_an_abstract_that_a_dash_opens_is_one():
    made = document(
        f"# {TITLE}\n\nIda Frost, Odd Berg\n\nAbstract—{PROSE}\n\nIndex Terms—Bone.\n\n{OTHER}", title=TITLE
    )
    assert content(made) == [PROSE, OTHER]
    assert left_out(made) == {"Ida Frost, Odd Berg": AUTHORS, "Index Terms—Bone.": INFORMATION}
