"""Readers on files of labelled questions, one beside the other: on the same work, without the rest.

The files have the form of the reader's training data (`assistant.training.data`); they are given by path and
are no part of this repository. Readers are ONNX files; PyTorch is not needed.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.read import OnnxReader, Reader
from assistant.training.candidates import CandidateReader
from assistant.training.measure import Measured, measure_files

_COLUMNS = (
    "examples", "left_out", "answerable_auc", "with_evidence", "best_in_evidence", "with_span", "span_exact",
    "span_f1", "squad_exact", "squad_f1",
)  # fmt: skip


def measure_readers(
    models: Sequence[Path], files: Sequence[Path], limit: int | None = None
) -> dict[tuple[str, str], Measured]:
    """What is measured of each reader on each file, by the names of both.

    Args:
        models: ONNX files; none for the assistant's own reader.
        files: of examples.
        limit: how many of each file are read, from its beginning; None for all.

    Raises:
        ModelLoadError: a model cannot be loaded.
        TrainingDataError: a file cannot be read or is not of the form.
    """
    readers: dict[str, Reader] = {str(model): CandidateReader(model) for model in models}
    return measure_files(readers or {"assistant/models": OnnxReader()}, files, limit)


def readers_text(measured: dict[tuple[str, str], Measured]) -> str:
    """A line for each reader and file."""
    width = max(len(f"{model} on {file}") for model, file in measured)
    lines = [" " * width + "".join(f"{name:>18}" for name in _COLUMNS)]
    for (model, file), found in measured.items():
        cells = "".join(f"{_cell(asdict(found)[name]):>18}" for name in _COLUMNS)
        lines.append(f"{f'{model} on {file}':<{width}}{cells}")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
