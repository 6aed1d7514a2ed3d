from dataclasses import replace

from fake_assistant import COMMON, LEAFLET, QUOTES, RATE, ROW, answer_of, corpus, refusal

from assistant.records import Comparison, Statement
from assistant.render_text import render_text

SOURCES = tuple(document.source for document in corpus().values())


def test_text_opens_with_the_outcome():
    assert render_text(answer_of()).startswith("ANSWERED IN THESE SOURCES\n")
    assert render_text(answer_of(status="partial")).startswith("PARTLY ANSWERED IN THESE SOURCES\n")
    assert render_text(refusal()).startswith("NOT IN THESE SOURCES\n")


def test_every_quote_stands_in_the_text_character_by_character():
    text = render_text(answer_of())
    assert [words in text for _, words in QUOTES] == [True] * 4


def test_the_most_direct_quote_comes_first_and_quotes_stand_under_their_source():
    text = render_text(answer_of())
    order = [
        "Mao et al. 2024",
        "case report · n = 1 · 2024 · peer-reviewed",
        "https://doi.org/10.12998/wjcc.v12.i10.1837",
        "[1] DISCUSSION",
        RATE,
        "Reports another study:",
        "its reference 3: Rose LD",
        "its reference 7: Wang B",
        "[2] OUTCOME AND FOLLOW-UP",
        "Tests\tResults\tNormal range",
        ROW,
        "Cavka et al. 2023",
        COMMON,
        "patient information, not clinical evidence",
        LEAFLET,
        "References",
        "[1][2] Mao Z, Xiong ZH, Li JF.",
        "doi:10.12998/wjcc.v12.i10.1837",
    ]
    places = []
    for words in order:
        places.append(text.index(words, places[-1] if places else 0))
    assert places == sorted(places)


def test_the_standalone_question_is_shown_only_if_it_differs():
    assert "Understood as:" not in render_text(answer_of())
    changed = answer_of(standalone_question="How common is it in PKP?")
    assert "Understood as: How common is it in PKP?" in render_text(changed)


def test_notices_comparison_and_own_statements_are_shown():
    answer = answer_of()
    text = render_text(
        replace(
            answer,
            notices=("Only the abstract is among the sources.",),
            comparison=(Comparison("leakage", (1, 3), "not comparable", "other procedure"),),
            statements=(Statement("Mao et al. 2024. Journal: WJCC", (1, 2)),),
        )
    )
    assert "Note: Only the abstract is among the sources." in text
    assert "[1] and [3] not comparable on leakage: other procedure" in text
    assert "Mao et al. 2024. Journal: WJCC [1][2]" in text


def test_a_refusal_says_what_is_missing_what_was_searched_and_what_is_near():
    text = render_text(refusal(), SOURCES)
    assert "Not answered:\n  - What does a kyphoplasty cost?" in text
    assert all(f"  - {source.label}\n" in text for source in SOURCES)
    assert text.index("NEAR THE QUESTION, NOT AN ANSWER") < text.index(COMMON)
    assert "Questions that the sources answer\n  - How can cement leakage be prevented" in text
    assert "References" not in text


def test_a_partial_answer_says_which_part_is_not_answered_before_its_quotes():
    text = render_text(answer_of(status="partial", missing=("And what does it cost?",)))
    assert text.index("And what does it cost?") < text.index(RATE)


def test_characters_that_steer_a_terminal_are_shown_not_obeyed():
    answer = answer_of(
        question="a\x1b[2Jb\u202ec",
        standalone_question="x\ny",
        notices=("one\r\x07two",),
        missing=("\x9b31m",),
    )
    text = render_text(answer)
    assert not set("\x1b\x9b\x07\r\u202e") & set(text)
    assert "Question: a\\x1b[2Jb\\u202ec" in text
    assert "Understood as: x y" in text


def test_a_title_cannot_pass_for_another_line():
    first, *others = answer_of().citations
    forged = replace(first, source=replace(first.source, authors=(), title="T\n\nNOT IN THESE SOURCES"))
    text = render_text(answer_of(citations=(forged, *others)))
    assert "\nNOT IN THESE SOURCES" not in text
