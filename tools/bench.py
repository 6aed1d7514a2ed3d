"""Times and sizes for the README: `make bench`.

Measured on this machine, with the index of the configuration in the environment: one question in a fresh
process, warm answers to the one-turn questions of the evaluation set by stage, building the index from
nothing and when nothing changed, peak memory of the server, size of the environment. Prints JSON.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import create_app  # noqa: E402
from assistant.load import load_assistant  # noqa: E402
from eval.cases import CASES, read_cases  # noqa: E402
from ingest.config import IngestConfig, ingest_config  # noqa: E402
from ingest.embedder import load_embedder  # noqa: E402
from ingest.pipeline import build, read_corpus  # noqa: E402

_FRESH_RUNS = 5


def main() -> None:
    """Prints the figures; with --server those of one server process that answers every question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", action="store_true")
    config = ingest_config(os.environ)
    build(config, lambda line: None)
    cases = read_cases(CASES, read_corpus(config.corpus_folder))
    questions = [case.turns[0] for case in cases if len(case.turns) == 1]
    if parser.parse_args().server:
        figures = _server(config, questions)
    else:
        figures = _fresh(questions)
        command = [sys.executable, __file__, "--server"]
        figures |= json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        figures |= _builds(config)
        figures["installed environment with the tools of development, GB"] = _gigabytes(Path(sys.prefix))
        figures["cores"] = os.cpu_count() or 0
    print(json.dumps(figures, indent=2))


def _fresh(questions: list[str]) -> dict[str, float]:
    """Seconds from the command to its answer, the first run not counted (it warms the disk cache)."""
    seconds = []
    for question in questions[: _FRESH_RUNS + 1]:
        start = time.perf_counter()
        command = [sys.executable, "-m", "assistant", "ask", "--", question]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        seconds.append(time.perf_counter() - start)
    return {"one question in a fresh process, s (median of 5)": round(statistics.median(seconds[1:]), 2)}


def _server(config: IngestConfig, questions: list[str]) -> dict[str, float]:
    """Warm answers by stage, and the memory of a process that serves the page."""
    assistant = load_assistant(config)
    create_app(assistant)
    for question in questions[:5]:
        assistant.ask(question)
    answers, stages = [], dict[str, list[float]]()
    for question in questions:
        start = time.perf_counter()
        assistant.ask(question)
        answers.append(time.perf_counter() - start)
        for stage, seconds in assistant.search(question).seconds:
            stages.setdefault(stage, []).append(seconds)
    figures = {"warm answers measured": float(len(answers))}
    for name, values in {"warm answer": answers, **stages}.items():
        label = name if name == "warm answer" else f"stage {name}"
        figures[f"{label}, median, ms"] = _milliseconds(values, 50)
        figures[f"{label}, 95th percentile, ms"] = _milliseconds(values, 95)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return figures | {"peak memory of the server, MB": round(peak / 1024)}


def _builds(config: IngestConfig) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = replace(config, index_folder=Path(folder) / "index")
        start = time.perf_counter()
        embedder = load_embedder(fresh)
        loaded = time.perf_counter()
        build(fresh, lambda line: None, embedder=embedder)
        built = time.perf_counter()
        build(fresh, lambda line: None)
        unchanged = time.perf_counter()
    return {
        "loading the embedding model for a build, s": round(loaded - start, 2),
        "building the index from nothing, s": round(built - loaded, 2),
        "building when nothing changed, s": round(unchanged - built, 2),
    }


def _gigabytes(folder: Path) -> float:
    return round(sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9, 2)


def _milliseconds(values: list[float], percentile: int) -> float:
    return round(1000 * statistics.quantiles(values, n=100, method="inclusive")[percentile - 1])


if __name__ == "__main__":
    main()
