"""A reader that is measured before it becomes the assistant's, from its ONNX file."""

from pathlib import Path

from assistant.errors import ModelLoadError
from assistant.read import OnnxReader, session_of


class CandidateReader(OnnxReader):
    """The assistant's reader with another model file in place of its own; the rest is the same.

    Args:
        model: an ONNX file with the inputs and outputs of the assistant's; its hash is not checked.
        threads: as of `OnnxReader`.

    Raises:
        ModelLoadError: the model cannot be loaded, or one of the assistant's own files is missing or altered.
    """

    def __init__(self, model: Path, threads: int = 0) -> None:
        super().__init__(threads=threads)
        if not model.is_file():
            raise ModelLoadError(f"There is no model file {model}.")
        self._session = session_of(model)
