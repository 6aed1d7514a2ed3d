"""Checkpoint to the ONNX file with 8-bit weights that `assistant.read` runs.

Weights are quantised by channel to signed 8 bits, activations when they are computed (dynamic quantisation):
a quarter of the size, and about twice as fast on ONNX Runtime (models/CARD.md).
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]
from torch import Tensor

from assistant.training.model import INPUTS, EvidenceReader, Outputs, load_checkpoint

_OPSET = 18
# Batch and length, in word pieces, that the file takes.
_BATCH = torch.export.Dim("batch", min=1, max=256)
_LENGTH = torch.export.Dim("length", min=8, max=512)
_SHORTEST_PIECE, _LAST_PIECE = 1000, 20000


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and how far it is from the checkpoint on a batch of random pieces.

    Attributes:
        sha256: its hash, which assistant/read.py expects.
        size_bytes: its size.
        difference_32_bit: for each output the largest difference in log-odds before the weights are
            rounded.
        difference_8_bit: the same for the file.
    """

    sha256: str
    size_bytes: int
    difference_32_bit: dict[str, float]
    difference_8_bit: dict[str, float]


def export(encoder: Path, checkpoint: Path, output: Path) -> Exported:
    """Writes the ONNX file of a checkpoint.

    Args:
        encoder: folder of the pretrained encoder.
        checkpoint: a safetensors or torch file of the reader's weights.
        output: the ONNX file to write.

    Raises:
        ModelLoadError: the checkpoint does not fit.
    """
    model = EvidenceReader(encoder)
    load_checkpoint(model, checkpoint)
    model.eval()
    inputs = _inputs()
    with torch.no_grad():
        expected: Outputs = model(*inputs)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "reader_32_bit.onnx"
        _write_full(model, inputs, full)
        quantize_dynamic(full, output, weight_type=QuantType.QInt8, per_channel=True, reduce_range=False)
        difference = _difference(full, inputs, expected)
    content = output.read_bytes()
    return Exported(
        hashlib.sha256(content).hexdigest(), len(content), difference, _difference(output, inputs, expected)
    )


def _inputs() -> tuple[Tensor, Tensor, Tensor]:
    """Three rows of random pieces: ten of the question, thirty of the passage; always the same."""
    draw = torch.Generator().manual_seed(0)
    pieces = torch.randint(_SHORTEST_PIECE, _LAST_PIECE, (3, 40), generator=draw)
    types = torch.zeros_like(pieces)
    types[:, 10:] = 1
    return pieces, torch.ones_like(pieces), types


def _write_full(model: EvidenceReader, inputs: tuple[Tensor, Tensor, Tensor], path: Path) -> None:
    program = torch.onnx.export(
        model,
        inputs,
        input_names=list(INPUTS),
        output_names=list(Outputs._fields),
        dynamic_shapes={name: {0: _BATCH, 1: _LENGTH} for name in INPUTS},
        dynamo=True,
        verbose=False,
        opset_version=_OPSET,
    )
    assert program is not None  # it is None only if a file to write is given
    graph = program.model_proto
    # Shapes noted by the exporter stop the quantiser; its other notes name this machine's folders.
    del graph.graph.value_info[:], graph.graph.metadata_props[:], graph.metadata_props[:]
    for node in graph.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*graph.graph.input, *graph.graph.output):
        del value.metadata_props[:]
    onnx.save(graph, path)


def _difference(path: Path, inputs: tuple[Tensor, Tensor, Tensor], expected: Outputs) -> dict[str, float]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    arrays = {name: value.numpy() for name, value in zip(INPUTS, inputs, strict=True)}
    found = session.run(list(Outputs._fields), arrays)
    return {
        name: float(np.abs(ours - theirs.numpy()).max())
        for name, ours, theirs in zip(Outputs._fields, found, expected, strict=True)
    }
