"""Times and sizes for the README: `make bench`.

Measured on this machine, with the index of the configuration in the environment: time of one question in a
fresh process, warm answers over the one-turn questions of the evaluation set by stage, building the index
from nothing and when nothing changed, peak memory of the server, size of the environment.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant.load import load_assistant  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from eval.cases import CASES, read_cases  # noqa: E402
from ingest.config import ingest_config  # noqa: E402
from ingest.embed import SentenceEmbedder  # noqa: E402
from ingest.pipeline import build, read_corpus  # noqa: E402

_FRESH_RUNS = 5
_PORT = 7899


def main() -> None:
    """Prints the figures as JSON."""
    config = ingest_config(os.environ)
    build(config, lambda line: None)
    cases = read_cases(CASES, read_corpus(config.corpus_folder))
    questions = [case.turns[0] for case in cases if len(case.turns) == 1]
    figures = {"fresh_process_seconds": _fresh(questions), "server": _server(questions)}
    figures["build"] = _builds(config)
    assistant = load_assistant(config)
    figures["warm"] = _warm(assistant, questions)
    figures["environment_gigabytes"] = _size(Path(sys.prefix))
    figures["machine"] = f"{os.cpu_count()} cores"
    print(json.dumps(figures, indent=2))


def _fresh(questions: list[str]) -> dict[str, float]:
    """Seconds from the command to its answer, the first run not counted (it warms the disk cache)."""
    seconds = []
    for question in questions[: _FRESH_RUNS + 1]:
        start = time.perf_counter()
        command = [sys.executable, "-m", "assistant", "ask", question]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        seconds.append(time.perf_counter() - start)
    return {"median": round(statistics.median(seconds[1:]), 2), "runs": _FRESH_RUNS}


def _warm(assistant: Assistant, questions: list[str]) -> dict[str, object]:
    for question in questions[:5]:
        assistant.ask(question)
    totals, stages = [], {}
    for question in questions:
        start = time.perf_counter()
        assistant.ask(question)
        totals.append(time.perf_counter() - start)
        for stage, seconds in assistant.search(question).seconds:
            stages.setdefault(stage, []).append(seconds)
    return {
        "questions": len(totals),
        "median_ms": _milliseconds(totals, 50),
        "p95_ms": _milliseconds(totals, 95),
        "stages_median_ms": {name: _milliseconds(values, 50) for name, values in stages.items()},
        "stages_p95_ms": {name: _milliseconds(values, 95) for name, values in stages.items()},
    }


def _builds(config: object) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = replace(config, index_folder=Path(folder) / "index")
        start = time.perf_counter()
        embedder = SentenceEmbedder()
        loaded = time.perf_counter()
        build(fresh, lambda line: None, embedder=embedder)
        built = time.perf_counter()
        build(fresh, lambda line: None)
        unchanged = time.perf_counter()
    return {
        "load_model_seconds": round(loaded - start, 2),
        "from_nothing_seconds": round(built - loaded, 2),
        "unchanged_seconds": round(unchanged - built, 2),
    }


def _server(questions: list[str]) -> dict[str, float]:
    """Peak memory of the server after it has answered, and seconds until it is ready."""
    environment = {**os.environ, "ASSISTANT_PORT": str(_PORT)}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{_PORT}/healthz", seconds=120)
        ready = time.perf_counter() - start
        status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    finally:
        process.terminate()
        process.wait(timeout=30)
    return {"ready_seconds": round(ready, 1), "peak_megabytes": round(int(peak.split()[1]) / 1024)}


def _wait(address: str, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        try:
            urllib.request.urlopen(address, timeout=2).read()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer after {seconds} s")


def _size(folder: Path) -> float:
    total = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    return round(total / 1e9, 2)


def _milliseconds(values: list[float], percentile: int) -> int:
    return round(1000 * statistics.quantiles(values, n=100, method="inclusive")[percentile - 1])


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
