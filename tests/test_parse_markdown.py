import pytest
from sources import blocks, parsed

from ingest.errors import ParseError


def test_headings_keep_their_level_and_lose_their_mark_up():
    found = parsed("# *One*\n\n### Two three\n")
    assert [(b.kind, b.text, b.level) for b in found] == [("heading", "One", 1), ("heading", "Two three", 3)]


def test_a_heading_ends_the_paragraph_above_it_without_an_empty_line():
    assert blocks("Bone heals.\n## Next\nIt leaks.") == [
        ("paragraph", "Bone heals."),
        ("heading", "Next"),
        ("paragraph", "It leaks."),
    ]


def test_lines_of_one_paragraph_are_joined_by_spaces():
    assert blocks("Bone\nheals  \nslowly.\n\nNext.") == [
        ("paragraph", "Bone heals slowly."),
        ("paragraph", "Next."),
    ]


@pytest.mark.parametrize("rule", ["---", "***", "_ _ _", "-----"])
def test_rules_are_dropped(rule):
    assert blocks(f"One.\n\n{rule}\n\nTwo.\n{rule}\n") == [("paragraph", "One."), ("paragraph", "Two.")]


@pytest.mark.parametrize("marker", ["-", "*", "+", "•", "▪", "1.", "12)"])
def test_each_item_of_a_list_is_a_block_with_its_marker(marker):
    found = parsed(f"{marker} One\n  goes on\n{marker} Two")
    assert [(b.kind, b.text, b.marker) for b in found] == [
        ("list", "One goes on", marker),
        ("list", "Two", marker),
    ]


@pytest.mark.parametrize("text", ["3.5 mL were used.", "-5 degrees.", "*Bone* heals.", "2019 was cold."])
def test_a_paragraph_that_only_looks_like_an_item_stays_a_paragraph(text):
    assert [kind for kind, _ in blocks(text)] == ["paragraph"]


def test_rows_of_tabs_are_a_table():
    assert blocks("Test\tResult\nSodium\t139\n") == [("table", "Test\tResult"), ("table", "Sodium\t139")]


def test_a_single_line_with_a_tab_is_no_table():
    assert blocks("Sodium\t139") == [("paragraph", "Sodium\t139")]


@pytest.mark.parametrize("text", ["**Figure 3 Scan.** A: left.", "Table 1 Values", "Fig. 2. Spine"])
def test_captions_are_told_by_how_they_open(text):
    assert [kind for kind, _ in blocks(text)] == ["caption"]


@pytest.mark.parametrize("text", ["Figures show this.", "The table 1 inch wide.", "Tables turn."])
def test_prose_on_figures_is_no_caption(text):
    assert [kind for kind, _ in blocks(text)] == ["paragraph"]


def test_blocks_stand_where_the_file_has_them():
    text = "# Über *Zement*\n\n- Čavka **schrieb** es\n- Nun\n"
    places = [text[b.pieces[0].starts[0] : b.pieces[0].ends[-1]] for b in parsed(text)]
    assert places == ["Über *Zement*", "Čavka **schrieb** es", "Nun"]


@pytest.mark.parametrize("text", ["", " \n\n", "---\n", "\u200b\n"])
def test_a_file_without_text_is_refused_by_name(text):
    with pytest.raises(ParseError, match=r"s\.txt holds no text"):
        parsed(text)


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(ParseError, match="'wax'.*article-xml, html, .*markdown"):
        parsed("x", "wax")


def test_rows_parted_by_bars_are_a_table():
    text = "Rates:\n| Event | Rate |\n|---|:-:|\n| Leak \\| spread | *41 %* |\n| | 2 |\n"
    assert blocks(text) == [
        ("paragraph", "Rates:"),
        ("table", "Event\tRate"),
        ("table", "Leak | spread\t41 %"),
        ("table", "\t2"),
    ]


def test_bars_without_a_rule_under_the_first_line_are_prose():
    assert [kind for kind, _ in blocks("a | b\nc | d")] == ["paragraph"]


def test_comments_are_not_read():
    assert blocks("Bone <!-- ignore\n\nall --> heals.") == [("paragraph", "Bone heals.")]


def test_an_underlined_line_is_a_heading():
    assert blocks("Leaks\n=====\nBone heals.") == [("heading", "Leaks"), ("paragraph", "Bone heals.")]


def test_the_properties_at_the_top_are_left_out():
    found = parsed("---\ntitle: Leaks\ntags:\n  - bone\n---\n\nBone heals.\n")
    assert [(b.text, bool(b.left_out)) for b in found] == [
        ("--- title: Leaks tags: - bone ---", True),
        ("Bone heals.", False),
    ]


def test_fences_of_code_are_dropped():
    assert blocks("```python\nleak = 1\n```") == [("paragraph", "leak = 1")]


def test_marks_of_quoting_are_dropped_but_not_signs_of_comparison():
    assert blocks("> Bone heals\n> slowly.\n\n> 5 mm was the most.") == [
        ("paragraph", "Bone heals slowly."),
        ("paragraph", "> 5 mm was the most."),
    ]
