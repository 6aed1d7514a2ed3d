"""Large files and many documents, measured part by part: `python tools/scale.py [PART …]`.

On this machine, on text made from templates (tools/made_text.py). Parts: `pdf` (pages a second and memory of
reading a long PDF, and of many short ones on all cores), `embed` (texts a second that are embedded, against
the model's own `encode` on the same texts), and for each number of passages N, such as 10000: `build-N` (a
folder of N / 20 documents is added), `add-N` (one more document), `open-N`, `search-N` (time of a question)
and `graph-N` (how many of the 50 nearest passages Chroma's graph finds, and how fast, at several settings).

Without arguments all parts are measured that tools/scale.json does not hold yet. Each runs in a process of
its own, so that its memory is its own, is ended after --minutes, and is written down as soon as it is done: a
command that was ended goes on with the next part when it is run again. Indexes stay in --work until all parts
of their size are there.

For the sizes, sentences are embedded by the real model, and a passage's vector is the mean of its sentences':
to embed 100,000 passages and their sentences takes hours and measures no more than the texts a second.
"""

import argparse
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
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
from ingest.records import Source  # noqa: E402
from ingest.sandbox import ParsingProcess  # noqa: E402
from ingest.vector_cache import VectorCache  # noqa: E402
from ingest.vectors import HNSW  # noqa: E402

RESULT = ROOT / "tools" / "scale.json"
SIZES = (1_000, 10_000, 100_000)
STAGES = ("build", "add", "open", "search", "graph")
PAGES = 600
_SHORT_PDFS = 20
_PASSAGES_OF_A_DOCUMENT = 20
_EMBEDDED = 1_000
_QUESTIONS = 200
_READ = 20  # questions that are read to the end, which takes longest and does not depend on the corpus
_NEAREST = 50
_EF_SEARCH = (50, 100, 200, 400)
_ADDED_AT_ONCE = 1_000
_SENTENCE = re.compile(r"[^.\n]+\.")
Figures = dict[str, Any]


def main() -> int:
    """Measures the parts and writes them into the result; returns 1 if one failed or took too long."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="also if they were measured before")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of passages")
    parser.add_argument("--pages", type=int, default=PAGES, help="of the long PDF")
    parser.add_argument("--minutes", type=float, default=60, help="after which a part is given up")
    parser.add_argument("--work", type=Path, default=ROOT / "data" / "scale", help="folder of the indexes")
    parser.add_argument("--result", type=Path, default=RESULT)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # measure in this process
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(_measured(arguments.parts[0], arguments)))
        return 0
    return _measure_all(arguments)


def _measure_all(arguments: argparse.Namespace) -> int:
    figures: Figures = json.loads(arguments.result.read_text("utf-8")) if arguments.result.exists() else {}
    of_sizes = [f"{stage}-{size}" for size in arguments.sizes for stage in STAGES]
    parts = arguments.parts or [part for part in ("pdf", "embed", *of_sizes) if part not in figures]
    failed = False
    for part in parts:
        load = round(os.getloadavg()[0], 1)
        start = time.perf_counter()
        found, problem = _in_process(part, arguments)
        seconds = round(time.perf_counter() - start)
        print(f"{part:14} {seconds:6} s  load before {load}  {problem or 'done'}", flush=True)
        if found is None:
            failed = True
            continue
        figures[part] = {"cores": cores(), "load before": load} | found
        new = arguments.result.with_suffix(".new")
        new.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
        new.replace(arguments.result)
    for size in arguments.sizes:
        if all(f"{stage}-{size}" in figures for stage in STAGES):
            shutil.rmtree(arguments.work / str(size), ignore_errors=True)
    return int(failed)


def _in_process(part: str, arguments: argparse.Namespace) -> tuple[Figures | None, str]:
    """The figures of a part, or None and why there are none."""
    options = ["--pages", arguments.pages, "--work", arguments.work]
    command = [sys.executable, __file__, "--here", part, *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=60 * arguments.minutes)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)  # with the processes that read and embed
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return None, f"given up after {arguments.minutes:g} minutes"
    if process.returncode:
        return None, f"ended with {process.returncode}"
    return dict(json.loads(said.splitlines()[-1])), ""


def _measured(part: str, arguments: argparse.Namespace) -> Figures:
    if part == "pdf":
        return _pdf(arguments.pages)
    if part == "embed":
        return _embed()
    stage, _, size = part.partition("-")
    measure = {"build": _build, "add": _add, "open": _open, "search": _search, "graph": _graph}[stage]
    return measure(Corpus(arguments.work / size, int(size)))


def _pdf(pages: int) -> Figures:
    """Reading one long PDF, and several short ones on all cores."""
    content = made_text.pdf(pages)
    start = time.perf_counter()
    try:
        with ParsingProcess() as process:
            seen = process.examine(content, "long.pdf")
            document = process.document(content, _source(seen.sha256))
            outcome = f"read: {seen.pages} pages, {len(document.text)} characters"
            memory = process.peak_megabytes
    except ParseError as error:
        outcome, memory = str(error), 0
    seconds = time.perf_counter() - start
    each = max(1, pages // _SHORT_PDFS)
    short = [made_text.pdf(each) for _ in range(_SHORT_PDFS)]
    start = time.perf_counter()
    list(side_by_side(short, lambda item, process: process.examine(item, "short.pdf").pages))
    together = time.perf_counter() - start
    return {
        "long PDF, pages": pages,
        "long PDF, outcome": outcome,
        "long PDF, read by rules, pages a second": round(pages / seconds, 1),
        "long PDF, MB of the process that reads": memory,
        "long PDF, MB of the process that takes the document": _megabytes(),
        "short PDFs, pages together": _SHORT_PDFS * each,
        "short PDFs on all cores, layout analysed, pages a second": round(_SHORT_PDFS * each / together, 1),
    }


def _source(sha256: str) -> Source:
    return Source(
        id="long", title="Handbook of fillers", authors=(), year=None, journal="", volume="", issue="",
        pages="", published="", received="", accepted="", publisher="", kind="other document", about="other",
        sample_size=None, peer_reviewed=False, peer_review_basis="", abstract_only=False, doi="", url="",
        licence="", format="pdf", path="long.pdf", sha256=sha256,
    )  # fmt: skip


def _embed() -> Figures:
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


class Corpus:
    """A folder of documents of so many passages, and the corpus and index that are made of it."""

    def __init__(self, folder: Path, passages: int) -> None:
        self.folder = folder
        self.documents = max(1, passages // _PASSAGES_OF_A_DOCUMENT)
        self.config = IngestConfig(corpus_folder=folder / "corpus", index_folder=folder / "index")

    def embedder(self) -> PooledEmbedder:
        """Knows the sentences of these documents and of the next one."""
        return PooledEmbedder(self.documents + 1)

    def index(self) -> Index:
        """The index, which `build` has made."""
        return open_index(self.config)


class _Clock:
    """Seconds that each stage of a change took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, step: Step) -> None:
        now = time.perf_counter()
        self.seconds[step.stage] = round(self.seconds.get(step.stage, 0.0) + now - self._last, 2)
        self._last = now


def _build(corpus: Corpus) -> Figures:
    """A folder of documents is added to an empty corpus, anew."""
    shutil.rmtree(corpus.folder, ignore_errors=True)
    files = list(made_text.write_corpus(corpus.folder / "in", corpus.documents, _PASSAGES_OF_A_DOCUMENT))
    seconds, stages = _added(corpus, files)
    return {
        "passages": len(corpus.index().passages),
        "documents": corpus.documents,
        "seconds": seconds,
        "seconds by stage": stages,
        "MB of this process": _megabytes(),
        "MB of the index on disk": _folder_megabytes(corpus.config.index_folder),
    }


def _add(corpus: Corpus) -> Figures:
    """One document more."""
    number = len(corpus.index().sources)
    path = corpus.folder / f"{number}.md"
    path.write_text(made_text.document(number, _PASSAGES_OF_A_DOCUMENT), "utf-8")
    seconds, stages = _added(corpus, [path])
    return {"seconds": seconds, "seconds by stage": stages, "MB": _megabytes()}


def _added(corpus: Corpus, files: list[Path]) -> tuple[float, dict[str, float]]:
    embedder = corpus.embedder()
    clock = _Clock()
    start = time.perf_counter()
    library = Library(corpus.config, lambda line: None, embedder=embedder, progress=clock)
    found = list(library.examine(files))
    result = library.add([item for item in found if isinstance(item, Candidate)])
    assert len(result.added) == len(files), result.refused
    return round(time.perf_counter() - start, 1), clock.seconds


def _open(corpus: Corpus) -> Figures:
    """Opening the index and looking at each part of it once."""
    before = _megabytes()
    start = time.perf_counter()
    index = corpus.index()
    seconds = time.perf_counter() - start
    index.nearest(index.sentence_vectors(0)[0], _NEAREST), index.lexical_scores("filler"), index.vocabulary
    return {"seconds": round(seconds, 2), "MB that it adds": _megabytes() - before}


def _search(corpus: Corpus) -> Figures:
    """Each stage of search, and whole searches."""
    index = corpus.index()
    asked = made_text.questions(_QUESTIONS, corpus.documents)
    vectors = OnnxEmbedder().encode(asked)
    times: dict[str, list[float]] = {"nearest": [], "words": [], "retrieve": []}
    for question, vector in zip(asked, vectors, strict=True):
        stages = {
            "nearest": partial(index.nearest, vector, _NEAREST),
            "words": partial(_words, index, question),
            "retrieve": partial(retrieve, index, question, vector, RetrieveConfig()),
        }
        for name, stage in stages.items():
            start = time.perf_counter()
            stage()
            times[name].append(1000 * (time.perf_counter() - start))
    assistant = assistant_maker(corpus.config)(index)
    seconds = []
    for question in asked[:_READ]:
        start = time.perf_counter()
        assistant.search(question)
        seconds.append(time.perf_counter() - start)
    return {
        **{f"{name}, median ms": round(statistics.median(values), 1) for name, values in times.items()},
        "first question, s": round(seconds[0], 2),
        "whole search, median ms": round(1000 * statistics.median(seconds[1:])),
        "MB": _megabytes(),
    }


def _words(index: Index, question: str) -> None:
    index.lexical_scores(question)
    index.sentence_lexical_scores(question)


def _graph(corpus: Corpus) -> Figures:
    """Recall at 50 and time of Chroma's graph at several breadths of its search.

    A collection keeps the breadth that it was made with, so one is made for each, of the vectors alone.
    """
    embedder = corpus.embedder()
    vectors = OnnxEmbedder().encode(made_text.questions(_QUESTIONS, corpus.documents))
    passages = corpus.index().passages
    ids = [str(number) for number in range(len(passages))]
    matrix = embedder.encode([passage.text for passage in passages])
    # by comparing each with all
    exact = [{ids[n] for n in np.argsort(-(matrix @ v), kind="stable")[:_NEAREST]} for v in vectors]
    rows = []
    for breadth in _EF_SEARCH:
        with tempfile.TemporaryDirectory(dir=corpus.folder) as folder:
            settings = chromadb.Settings(anonymized_telemetry=False)
            with closing(chromadb.PersistentClient(folder, settings)) as client:  # type: ignore[type-var]
                configuration: Any = {"hnsw": HNSW | {"ef_search": breadth}}
                collection = client.create_collection(
                    "passages", configuration=configuration, embedding_function=None
                )
                for start in range(0, len(ids), _ADDED_AT_ONCE):
                    part = slice(start, start + _ADDED_AT_ONCE)
                    collection.add(ids[part], matrix[part])
                rows.append(_asked(collection, vectors, exact) | {"ef_search": breadth})
    return {"graph": rows}


def _asked(collection: chromadb.Collection, vectors: Vectors, exact: list[set[str]]) -> dict[str, float]:
    recalls, milliseconds = [], []
    for vector, nearest in zip(vectors, exact, strict=True):
        start = time.perf_counter()
        result = collection.query(query_embeddings=[vector.tolist()], n_results=_NEAREST, include=[])
        milliseconds.append(1000 * (time.perf_counter() - start))
        recalls.append(len(set(result["ids"][0]) & nearest) / len(nearest))
    return {
        "recall at 50": round(statistics.mean(recalls), 4),
        "median ms": round(statistics.median(milliseconds), 1),
    }


def _megabytes() -> int:
    """Most memory that this process has held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _folder_megabytes(folder: Path) -> int:
    return round(sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


if __name__ == "__main__":
    sys.exit(main())
