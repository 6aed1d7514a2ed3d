import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import document

from ingest.chunk import WHOLE_WORDS, ChunkConfig, chunk, embedding_text, sentence_texts

CONFIG = ChunkConfig()
SMALL = ChunkConfig(target_words=12, max_words=18)


def passages_of(text, config=SMALL, form="markdown"):
    return chunk(document(text, form), config)


def quotes(made, passage):
    return [made.text[start:end] for start, end in passage.sentences]


@pytest.fixture(scope="module")
def chunked(documents):
    return [(made, chunk(made, CONFIG)) for made in documents]


def test_every_document_of_the_corpus_gives_passages(chunked):
    assert all(passages for _, passages in chunked)


def test_a_passage_is_the_text_between_its_offsets(chunked):
    for made, passages in chunked:
        for passage in passages:
            assert made.text[passage.start : passage.end] == passage.text
            assert passage.text == passage.text.strip()


def test_sentences_lie_in_their_passage_in_order_without_overlap(chunked):
    for _, passages in chunked:
        for passage in passages:
            assert len(passage.lead_ins) == len(passage.sentences) > 0
            position = passage.start
            for start, end in passage.sentences:
                assert position <= start < end <= passage.end
                position = end


def test_no_sentence_stands_in_two_passages(chunked):
    for _, passages in chunked:
        spans = [span for passage in passages for span in passage.sentences]
        assert len(set(spans)) == len(spans)


def test_a_passage_stays_in_one_section(chunked):
    for made, passages in chunked:
        for passage in passages:
            sections = {made.section_at(start) for start, _ in passage.sentences}
            assert len(sections) == 1
            section = sections.pop()
            assert passage.section == (section.path if section else "")
            assert section is None or section.start <= passage.start < passage.end <= section.end


def test_passages_hold_no_more_words_than_configured(chunked):
    for made, passages in chunked:
        for passage in passages:
            words = sum(len(quote.split()) for quote in quotes(made, passage))
            assert 0 < words <= CONFIG.max_words


def test_ids_are_unique_and_the_same_each_time(chunked, documents):
    ids = [passage.id for _, passages in chunked for passage in passages]
    assert len(set(ids)) == len(ids)
    assert ids == [passage.id for made in documents for passage in chunk(made, CONFIG)]


def test_ids_of_other_passages_stay_when_one_changes():
    before = passages_of("# A\n\nOne heals.\n\n# B\n\nTwo leaks.")
    after = passages_of("# A\n\nOne heals slowly now.\n\n# B\n\nTwo leaks.")
    assert before[0].id != after[0].id
    assert before[1].id == after[1].id


def test_the_same_words_twice_in_a_document_have_two_ids():
    one, other = passages_of("# A\n\nIt heals.\n\n# B\n\nIt heals.")
    assert one.text == other.text and one.id != other.id


def test_passages_do_not_cross_sections():
    found = passages_of("# A\n\nOne heals.\n\n## B\n\nTwo leaks.\n\n# C\n\nThree falls.")
    assert [(p.text, p.section) for p in found] == [
        ("One heals.", "A"),
        ("Two leaks.", "A › B"),
        ("Three falls.", "C"),
    ]


def test_short_prose_stays_whole_over_paragraphs():
    assert [p.text for p in passages_of("One heals.\n\nTwo leaks.")] == ["One heals.\n\nTwo leaks."]


def test_long_prose_is_cut_at_sentence_ends_into_about_equal_parts():
    text = " ".join(f"Sentence number {i} has six words." for i in range(10))
    found = passages_of(text)
    assert [len(p.text.split()) for p in found] == [12] * 5
    assert all(p.text.endswith("words.") for p in found)


def test_a_cut_falls_on_the_end_of_a_paragraph_where_one_is_near():
    # the middle is at 14 words: 4 words after the first paragraph, 3 words before the end of the sentence
    first = "A b c d e f g h i j."
    second = "K l m n o p q. R s t u v w x y z aa bb."
    assert [p.text for p in passages_of(f"{first}\n\n{second}")] == [first, second]
    one_paragraph = [p.text for p in passages_of(f"{first} {second}")]
    assert one_paragraph == [f"{first} K l m n o p q.", "R s t u v w x y z aa bb."]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(5, 60))
def test_no_part_exceeds_the_target_by_more_than_a_sentence(lengths, target):
    text = " ".join("Word" + " word" * (length - 1) + "." for length in lengths)
    config = ChunkConfig(target_words=target, max_words=target)
    for passage in passages_of(text, config):
        assert len(passage.text.split()) <= 1.5 * target + max(lengths)


def test_what_is_left_out_is_in_no_passage():
    found = passages_of("It heals.\n\nKeywords: spine\n\nIt leaks.", CONFIG)
    assert [p.text for p in found] == ["It heals.", "It leaks."]


def test_captions_are_passages_of_their_own():
    found = passages_of("It heals.\n\n**Figure 1 Spine.** A: left. B: right.\n\nIt leaks.", CONFIG)
    assert [p.text for p in found] == ["It heals.", "Figure 1 Spine. A: left. B: right.", "It leaks."]
    assert [len(p.sentences) for p in found] == [1, 1, 1]


def test_a_long_caption_is_quoted_by_sentences_led_in_by_its_label():
    label = "Figure 1 Spine."
    rest = "It shows " + "word " * WHOLE_WORDS + "here."
    made = document(f"{label} {rest}")
    (passage,) = chunk(made, CONFIG)
    assert quotes(made, passage) == [label, rest]
    (first, second) = passage.lead_ins
    assert first is None and made.text[slice(*second)] == label


def test_items_are_quoted_whole_with_the_sentence_that_leads_them_in():
    made = document("We saw harm. There were two kinds:\n\n- Fever. It fell.\n- Pain.")
    (passage,) = chunk(made, CONFIG)
    assert quotes(made, passage) == ["We saw harm.", "Fever. It fell.", "Pain."]
    leads = [made.text[slice(*lead)] if lead else None for lead in passage.lead_ins]
    assert leads == [None, "There were two kinds:", "There were two kinds:"]


def test_a_page_number_between_lead_in_and_list_changes_nothing():
    made = document("We saw harm. There were two kinds:\n\n12\n\n- Fever.")
    lead = chunk(made, CONFIG)[-1].lead_ins[0]
    assert made.text[slice(*lead)] == "There were two kinds:"


def test_what_is_left_out_leads_nothing_in():
    made = document("Abbreviations:\n\n- Fever fell.")
    assert chunk(made, CONFIG)[0].lead_ins == (None,)


def test_rows_are_quoted_with_caption_and_column_heads():
    made = document("**Table 1 Values**\n\nTest\tResult\nSodium\t139\nLactate\t2.9")
    (passage,) = chunk(made, CONFIG)
    assert quotes(made, passage) == ["Sodium\t139", "Lactate\t2.9"]
    assert {made.text[slice(*lead)] for lead in passage.lead_ins} == {"Table 1 Values\n\nTest\tResult"}


@pytest.mark.parametrize("before", ["", "The values were as follows:\n\n", "There were two:\n\n- Fever.\n\n"])
def test_the_first_row_of_a_table_without_caption_heads_the_others(before):
    made = document(f"{before}Test\tResult\nSodium\t139")
    passage = chunk(made, CONFIG)[-1]
    assert quotes(made, passage) == ["Sodium\t139"]
    assert made.text[slice(*passage.lead_ins[0])] == "Test\tResult"


def test_a_second_table_has_its_own_heads():
    made = document("Test\tResult\nSodium\t139\n\nIt fell.\n\nDay\tFever\nOne\tyes")
    lead = chunk(made, CONFIG)[-1].lead_ins[0]
    assert made.text[slice(*lead)] == "Day\tFever"


def test_what_is_embedded_holds_title_section_and_abbreviations_spelt_out():
    made = document("# Care\n\nPercutaneous kyphoplasty (PKP) heals. PKP is short.", "markdown")
    (passage,) = chunk(made, CONFIG)
    assert embedding_text(made, passage) == (
        "No such title\nCare\nPercutaneous kyphoplasty (PKP) heals. Percutaneous kyphoplasty PKP is short."
    )
    assert sentence_texts(made, passage)[1] == "Percutaneous kyphoplasty PKP is short."


def test_a_sentence_is_embedded_with_what_leads_it_in():
    made = document("There were two kinds:\n\n- Fever.")
    (passage,) = chunk(made, CONFIG)
    assert sentence_texts(made, passage)[-1] == "There were two kinds:\nFever."
