from types import SimpleNamespace

import pytest

from assistant.compose import asks_for_patients, same, select
from assistant.records import MAX_QUOTES, Evidence
from ingest.records import Passage

FINDINGS = (
    "Fever subsides within days.",
    "Ribs break under pressure.",
    "Emboli reach lungs.",
    "Nerves recover slowly.",
    "Abscesses need drainage.",
    "Bleeding stops spontaneously.",
    "Balloons restore height.",
    "Allergies remain unusual.",
)


def index_of(reviewed=(), **texts):
    documents = {
        name: SimpleNamespace(text=text, source=SimpleNamespace(peer_reviewed=name in reviewed))
        for name, text in texts.items()
    }
    return SimpleNamespace(documents=documents)


def evidence(index, source, sentence, support):
    text = index.documents[source].text
    span = (text.index(sentence), text.index(sentence) + len(sentence))
    passage = Passage(f"{source}-all", source, text, 0, len(text), "", (span,), (None,))
    return Evidence(passage, span, None, None, support)


def chosen(index, items, quoted=0.5):
    found = select(index, items, quoted)
    return [
        (item.passage.source_id, index.documents[item.passage.source_id].text[slice(*item.sentence)])
        for item in found
    ]


@pytest.fixture
def index():
    text = " ".join(FINDINGS)
    return index_of(a=text, b=text, c=text)


def test_quotes_are_grouped_by_source_with_the_source_of_the_best_first(index):
    items = [
        evidence(index, "b", FINDINGS[0], 0.9),
        evidence(index, "a", FINDINGS[1], 0.85),
        evidence(index, "b", FINDINGS[2], 0.8),
        evidence(index, "a", FINDINGS[3], 0.75),
    ]
    assert chosen(index, items) == [
        ("b", FINDINGS[0]),
        ("b", FINDINGS[2]),
        ("a", FINDINGS[1]),
        ("a", FINDINGS[3]),
    ]


@pytest.mark.parametrize(
    ("support", "for_patients", "first"),
    [
        pytest.param(0.7, False, "b", id="nearly as much support"),
        pytest.param(0.5, False, "a", id="clearly less support"),
        pytest.param(0.7, True, "a", id="information for patients is asked for"),
    ],
)
def test_a_peer_reviewed_source_comes_before_one_that_is_not(support, for_patients, first):
    text = " ".join(FINDINGS)
    index = index_of(reviewed="b", a=text, b=text)
    items = [evidence(index, "a", FINDINGS[0], 0.9), evidence(index, "b", FINDINGS[1], support)]
    found = select(index, items, 0.5, for_patients=for_patients)
    assert found[0].passage.source_id == first
    assert len(found) == 2


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What do leaflets tell patients?", True),
        ("Which patients bleed?", False),
        ("explain it to my patient", True),
    ],
)
def test_a_question_may_ask_for_what_patients_are_told(question, asked):
    assert asks_for_patients(question) is asked


@pytest.mark.parametrize(("support", "quoted"), [(0.45, True), (0.44, False)])
def test_what_has_its_share_of_the_best_support_is_quoted(index, support, quoted):
    items = [evidence(index, "a", FINDINGS[0], 0.9), evidence(index, "b", FINDINGS[1], support)]
    assert (("b", FINDINGS[1]) in chosen(index, items, 0.5)) is quoted


@pytest.mark.parametrize(("support", "quoted"), [(0.73, True), (0.71, False)])
def test_a_second_sentence_of_a_source_needs_clearly_more_support(index, support, quoted):
    items = [evidence(index, "a", FINDINGS[0], 0.9), evidence(index, "a", FINDINGS[1], support)]
    assert (("a", FINDINGS[1]) in chosen(index, items, 0.5)) is quoted


def test_the_best_is_quoted_however_weak_it_is(index):
    assert chosen(index, [evidence(index, "c", FINDINGS[4], 0.01)], 1.0) == [("c", FINDINGS[4])]


def test_the_quotes_left_over_go_to_the_best_that_remain(index):
    items = [evidence(index, "a", text, 0.9 - i / 100) for i, text in enumerate(FINDINGS)]
    items += [evidence(index, "b", FINDINGS[0], 0.6), evidence(index, "c", FINDINGS[0], 0.5)]
    found = chosen(index, items)
    assert len(found) == MAX_QUOTES == 6
    assert found == [("a", text) for text in FINDINGS[:4]] + [("b", FINDINGS[0]), ("c", FINDINGS[0])]


def test_of_two_sentences_that_say_the_same_the_better_one_is_quoted():
    first, again = "Fractures of the ribs were seen.", "Rib fractures were also seen."
    index = index_of(a=f"{first} {again}")
    items = [evidence(index, "a", again, 0.9), evidence(index, "a", first, 0.8)]
    assert chosen(index, items) == [("a", again)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("Ribs may fracture.", "A rib may be fractured.", True, id="other forms of the words"),
        pytest.param(
            "Cement leaked in lumbar levels.",
            "Cement leaked in lumbar levels, mostly into veins and discs.",
            True,
            id="one holds the other",
        ),
        pytest.param("Cement leaked into veins.", "Cement entered the lungs.", False, id="another finding"),
        pytest.param("…", "Cement leaked.", False, id="no words"),
    ],
)
def test_sentences_of_a_source_are_the_same_if_most_of_the_shorter_ones_words_are(one, other, expected):
    index = index_of(a=f"{one} {other}")
    items = evidence(index, "a", one, 0.9), evidence(index, "a", other, 0.8)
    assert same(index, *items) is expected
    assert same(index, *reversed(items)) is expected


def test_sentences_of_two_sources_are_never_the_same(index):
    assert not same(index, evidence(index, "a", FINDINGS[0], 0.9), evidence(index, "b", FINDINGS[0], 0.9))


@pytest.mark.parametrize(("shared", "expected"), [(7, True), (6, False)])
def test_seven_words_in_ten_make_two_sentences_the_same(shared, expected):
    first = [f"alpha{i}" for i in range(10)]
    second = first[:shared] + [f"bravo{i}" for i in range(10 - shared)]
    index = index_of(a=f"{' '.join(first)}. {' '.join(second)}.")
    items = [evidence(index, "a", " ".join(part) + ".", 0.9) for part in (first, second)]
    assert same(index, *items) is expected


@pytest.mark.parametrize("most", [1, 2, 8])
def test_no_more_sentences_are_quoted_than_were_asked_for(index, most):
    items = [evidence(index, "abc"[i % 3], finding, 0.9 - i / 100) for i, finding in enumerate(FINDINGS)]
    found = select(index, items, 0.5, most=most)
    assert len(found) == most
    assert items[0] in found
