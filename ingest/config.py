"""What shapes the index, as values. Read from the environment once, at an entry point."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.chunk import ChunkConfig

_HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class IngestConfig:
    """Where the corpus and the index are and how the index is made.

    Attributes:
        corpus_folder: holds manifest.toml and the source files.
        index_folder: holds the builds of the index.
        embedding_model: empty for all-MiniLM-L6-v2 with our weights; else a folder, or a name on the
            model hub, of a sentence-transformers model.
        chroma_url: empty for Chroma inside this process; else the address of a Chroma server.
        chunk: lengths of passages.
    """

    corpus_folder: Path = _HERE / "corpus"
    index_folder: Path = _HERE / "data" / "index"
    embedding_model: str = ""
    chroma_url: str = ""
    chunk: ChunkConfig = field(default_factory=ChunkConfig)


def ingest_config(environment: Mapping[str, str]) -> IngestConfig:
    """The configuration that the environment gives; defaults for what is not set.

    Variables: ASSISTANT_CORPUS, ASSISTANT_INDEX, ASSISTANT_EMBEDDING_MODEL and ASSISTANT_CHROMA_URL.
    """
    default = IngestConfig()
    return IngestConfig(
        corpus_folder=Path(environment.get("ASSISTANT_CORPUS") or default.corpus_folder),
        index_folder=Path(environment.get("ASSISTANT_INDEX") or default.index_folder),
        embedding_model=environment.get("ASSISTANT_EMBEDDING_MODEL", ""),
        chroma_url=environment.get("ASSISTANT_CHROMA_URL", ""),
    )
