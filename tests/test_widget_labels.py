"""The widget's words are those of the other views, and each language says all of them."""

import re
from dataclasses import replace

import pytest
from fake_assistant import answer_of, corpus, refusal

from assistant.records import Band, Comparison, Figure
from assistant.render import badges, comparison_words, figure_words, measured
from assistant.render_html import render_answer_html
from assistant.widget.labels import EVIDENCE, INTERFACE, labels, languages

TRANSLATED = [name for name in languages() if name != "en"]


def filled(name, **values):
    return EVIDENCE[name].format(**values)


def test_the_labels_are_the_words_of_the_page():
    citation, *others = answer_of().citations
    figure = Figure("80%", citation.start, citation.start + 3, "patients", "PVP", "not stated")
    answer = replace(
        answer_of(),
        citations=(replace(citation, figures=(figure,)), *others),
        standalone_question="How common is it? (leakage)",
        notices=("A notice.",),
        comparison=(Comparison("leakage", (1, 3), "differ", "41% and 80%"),),
        band=Band(0.8, 1, 46, 50),
    )
    shown = render_answer_html(answer) + render_answer_html(replace(refusal(), missing=("The cost?",)))
    for name in (
        "outcome.answered", "outcome.not_in_sources", "understood", "notes", "missing", "searched", "nearest",
        "suggestions", "reports", "figures", "references", "about_source",
    ):  # fmt: skip
        assert re.search(rf"""[>" ]{re.escape(EVIDENCE[name])}[<" ]""", shown), name
    assert filled("its_reference", number=3) in shown
    assert filled("cite", n=2) in shown
    assert filled("measured", cases=50, right=46) == measured(answer)
    differ = filled("comparison", relation=EVIDENCE["differ"], point="leakage", reason="41% and 80%")
    assert differ == comparison_words(answer.comparison[0])
    parts = (filled("share_of", value="patients"), filled("procedure", value="PVP"))
    assert "; ".join((f"80% – {parts[0]}", parts[1], filled("found_by", value="not stated"))) == figure_words(
        figure
    )


def test_every_badge_of_the_corpus_is_a_label_or_a_number():
    for document in corpus().values():
        for badge in badges(document.source):
            assert f"badge.{badge}" in EVIDENCE or re.fullmatch(r"n = \d+|\d{4}", badge)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_says_all_with_the_same_values_in_it(language):
    translated = labels(language)
    assert translated.language == language
    for english, words in ((INTERFACE, translated.interface), (EVIDENCE, translated.evidence)):
        assert list(words) == list(english)
        for name, text in english.items():
            assert sorted(re.findall(r"\{\w+\}", words[name])) == sorted(re.findall(r"\{\w+\}", text)), name
            assert words[name].strip()
    same = [name for name, text in EVIDENCE.items() if translated.evidence[name] == text]
    assert same == []


def test_no_label_stands_in_both_tables():
    assert not set(INTERFACE) & set(EVIDENCE)


@pytest.mark.parametrize(
    ("asked", "language", "direction"),
    [
        ("de", "de", "ltr"),
        ("DE-ch", "de", "ltr"),
        ("ar-EG", "ar", "rtl"),
        ("fr", "en", "ltr"),
        ("", "en", "ltr"),
    ],
)
def test_a_language_without_labels_is_english(asked, language, direction):
    found = labels(asked)
    assert (found.language, found.direction) == (language, direction)
