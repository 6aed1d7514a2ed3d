import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ingest.embed import SentenceEmbedder, packaged_folder, tuned_weights
from ingest.embed_onnx import OnnxEmbedder
from ingest.errors import ModelError

TEXTS = [
    "Cement leaks.",
    "PVP",
    "How long does the hospital stay last, and who decides? " * 30,
    "Schmerzen nach dem Eingriff – 骨水泥",
]


def test_vectors_agree_with_those_of_sentence_transformers():
    vectors = OnnxEmbedder(weights={}).encode(TEXTS)
    expected = SentenceEmbedder().encode(TEXTS)
    assert vectors.shape == expected.shape == (len(TEXTS), 384)
    assert np.abs(vectors - expected).max() < 1e-5


def test_so_do_those_of_our_weights(tmp_path):
    folder = shutil.copytree(packaged_folder(), tmp_path / "model")
    save_file(load_file(folder / "model.safetensors") | tuned_weights(), folder / "model.safetensors")
    vectors, expected = OnnxEmbedder().encode(TEXTS), SentenceEmbedder(str(folder)).encode(TEXTS)
    assert np.abs(vectors - expected).max() < 1e-5
    assert np.abs(vectors - OnnxEmbedder(weights={}).encode(TEXTS)).max() > 1e-2


def test_a_text_has_the_same_vector_alone_and_among_others():
    embedder = OnnxEmbedder()
    alone = embedder.encode(TEXTS[:1])[0]
    assert np.abs(embedder.encode(TEXTS)[0] - alone).max() < 1e-5


def test_no_texts_give_no_vectors():
    assert len(OnnxEmbedder().encode([])) == 0


def test_an_altered_graph_is_refused_with_the_way_out(tmp_path):
    graph = tmp_path / "graph.onnx"
    graph.write_bytes(b"not the graph")
    with pytest.raises(ModelError, match="git checkout"):
        OnnxEmbedder(graph)


def test_a_missing_graph_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(ModelError, match="git checkout"):
        OnnxEmbedder(tmp_path / "none.onnx")
