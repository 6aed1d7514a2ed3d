from ingest.mapped_text import MappedText
from ingest.table_rows import row_texts


def cell(text, **attributes):
    return MappedText.of_file(text), {name: str(value) for name, value in attributes.items()}


def rows(*given):
    return [text.text for text in row_texts(given)]


def test_cells_are_parted_by_tabs_and_an_empty_one_keeps_its_place():
    assert rows([cell("a"), cell(""), cell("c")], [cell(""), cell("b"), cell("")]) == ["a\t\tc", "\tb"]


def test_a_cell_over_columns_and_rows_leaves_the_others_empty():
    assert rows(
        [cell("Group", rowspan=2), cell("Leaks", colspan=2)],
        [cell("early"), cell("late")],
        [cell("A"), cell("1"), cell("2")],
    ) == ["Group\tLeaks", "\tearly\tlate", "A\t1\t2"]


def test_spans_that_are_nonsense_or_an_attack_do_no_harm():
    (row,) = rows([cell("a", colspan="x"), cell("b", colspan=10**9), cell("c", rowspan="-3")])
    assert row.startswith("a\tb\t") and row.endswith("\tc") and len(row) < 200


def test_a_row_without_words_is_no_row():
    assert rows([cell(""), cell("")]) == []
