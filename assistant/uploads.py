"""Documents that are sent to the library page, added to the corpus and its index."""

import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from assistant.library_routes import PASSWORD, Upload
from assistant.render_library import Added
from ingest.config import IngestConfig
from ingest.describe import describe_notes
from ingest.embed import Embedder
from ingest.errors import CorpusError
from ingest.library import Library
from ingest.proposing import Refused

_BUSY = "Another file is being added. Send this one again when that is done."


def uploads(config: IngestConfig, embedder: Embedder | None = None) -> Upload:
    """What adds documents to the corpus of a configuration, one at a time and each whole or not at all.

    It raises an IngestError where a file cannot be added: it cannot be read, is in the corpus already, or
    another is being added: a file may take minutes and gigabytes to read, so that none waits for another. A
    field "password" opens an encrypted file; it is used once and kept nowhere.

    Args:
        config: of the corpus and its index.
        embedder: makes the vectors; None for the configured model.
    """
    adding = threading.Lock()

    def added(name: str, content: bytes, given: Mapping[str, str]) -> Added:
        entry = dict(given)
        password = entry.pop(PASSWORD, "")
        library = Library(config, lambda line: None, embedder=embedder, password=lambda path: password)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            try:
                path.write_bytes(content)
            except (OSError, ValueError) as error:  # ValueError: a name with a null character
                raise CorpusError(
                    f"The file could not be received: {error}. Free space, or name it anew."
                ) from error
            known = library.known_files([path])
            if path in known:
                raise CorpusError(f"{name} is in the library already, as {known[path].label}.")
            (found,) = library.examine([path], entry)
            if isinstance(found, Refused):
                raise CorpusError(found.reason)
            result = library.add([found])
        if result.refused:
            raise CorpusError(result.refused[0].reason)
        return Added(name, result.added[0], tuple(describe_notes(found)))

    def upload(name: str, content: bytes, given: Mapping[str, str]) -> Added:
        if not adding.acquire(blocking=False):
            raise CorpusError(_BUSY)
        try:
            return added(name, content, given)
        finally:
            adding.release()

    return upload
