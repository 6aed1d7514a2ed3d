"""Large files and many documents, measured: `python tools/scale.py > tools/scale.json`.

On this machine, on text made from templates (tools/made_text.py): pages a second and memory of reading a long
PDF, and pages a second on all cores; texts a second that are embedded, against the model's own `encode` on
the same texts; then, for each number of passages, the time to build the index, to add one document to it, to
open it and to search it, memory and disk, and how many of the 50 nearest passages its graph finds.

For the last, sentences are embedded by the real model, and a passage's vector is the mean of its sentences':
to embed 100,000 passages and their sentences takes hours and measures no more than the texts a second. Each
measurement has a process of its own, so that its memory is its own.
"""

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import chromadb
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import made_text  # noqa: E402

from assistant.load import assistant_maker  # noqa: E402
from assistant.retrieve import RetrieveConfig, retrieve  # noqa: E402
from ingest.candidates import Candidate  # noqa: E402
from ingest.config import IngestConfig  # noqa: E402
from ingest.embed import SentenceEmbedder, Vectors  # noqa: E402
from ingest.embed_onnx import OnnxEmbedder  # noqa: E402
from ingest.errors import ParseError  # noqa: E402
from ingest.index import Index, open_index  # noqa: E402
from ingest.library import Library  # noqa: E402
from ingest.progress import Step  # noqa: E402
from ingest.reading import cores, side_by_side  # noqa: E402
from ingest.sandbox import ParsingProcess  # noqa: E402
from ingest.vector_cache import VectorCache  # noqa: E402
from ingest.vectors import HNSW  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
PAGES = 600
_PASSAGES_OF_A_DOCUMENT = 20
_EMBEDDED = 1_000
_QUESTIONS = 200
_READ = 20  # questions that are read to the end, which takes longest and does not depend on the corpus
_EF_SEARCH = (50, 100, 200, 400, 800)
_SENTENCE = re.compile(r"[^.\n]+\.")


def main() -> None:
    """Prints the figures as JSON; each part runs in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of passages")
    parser.add_argument("--pages", type=int, default=PAGES, help="of the long PDF")
    parser.add_argument("--part", choices=("pdf", "embed", "size"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        part: dict[str, Callable[[], dict[str, Any]]] = {
            "pdf": lambda: _pdf(arguments.pages),
            "embed": _embed,
            "size": lambda: _size(arguments.sizes[0]),
        }
        print(json.dumps(part[arguments.part]()))
        return
    figures: dict[str, Any] = {"cores": cores()}
    figures |= _in_process("pdf", "--pages", arguments.pages) | _in_process("embed")
    figures["passages"] = [_in_process("size", "--sizes", size) for size in arguments.sizes]
    print(json.dumps(figures, indent=2))


def _in_process(part: str, *options: object) -> dict[str, Any]:
    command = [sys.executable, __file__, "--part", part, *map(str, options)]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(result.stdout.splitlines()[-1]))


def _pdf(pages: int) -> dict[str, Any]:
    """Reading one long PDF, and several short ones on all cores."""
    content = made_text.pdf(pages)
    start = time.perf_counter()
    try:
        with ParsingProcess() as process:
            process.examine(content, "long.pdf")
        outcome = "read"
    except ParseError as error:
        outcome = str(error)
    seconds = time.perf_counter() - start
    memory = {"long PDF, MB of the process that reads": _megabytes(resource.RUSAGE_CHILDREN)}
    short = [made_text.pdf(pages // 20) for _ in range(20)]
    start = time.perf_counter()
    list(side_by_side(short, lambda item, process: process.examine(item, "short.pdf").pages))
    together = time.perf_counter() - start
    return {
        "long PDF, pages": pages,
        "long PDF, outcome": outcome,
        "long PDF, pages a second": round(pages / seconds, 1),
        **memory,
        "twenty PDFs on all cores, pages a second": round(20 * (pages // 20) / together, 1),
        "reading, MB of this process": _megabytes(resource.RUSAGE_SELF),
    }


def _embed() -> dict[str, Any]:
    """Embedding as a build does it, against the model's own `encode` on the same texts."""
    texts = [made_text.document(n, 1) for n in range(_EMBEDDED // 5)]
    texts += made_text.all_sentences(_EMBEDDED)[: _EMBEDDED - len(texts)]
    model = SentenceEmbedder()
    model.encode(texts[:32])
    start = time.perf_counter()
    model.encode(texts)
    alone = time.perf_counter() - start
    embedder = OnnxEmbedder()
    embedder.encode(texts[:32])
    with tempfile.TemporaryDirectory() as folder, closing(VectorCache(Path(folder) / "v.sqlite3")) as cache:
        start = time.perf_counter()
        cache.queue(texts)
        for _ in cache.embed(embedder):
            pass
        built = time.perf_counter() - start
    return {
        "embedding, texts": len(texts),
        "model's own encode, texts a second": round(len(texts) / alone, 1),
        "a build, texts a second": round(len(texts) / built, 1),
    }


class PooledEmbedder:
    """Gives a text the mean of the vectors of its sentences, which the real model embedded."""

    def __init__(self, documents: int) -> None:
        pool = made_text.all_sentences(documents)
        vectors = OnnxEmbedder().encode(pool)
        self._known = dict(zip(pool, vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of the texts, shape (len(texts), 384)."""
        return np.array([self._vector(text) for text in texts], dtype=np.float32)

    def _vector(self, text: str) -> Vectors:
        found = [self._known[s] for part in _SENTENCE.findall(text) if (s := part.strip()) in self._known]
        mean = np.sum(found, axis=0) if found else next(iter(self._known.values()))
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


class _Clock:
    """When each stage of a build was last heard of."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, step: Step) -> None:
        now = time.perf_counter()
        self.seconds[step.stage] = round(self.seconds.get(step.stage, 0.0) + now - self._last, 2)
        self._last = now


def _size(passages: int) -> dict[str, Any]:
    """An index of a number of passages: building, adding to it, opening, searching."""
    documents = max(1, passages // _PASSAGES_OF_A_DOCUMENT)
    embedder = PooledEmbedder(documents + 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = IngestConfig(corpus_folder=folder / "corpus", index_folder=folder / "index")
        files = list(made_text.write_corpus(folder / "in", documents, _PASSAGES_OF_A_DOCUMENT))
        built, stages = _added(config, files, embedder)
        last = folder / "last.md"
        last.write_text(made_text.document(documents, _PASSAGES_OF_A_DOCUMENT), "utf-8")
        again, _ = _added(config, [last], embedder)
        figures = {
            "passages": len(open_index(config).passages),
            "documents": documents,
            "adding all, s": built,
            "adding all, s by stage": stages,
            "adding one more document, s": again,
            "memory of building, MB": _megabytes(resource.RUSAGE_SELF),
            "index on disk, MB": _folder_megabytes(config.index_folder),
        }
        command = [sys.executable, "-c", _OPENED, str(config.corpus_folder), str(config.index_folder)]
        opened = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        return figures | json.loads(opened.stdout) | _searched(config, embedder, documents)


# Opening in a process of its own: memory of what only answers.
_OPENED = """
import json, resource, sys, time
from pathlib import Path
from ingest.config import IngestConfig
from ingest.errors import ParseError  # noqa: E402
from ingest.index import open_index
config = IngestConfig(corpus_folder=Path(sys.argv[1]), index_folder=Path(sys.argv[2]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
index = open_index(config)
seconds = time.perf_counter() - start
index.nearest(index.sentence_vectors(0)[0], 50), index.lexical_scores("filler"), index.vocabulary
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
memory = round((after - before) / 1024)
print(json.dumps({"opening, s": round(seconds, 2), "memory of an open index, MB": memory}))
"""


def _added(
    config: IngestConfig, files: list[Path], embedder: PooledEmbedder
) -> tuple[float, dict[str, float]]:
    clock = _Clock()
    start = time.perf_counter()
    library = Library(config, lambda line: None, embedder=embedder, progress=clock)
    found = list(library.examine(files))
    result = library.add([item for item in found if isinstance(item, Candidate)])
    assert len(result.added) == len(files), result.refused
    return round(time.perf_counter() - start, 1), clock.seconds


def _searched(config: IngestConfig, embedder: PooledEmbedder, documents: int) -> dict[str, Any]:
    index = open_index(config)
    asked = made_text.questions(_QUESTIONS, documents)
    vectors = OnnxEmbedder().encode(asked)
    exact = _nearest(index, config, embedder, vectors)
    times: dict[str, list[float]] = {"nearest": [], "words": [], "retrieve": []}
    for question, vector in zip(asked, vectors, strict=True):
        clock = [time.perf_counter()]
        index.nearest(vector, 50)
        clock.append(time.perf_counter())
        index.lexical_scores(question)
        index.sentence_lexical_scores(question)
        clock.append(time.perf_counter())
        retrieve(index, question, vector, RetrieveConfig())
        clock.append(time.perf_counter())
        for name, seconds in zip(times, np.diff(clock).tolist(), strict=True):
            times[name].append(1000 * seconds)
    figures: dict[str, Any] = {
        f"{name}, median ms": round(statistics.median(values), 1) for name, values in times.items()
    }
    figures["first question, s"], figures["whole search, median ms"] = _answered(config, index, asked)
    return figures | {"graph": _graph(index, vectors, exact)}


def _answered(config: IngestConfig, index: Index, asked: list[str]) -> tuple[float, float]:
    """Seconds of the first question and median milliseconds of the others, read to the end."""
    assistant = assistant_maker(config)(index)
    seconds = []
    for question in asked[:_READ]:
        start = time.perf_counter()
        assistant.search(question)
        seconds.append(time.perf_counter() - start)
    return round(seconds[0], 2), round(1000 * statistics.median(seconds[1:]))


def _nearest(
    index: Index, config: IngestConfig, embedder: PooledEmbedder, vectors: Vectors
) -> list[set[str]]:
    """Ids of the 50 nearest passages of each vector, by comparing it with all."""
    ids = [passage.id for passage in index.passages]
    matrix = embedder.encode([passage.text for passage in index.passages])
    return [{ids[n] for n in np.argsort(-(matrix @ vector), kind="stable")[:50]} for vector in vectors]


def _graph(index: Index, vectors: Vectors, exact: list[set[str]]) -> list[dict[str, float]]:
    """Recall at 50 and time of Chroma's graph at several breadths of its search."""
    client = chromadb.PersistentClient(
        path=str(index.folder / "chroma"),
        settings=chromadb.Settings(anonymized_telemetry=False, allow_reset=False),
    )
    collection = client.get_collection(f"passages-{index.folder.name}", embedding_function=None)
    rows = []
    for breadth in _EF_SEARCH:
        collection.modify(configuration={"hnsw": {"ef_search": breadth}})
        found, milliseconds = [], []
        for vector in vectors:
            start = time.perf_counter()
            result = collection.query(query_embeddings=[vector.tolist()], n_results=50, include=[])
            milliseconds.append(1000 * (time.perf_counter() - start))
            found.append(set(result["ids"][0]))
        recalls = [len(one & other) / len(other) for one, other in zip(found, exact, strict=True)]
        rows.append(
            {
                "ef_search": breadth,
                "recall at 50": round(statistics.mean(recalls), 4),
                "median ms": round(statistics.median(milliseconds), 1),
            }
        )
    collection.modify(configuration={"hnsw": {"ef_search": HNSW.get("ef_search", 100)}})
    return rows


def _megabytes(whose: int) -> int:
    return round(resource.getrusage(whose).ru_maxrss / 1024)


def _folder_megabytes(folder: Path) -> int:
    return round(sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


if __name__ == "__main__":
    main()
