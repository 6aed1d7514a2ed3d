import gzip
import hashlib
import itertools
import json
import random

import numpy as np
import pytest
import torch

from assistant.errors import ModelLoadError
from assistant.read import CUT_OFF, Reading
from assistant.training.data import (
    Asked,
    Example,
    LabelledDocument,
    TrainingDataError,
    cut,
    read_documents,
    read_examples,
    training_documents,
)
from assistant.training.encode import Encoder, joined
from assistant.training.groups import Group, LabelledPassage, mine
from assistant.training.losses import group_losses, span_loss
from assistant.training.measure import Measured, as_passage, exact, f1, measure
from assistant.training.measure_libraries import MeasuredLibraries, measure_libraries
from assistant.training.model import EvidenceReader, Outputs, load_checkpoint, save_checkpoint
from assistant.training.record import RecordError, made_of, put_into_card, read_record, write_record
from assistant.training.timing import times
from assistant.training.torch_reader import TorchReader
from assistant.training.train import Material, Options, Start, span_examples, train
from ingest.embed import packaged_folder

TOPICS = ("bracing", "walking", "calcium", "vitamin D", "swimming", "sleeping")


class HashEmbedder:
    """Unit vectors that depend on a text's letters only."""

    def encode(self, texts):
        vectors = np.array([[text.count(letter) + 0.1 for letter in "aeioust"] for text in texts])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class QueueReader:
    """Gives the readings that were queued for a passage's text, and keeps what was read together."""

    def __init__(self, readings):
        self.readings = readings
        self.calls = []

    def read(self, question, passages):
        self.calls.append((question, [passage.text for passage in passages]))
        return tuple(self.readings[passage.text] for passage in passages)


def document(topic):
    """A made-up document of twelve sentences of about 23 words, with one answered and one other question."""
    sentences = tuple(
        f"Sentence {number} on {topic} says that after week {number} the members of group {number + 3} who "
        f"kept on with it had fewer complaints than others."
        for number in range(12)
    )
    asked = (
        Asked(f"What did {topic} change after week 4?", frozenset({4, 5})),
        Asked(f"Does {topic} cost much?", frozenset()),
    )
    return LabelledDocument(f"pas{topic}", sentences, asked)


def span_example(number):
    passage = f"The club met on day {number}. It then met again in town."
    start = passage.index("day")
    end = passage.index(".")
    return Example("When did the club meet?", passage, True, (start, end), ((0, end + 1),), "cpg")


def write_lines(path, records):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    return path


DOCUMENTS = [document(topic) for topic in TOPICS]
# Two documents as the texts of one library; a sentence of each answers the first question.
LIBRARY = LabelledDocument(
    "libmade",
    DOCUMENTS[0].sentences + DOCUMENTS[1].sentences,
    (
        Asked("What did bracing and walking change in week 2?", frozenset({2, 14})),
        Asked("Does walking harm?", frozenset()),
    ),
    (0, 12),
)


def test_a_document_is_read_with_its_questions_and_the_sentences_that_answer(tmp_path):
    record = {
        "pmid": "77",
        "sentences": [" One walked. ", "Two swam."],
        "answerable": [{"question": "Who swam?", "evidence": [1]}],
        "unanswerable": ["Who slept?"],
    }
    other = {"id": "x-1", "sentences": ["Three ran."], "answerable": [], "unanswerable": []}
    (abstract, passage) = read_documents([write_lines(tmp_path / "a.jsonl.gz", [record, other])])
    assert abstract.id == "abs77"
    assert abstract.sentences == ("One walked.", "Two swam.")
    assert abstract.asked == (Asked("Who swam?", frozenset({1})), Asked("Who slept?", frozenset()))
    assert passage == LabelledDocument("pasx-1", ("Three ran.",), ())


def test_the_texts_of_a_library_are_numbered_through(tmp_path):
    record = {
        "id": "knee",
        "texts": [{"sentences": ["One walked.", "Two swam."]}, {"sentences": ["Three ran. "]}],
        "answerable": [{"question": "Who moved fast?", "evidence": [0, 2], "kind": "list"}],
        "unanswerable": ["Who slept?"],
    }
    (library,) = read_documents([write_lines(tmp_path / "l.jsonl.gz", [record])])
    assert library.id == "libknee"
    assert library.sentences == ("One walked.", "Two swam.", "Three ran.")
    assert library.starts == (0, 2)
    assert library.asked[0] == Asked("Who moved fast?", frozenset({0, 2}))


def test_an_example_keeps_unlabelled_evidence_apart_from_none(tmp_path):
    common = {"q": "Who?", "p": "Ann ran.", "w": 1.0, "src": "cpg"}
    records = [
        common | {"ans": 1, "span": [0, 3], "ev": [[0, 8]]},
        common | {"ans": 1, "span": None, "ev": None},
        common | {"ans": 0, "span": None, "ev": []},
    ]
    labelled, unlabelled, none = read_examples(write_lines(tmp_path / "e.jsonl.gz", records))
    assert labelled == Example("Who?", "Ann ran.", True, (0, 3), ((0, 8),), "cpg")
    assert (unlabelled.answered, unlabelled.span, unlabelled.evidence) == (True, None, None)
    assert (none.answered, none.evidence) == (False, ())


@pytest.mark.parametrize(
    "record",
    [
        {"id": "1", "answerable": [], "unanswerable": []},
        {
            "id": "1",
            "sentences": ["Only one."],
            "answerable": [{"question": "?", "evidence": [1]}],
            "unanswerable": [],
        },
    ],
    ids=["no sentences", "evidence that is not there"],
)
def test_a_damaged_line_is_named(tmp_path, record):
    good = {"id": "0", "sentences": ["Good."], "answerable": [], "unanswerable": []}
    path = write_lines(tmp_path / "bad.jsonl.gz", [good, record])
    with pytest.raises(TrainingDataError, match=r"bad\.jsonl\.gz, line 2"):
        read_documents([path])


def test_a_file_that_is_not_gzipped_is_refused(tmp_path):
    path = tmp_path / "plain.jsonl.gz"
    path.write_text("{}\n", "utf-8")
    with pytest.raises(TrainingDataError, match="cannot be read"):
        read_examples(path)


def test_documents_that_a_reader_is_measured_on_are_not_trained_on():
    measured = DOCUMENTS[2]
    opening = Example("?", "  ".join(measured.sentences[:3]), False, None, None, "synth-u")
    kept = training_documents(DOCUMENTS, [opening])
    assert measured not in kept
    assert measured in training_documents(DOCUMENTS, [])


def test_one_in_fifteen_passages_is_held_out_by_its_id_and_no_abstract():
    passages = [LabelledDocument(f"pas{i}", (f"Text {i}.",), ()) for i in range(600)]
    abstracts = [LabelledDocument(f"abs{i}", (f"Text {i}.",), ()) for i in range(600)]
    kept = training_documents(passages, [])
    assert 20 <= 600 - len(kept) <= 60
    again = training_documents(reversed(passages), [])
    assert sorted(d.id for d in again) == sorted(d.id for d in kept)
    assert training_documents(abstracts, []) == abstracts


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("document", DOCUMENTS[:2], ids=TOPICS[:2])
def test_the_passages_of_a_document_cover_it_in_order(document, seed):
    passages = cut(document, random.Random(seed))
    assert [i for passage in passages for i in passage] == list(range(len(document.sentences)))
    assert all(passages)


def test_a_document_is_cut_into_passages_of_different_lengths():
    draw = random.Random(0)
    counts = {len(cut(DOCUMENTS[0], draw)) for _ in range(40)}
    assert len(counts) > 1
    assert cut(LabelledDocument("pas1", ("One short sentence.",), ()), draw) == [[0]]


@pytest.mark.parametrize("seed", range(8))
def test_no_passage_of_a_library_crosses_its_texts(seed):
    passages = cut(LIBRARY, random.Random(seed))
    assert [i for passage in passages for i in passage] == list(range(len(LIBRARY.sentences)))
    assert set(LIBRARY.starts) <= {passage[0] for passage in passages}


def test_passages_of_the_own_library_are_mined_unless_they_answer():
    pool = mine([LIBRARY, *DOCUMENTS[2:]], HashEmbedder(), 3)
    own = {sentence: number for number, sentence in enumerate(LIBRARY.sentences)}
    for (owner, asked), mined in zip(pool.asked, pool.mined, strict=True):
        if owner == 0:
            of_own = [pool.passages[i] for i in mined if pool.passages[i][0] in own]
            assert of_own
            assert all(own[s] not in asked.evidence for passage in of_own for s in passage)
    draw = random.Random(2)
    for passage in (p for _ in range(20) for p in pool.group(0, draw).passages):
        assert passage.evidence == tuple(own.get(s) in pool.asked[0][1].evidence for s in passage.sentences)


def test_a_group_never_has_a_questions_evidence_among_its_negatives():
    pool = mine(DOCUMENTS, HashEmbedder(), 3)
    draw = random.Random(1)
    seen = set()
    for number, (owner, asked) in enumerate(pool.asked):
        own = pool.documents[owner].sentences
        evidence = {own[i] for i in asked.evidence}
        for _ in range(30):
            group = pool.group(number, draw)
            for passage in group.passages:
                for sentence, label in zip(passage.sentences, passage.evidence, strict=True):
                    assert label == (sentence in evidence)
                seen.add((bool(evidence), passage.answers, set(passage.sentences) <= set(own)))
    # Questions with and without an answer meet negatives of their own and of other documents.
    assert seen == {
        (True, True, True),
        (True, False, True),
        (True, False, False),
        (False, False, True),
        (False, False, False),
    }


def test_mined_passages_are_of_other_documents():
    pool = mine(DOCUMENTS, HashEmbedder(), 3)
    for (owner, _), mined in zip(pool.asked, pool.mined, strict=True):
        own = set(pool.documents[owner].sentences)
        assert mined
        assert all(own.isdisjoint(pool.passages[i]) for i in mined)


def test_the_passage_that_shares_the_questions_words_is_mined():
    asked = Asked("Does bracing help after week 7?", frozenset())
    stranger = LabelledDocument("pasz", ("Something else altogether.",), (asked,))
    pool = mine([*DOCUMENTS, stranger], HashEmbedder(), 3)
    first = pool.mined[-1][0]
    assert "bracing" in pool.passages[first][0]


def test_pieces_of_a_sentence_are_its_own_and_a_cut_off_sentence_has_none():
    encoder = Encoder(packaged_folder() / "tokenizer.json")
    text, spans = joined(["Cement leaks.", "Pain fell.", "word " * 300 + "end."])
    encoded = encoder.encode([("Does it leak?", text), ("?", "Short.")])
    assert [len(encoded.pieces(0, span)) for span in spans[:2]] == [3, 3]
    pieces = encoded.pieces(0, spans[1])
    assert [text[slice(*encoded.offsets[0, i])] for i in pieces] == ["Pain", "fell", "."]
    assert len(encoded.pieces(0, (len(text) - 4, len(text)))) == 0
    assert encoded.ends(0, spans[1]) == (pieces[0], pieces[-1])
    assert encoded.ends(0, (spans[1][0], len(text))) == (0, 0)


def test_only_pieces_of_passages_are_hidden():
    torch.manual_seed(0)
    encoder = Encoder(packaged_folder() / "tokenizer.json")
    encoded = encoder.encode([("word " * 30, "word " * 200)] * 20)
    changed = encoded.hidden() != encoded.input_ids
    assert 0.02 < changed[encoded.token_type_ids == 1].float().mean() < 0.06
    assert not changed[encoded.token_type_ids == 0].any()
    assert not changed[encoded.input_ids < 1000].any()


def test_the_losses_have_hand_worked_values():
    encoder = Encoder(packaged_folder() / "tokenizer.json")
    group = Group(
        "Who ran?",
        (LabelledPassage(("Ann ran.", "Ben sat."), (True, False)), LabelledPassage(("Cat sat.",), (False,))),
    )
    encoded = encoder.encode([("Who ran?", "Ann ran. Ben sat."), ("Who ran?", "Cat sat.")])
    shape = encoded.input_ids.shape
    zeros = Outputs(torch.zeros(2), torch.zeros(shape), torch.zeros(shape), torch.zeros(shape))
    loss, parts = group_losses(zeros, encoded, [group])
    # All log-odds are 0: ln 2 for each yes or no; one right against two wrong sentences is ln 3.
    assert parts["passage"] == pytest.approx(np.log(2))
    assert parts["sentence"] == pytest.approx(np.log(2))
    assert parts["contrast"] == pytest.approx(np.log(3))
    assert loss.item() == pytest.approx(1.7 * np.log(2) + 0.7 * np.log(3))
    # An end of the span can be the first piece or one of the passage's, [SEP] after it included: 6 pieces
    # of two sentences and [SEP] and [CLS]; in the second row 3, [SEP] and [CLS].
    expected = (np.log(8) + np.log(5)) / 2
    ends = [(5, 7), (0, 0)]
    assert span_loss(zeros, encoded, ends).item() == pytest.approx(expected)


def test_span_examples_are_short_passages_of_the_known_collections():
    long = Example("?", "word " * 400, True, (0, 4), None, "covid")
    other = Example("?", "Ann ran.", True, (0, 3), None, "medquad")
    without = Example("?", "Ann ran.", True, None, None, "cpg")
    squad = Example("?", "Ann ran.", True, (0, 3), None, "squad")
    chosen = span_examples([long, squad, other, without, span_example(1)], 0)
    assert chosen == [(span_example(1), span_example(1).span), (squad, (0, 3))]


def test_two_steps_change_the_weights_and_write_a_checkpoint(tmp_path):
    start = Start(packaged_folder())
    output = tmp_path / "reader.safetensors"
    lines = []
    trained = train(
        Material(DOCUMENTS, (), [span_example(number) for number in range(3)]),
        start,
        HashEmbedder(),
        output,
        Options(seconds=3, questions_in_step=2, learning_rate=1e-2),
        lines.append,
        clock=itertools.count().__next__,
    )
    # There are no libraries, so a step of documents is followed by one of spans.
    assert trained.steps == 2
    assert trained.passages > 2 + 3
    assert lines == ["documents: 12 questions, 14 passages", "spans: 3"]
    untouched, loaded = EvidenceReader(start.encoder), EvidenceReader(start.encoder)
    load_checkpoint(loaded, output)
    before, after = untouched.enc.state_dict(), loaded.enc.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert "encoder.layer.0.attention.self.query.weight" in changed
    assert "encoder.layer.5.output.dense.weight" in changed
    assert "embeddings.word_embeddings.weight" not in changed


def test_a_reader_is_trained_on_libraries_alone(tmp_path):
    output = tmp_path / "reader.safetensors"
    options = Options(seconds=2, questions_in_step=2)
    clock = itertools.count().__next__
    start = Start(packaged_folder())
    material = Material((), [LIBRARY], ())
    trained = train(material, start, HashEmbedder(), output, options, lambda line: None, clock)
    assert trained.steps == 1
    assert output.exists()


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    torch.manual_seed(1)
    model = EvidenceReader(packaged_folder())
    save_checkpoint(model, tmp_path / "a.safetensors")
    torch.save(model.state_dict(), tmp_path / "a.pt")
    for name in ("a.safetensors", "a.pt"):
        other = EvidenceReader(packaged_folder())
        assert not torch.equal(other.cls.weight, model.cls.weight)
        load_checkpoint(other, tmp_path / name)
        assert all(torch.equal(ours, model.state_dict()[key]) for key, ours in other.state_dict().items())


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    path = tmp_path / "other.pt"
    torch.save({"weight": torch.zeros(2)}, path)
    with pytest.raises(ModelLoadError, match="not one of an evidence reader"):
        load_checkpoint(EvidenceReader(packaged_folder()), path)


def test_a_missing_checkpoint_is_named(tmp_path):
    with pytest.raises(ModelLoadError, match=r"none\.safetensors"):
        load_checkpoint(EvidenceReader(packaged_folder()), tmp_path / "none.safetensors")


def test_measure_gives_hand_worked_values(tmp_path):
    record = {"w": 1.0, "src": "cpg"}
    first, second, third = "Ann ran a mile. Ben sat.", "Cat sat. Dan swam.", "Eve slept. Flo wept."
    examples = read_examples(
        write_lines(
            tmp_path / "dev.jsonl.gz",
            [
                record | {"q": "Who ran?", "p": first, "ans": 1, "span": [4, 14], "ev": [[0, 15]]},
                record | {"q": "Who swam?", "p": second, "ans": 1, "span": [9, 12], "ev": [[9, 18]]},
                record | {"q": "Who ran?", "p": third, "ans": 0, "span": None, "ev": None},
                record | {"q": "Who swam?", "p": first, "ans": 0, "span": None, "ev": None},
            ],
        )
    )
    # "ran a mile" is highlighted as "a mile": words in common 1 of 1 and 2, F1 2/3. The second question's
    # best sentence is the wrong one: no words in common. Of 2 x 2 pairs of answered and not, 2 are in order
    # and one is a tie: AUC (2 + 0.5) / 4.
    reader = QueueReader(
        {
            first: Reading(1.0, (2.0, -1.0), ((8, 14), None)),
            second: Reading(0.0, (0.5, -0.5), ((0, 3), (9, 12))),
            third: Reading(-1.0, (-3.0, -4.0), ((0, 3), (11, 14))),
        }
    )
    measured = measure(reader, examples)
    assert reader.calls == [("Who ran?", [first, third]), ("Who swam?", [second, first])]
    assert measured == Measured(
        4, 0, 0.625, 2, 0.5, 2, 0.0, pytest.approx(1 / 3), 0.25, pytest.approx((2 / 3 + 1) / 4)
    )  # given: "a mile", "Cat", none as it should be, "a mile" where none should be


def test_libraries_are_measured_by_their_best_sentences_of_all_texts():
    texts = (("Ann ran.", "Ben sat."), ("Cat swam.", "Dan ran."))
    library = LabelledDocument(
        "lib1",
        texts[0] + texts[1],
        (
            Asked("Who ran?", frozenset({0, 3})),
            Asked("Who sat?", frozenset({1})),
            Asked("Who slept?", frozenset()),
        ),
        (0, 2),
    )
    first = Reading(1.0, (2.0, 0.5), (None, None))
    second = Reading(-2.0, (0.0, 1.0), (None, None))
    reader = QueueReader({"Ann ran. Ben sat.": first, "Cat swam. Dan ran.": second})
    measured = measure_libraries(reader, [library])
    assert [texts for _, texts in reader.calls] == [["Ann ran. Ben sat.", "Cat swam. Dan ran."]] * 3
    # The best sentence is the first for every question: right for one of two; all four are among five. The
    # readings are the same for the question without an answer: it is told from the others by chance.
    assert measured == MeasuredLibraries(1, 2, 1, 0.5, 1.0, 1.0, 0.5, 0.5)


def test_measure_leaves_out_an_example_whose_answer_was_cut_off():
    reader = QueueReader(
        {
            "Ann ran. Ben sat.": Reading(-5.0, (1.0, CUT_OFF), ((0, 3), None)),
            "Cat sat.": Reading(0.0, (1.0,), ((0, 3),)),
            "Dan ran.": Reading(1.0, (1.0,), ((0, 3),)),
        }
    )
    examples = [
        Example("Who sat?", "Ann ran. Ben sat.", True, (9, 12), ((9, 17),), "covid"),
        Example("Who ran?", "Dan ran.", True, (0, 3), ((0, 8),), "covid"),
        Example("Who ran?", "Cat sat.", False, None, None, "covid-neg"),
    ]
    assert measure(reader, examples) == Measured(2, 1, 1.0, 1, 1.0, 1, 1.0, 1.0, 0.5, 0.5)


def test_measure_says_nothing_of_what_it_could_not_count():
    reader = QueueReader({"Ann ran.": Reading(1.0, (1.0,), ((0, 3),))})
    example = Example("Who?", "Ann ran.", True, None, None, "medquad")
    assert measure(reader, [example]) == Measured(1, 0, None, 0, None, 0, None, None, None, None)


@pytest.mark.parametrize(
    ("found", "answer", "same", "shared"),
    [
        ("The Mile.", "mile", 1.0, 1.0),
        ("a week of rest", "rest", 0.0, 0.5),
        ("week", "month", 0.0, 0.0),
        ("", "", 1.0, 1.0),
        ("", "rest", 0.0, 0.0),
        ("the", "rest", 0.0, 0.0),
    ],
    ids=["case, article, point", "one of three words", "none", "both empty", "one empty", "only an article"],
)
def test_words_are_compared_as_in_squad(found, answer, same, shared):
    assert exact(found, answer) == same
    assert f1(found, answer) == shared


@pytest.mark.filterwarnings("ignore:.*isinstance.treespec, LeafSpec.* is deprecated:FutureWarning")
@pytest.mark.filterwarnings("ignore:# The axis name. .* will not be used:UserWarning")
def test_an_exported_file_reads_as_the_checkpoint_does(tmp_path):
    pytest.importorskip("onnxscript")
    export = pytest.importorskip("assistant.training.export").export
    torch.manual_seed(1)
    save_checkpoint(EvidenceReader(packaged_folder()), tmp_path / "reader.safetensors")
    output = tmp_path / "reader.onnx"
    exported = export(packaged_folder(), tmp_path / "reader.safetensors", output)
    assert exported.sha256 == hashlib.sha256(output.read_bytes()).hexdigest()
    assert max(exported.difference_32_bit.values()) < 1e-4
    assert max(exported.difference_8_bit.values()) < 0.5
    assert b"site-packages" not in output.read_bytes()


def test_torch_reads_a_checkpoint_as_the_model_does(tmp_path):
    torch.manual_seed(1)
    model = EvidenceReader(packaged_folder()).eval()
    save_checkpoint(model, tmp_path / "reader.safetensors")
    passage = as_passage("Ann ran a mile. Ben sat.")
    full = TorchReader(packaged_folder(), tmp_path / "reader.safetensors")
    half = TorchReader(packaged_folder(), tmp_path / "reader.safetensors", torch.bfloat16)
    (reading,), (rounded,) = full.read("Who ran?", [passage]), half.read("Who ran?", [passage])
    encoded = Encoder(packaged_folder() / "tokenizer.json").encode([("Who ran?", passage.text)])
    with torch.no_grad():
        expected = model(encoded.input_ids, encoded.attention_mask, encoded.token_type_ids)
    pieces = encoded.pieces(0, passage.sentences[1])
    assert reading.answerable == pytest.approx(expected.answerable.item(), abs=1e-4)
    assert reading.evidence[1] == pytest.approx(expected.evidence[0, pieces].mean().item(), abs=1e-4)
    assert rounded.evidence[1] == pytest.approx(reading.evidence[1], abs=0.2)
    assert rounded.evidence != reading.evidence


def test_readers_are_timed_on_as_many_passages_as_are_said():
    examples = [
        Example("Why?", f"Week {number} " + "word " * 90, True, None, None, "cpg") for number in range(20)
    ]
    readings = {example.passage: Reading(0.0, (0.0,), (None,)) for example in examples}
    reader = QueueReader(readings)
    found = times({"queue": reader}, examples)
    assert list(found["queue"]) == ["8 passages", "12 passages", "16 passages"]
    assert all(value >= 0 for value in found["queue"].values())
    assert {len(passages) for _, passages in reader.calls} == {8, 12, 16}


def test_too_few_passages_to_time_are_an_error():
    with pytest.raises(TrainingDataError, match="At least 16 passages"):
        times({}, [span_example(1)])


def test_a_record_is_shown_in_the_card_in_place_of_the_one_before(tmp_path):
    card = tmp_path / "CARD.md"
    card.write_text("# Reader\n\n<!-- record:begin -->\nold\n<!-- record:end -->\n\nafter\n", "utf-8")
    data = write_lines(tmp_path / "a.jsonl.gz", [])
    write_record(
        tmp_path / "training.json",
        made_of([data], None) | {"options": {"seed": 3, "rate": 0.5, "least": 4e-05}},
    )
    put_into_card(card, [("training", read_record(tmp_path / "training.json"))])
    text = card.read_text("utf-8")
    assert text.startswith("# Reader\n") and text.endswith("<!-- record:end -->\n\nafter\n")
    assert "old" not in text
    assert "**training**" in text
    assert f"| data, a.jsonl.gz | {hashlib.sha256(data.read_bytes()).hexdigest()} |" in text
    assert "| options, seed | 3 |" in text
    assert "| options, rate | 0.500 |" in text
    assert "| options, least | 4e-05 |" in text
    assert "| started from | – |" in text


def test_a_card_without_a_place_and_a_broken_record_are_errors(tmp_path):
    (tmp_path / "CARD.md").write_text("# Reader\n", "utf-8")
    (tmp_path / "broken.json").write_text("[1", "utf-8")
    with pytest.raises(RecordError, match="no place for records"):
        put_into_card(tmp_path / "CARD.md", [])
    with pytest.raises(RecordError, match=r"broken\.json cannot be read"):
        read_record(tmp_path / "broken.json")
    with pytest.raises(RecordError, match=r"none\.gz cannot be read"):
        made_of([tmp_path / "none.gz"], None)
