"""Training and measuring of the embedding model's own weights."""

import json

import numpy as np
import pytest
import torch
from test_training import DOCUMENTS, HashEmbedder, span_example, write_lines

from assistant.errors import ModelLoadError
from assistant.training.data import Asked, LabelledDocument, without_passages
from assistant.training.embedding_model import EmbeddingModel, embedder_weights
from assistant.training.losses import contrast
from assistant.training.measure_embedder import find
from assistant.training.train_embedder import EmbedderOptions, train_embedder
from ingest.embed import packaged_folder
from ingest.embed_onnx import OnnxEmbedder

OPTIONS = EmbedderOptions(rounds=1, learning_rate=1e-3, documents_in_step=2, pairs_every=2)


def trained(output, *, documents=DOCUMENTS, options=OPTIONS, report=lambda line: None):
    pairs = [span_example(number) for number in range(3)]
    return train_embedder(documents, pairs, packaged_folder(), output, options, report)


def test_the_contrast_has_hand_worked_values():
    scores = torch.zeros(2, 4)
    scores[1, 0] = 2.0
    answering = torch.tensor([[True, True, False, False], [True, False, False, False]])
    # One right text against two wrong ones with the same score is ln 3; against three with e² for 1 it is
    # ln(1 + 3 / e²).
    expected = (np.log(3) + np.log(1 + 3 / np.exp(2))) / 2
    assert contrast(scores, answering).item() == pytest.approx(expected)


def test_nothing_to_tell_an_answer_from_is_no_loss():
    assert contrast(torch.ones(1, 2), torch.tensor([[True, True]])).item() == 0.0


def test_training_brings_questions_nearer_to_their_sentences_and_leaves_the_word_vectors(tmp_path):
    lines = []
    result = trained(tmp_path / "e.safetensors", report=lines.append)
    assert (result.steps, result.questions) == (3, 6)
    assert lines[0] == "6 documents, 3 pairs"
    weights = embedder_weights(tmp_path / "e.safetensors")
    assert "encoder.layer.5.output.dense.weight" in weights
    assert "embeddings.word_embeddings.weight" not in weights
    before, after = (OnnxEmbedder(weights=own) for own in ({}, weights))
    assert np.mean([margin(after, document) for document in DOCUMENTS]) > 0.02 + np.mean(
        [margin(before, document) for document in DOCUMENTS]
    )


def margin(embedder, document):
    """How much nearer a document's question is to the sentences that answer it than to the others."""
    asked = document.asked[0]
    cosines = embedder.encode(document.sentences) @ embedder.encode([asked.question])[0]
    answering = [number in asked.evidence for number in range(len(document.sentences))]
    return cosines[answering].mean() - cosines[np.invert(answering)].mean()


def test_the_same_seed_gives_the_same_weights_and_another_does_not(tmp_path):
    seeds = {"a": 1, "b": 1, "c": 2}
    for name, seed in seeds.items():
        torch.manual_seed(len(name + name))
        options = EmbedderOptions(rounds=0.5, documents_in_step=2, seed=seed)
        trained(tmp_path / name, options=options)
    a, b, c = (embedder_weights(tmp_path / name) for name in seeds)
    assert all(np.array_equal(a[name], b[name]) for name in a)
    assert not all(np.array_equal(a[name], c[name]) for name in a)


def test_documents_without_an_answered_question_are_left_out(tmp_path):
    silent = LabelledDocument("pasx", ("Nothing is said.",), (Asked("What is said?", frozenset()),))
    lines = []
    trained(tmp_path / "e", documents=[*DOCUMENTS[:2], silent], report=lines.append)
    assert lines[0].startswith("2 documents")


def test_one_document_alone_can_be_trained_on(tmp_path):
    assert trained(tmp_path / "e", documents=DOCUMENTS[:1]).steps == 1


def test_training_computes_the_vectors_of_the_embedder_that_is_used():
    texts = ["Cement leaks.", "How long does the stay last? " * 40, "PVP"]
    with torch.no_grad():
        vectors = EmbeddingModel(packaged_folder())(texts).numpy()
    cosines = (vectors * OnnxEmbedder(weights={}).encode(texts)).sum(axis=1)
    assert cosines.min() > 0.999  # bfloat16


def test_passages_that_open_like_held_out_ones_are_left_out():
    one, other = span_example(1), span_example(2)
    assert without_passages([one, other], [one]) == [other]


@pytest.mark.parametrize(
    ("digits", "at_1", "at_10", "rank"),
    [
        pytest.param("1", 1.0, 1.0, 1.0, id="nearest"),
        pytest.param("2", 0.0, 1.0, 0.5, id="second"),
    ],
)
def test_the_rank_of_a_passage_is_one_more_than_those_that_are_nearer(digits, at_1, at_10, rank):
    class Embedder:
        def encode(self, texts):
            return np.array([[1.0, 0.2] if "2" in text else [0.6, 0.8] for text in texts], dtype=np.float32)

    own, other = span_example(1), span_example(2)
    question = own.question + digits
    asked = type(own)(question, own.passage, True, own.span, own.evidence, own.source)
    unanswered = type(own)("?", other.passage, False, None, (), other.source)
    found = find(Embedder(), [asked, unanswered])
    assert (found.recall_at_1, found.recall_at_10) == (at_1, at_10)
    assert found.reciprocal_rank == pytest.approx(rank)
    assert (found.examples, found.passages) == (1, 2)


def test_no_more_questions_are_asked_than_said_among_all_passages():
    examples = [span_example(number) for number in range(5)]
    assert (find(HashEmbedder(), examples, 2).examples, find(HashEmbedder(), examples, 2).passages) == (2, 5)


def test_weights_that_cannot_be_read_are_an_error(tmp_path):
    with pytest.raises(ModelLoadError, match="cannot be read"):
        embedder_weights(tmp_path / "none.safetensors")
    (tmp_path / "bad.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelLoadError, match="cannot be read"):
        embedder_weights(tmp_path / "bad.safetensors")


def test_the_commands_train_measure_and_record(tmp_path, capsys):
    pytest.importorskip("onnx")  # which the command line needs for its other commands
    from assistant.training.__main__ import main

    documents = [
        {
            "id": f"x-{number}",
            "sentences": [f"Group {number} ran {number + i} miles." for i in range(3)],
            "answerable": [{"question": f"How far did group {number} run?", "evidence": [0]}],
            "unanswerable": [],
        }
        for number in range(3)
    ]
    example = {
        "q": "Who ran?",
        "p": "Ann ran.",
        "ans": 1,
        "span": [0, 3],
        "ev": [[0, 8]],
        "w": 1.0,
        "src": "cpg",
    }
    made = write_lines(tmp_path / "documents.jsonl.gz", documents)
    pairs = write_lines(tmp_path / "pairs.jsonl.gz", [example])
    held_out = write_lines(tmp_path / "dev.jsonl.gz", [example | {"p": "Ben sat."}, example])
    output = tmp_path / "e.safetensors"
    command = ["train-embedder", str(output), "--documents", str(made), "--pairs", str(pairs)]
    assert main([*command, "--held-out", str(held_out), "--rounds", "1"]) == 0
    record = json.loads(output.with_suffix(".json").read_text("utf-8"))
    assert record["steps"] == 1 and set(record["data"]) == {made.name, pairs.name, held_out.name}
    capsys.readouterr()
    assert main(["measure-embedder", str(output), "--examples", str(held_out)]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert set(measured) == {"packaged model", "our weights", output.name}
    assert measured[output.name][held_out.name]["passages"] == 2
