"""A reader that is measured before it becomes the assistant's, from its ONNX file."""

from pathlib import Path

from assistant.errors import ModelLoadError
from assistant.read import PassageReader, onnx_model


class CandidateReader(PassageReader):
    """The assistant's reader with another model file in place of its own; the rest is the same.

    Args:
        model: an ONNX file with the inputs and outputs of the assistant's; its hash is not checked.
        threads: as of `PassageReader`.

    Raises:
        ModelLoadError: there is no such model, or the assistant's tokenizer is missing or altered.
    """

    def __init__(self, model: Path, threads: int = 0) -> None:
        if not model.is_file():
            raise ModelLoadError(f"There is no model file {model}.")
        super().__init__(onnx_model(model), threads=threads)
