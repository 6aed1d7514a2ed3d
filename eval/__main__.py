"""Command line of the evaluation: `python -m eval run`, `compare`, `report`, `gate` and others; see `-h`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from assistant.errors import AssistantError
from assistant.evidence import CALIBRATION
from assistant.load import load_assistant
from eval.calibrate import UNFITTED, fit, observe
from eval.calibrate import write as write_calibration
from eval.cases import CASES, Case, CaseError, read_cases
from eval.client import KEY, ClientError, RemoteAssistant
from eval.compare import compare
from eval.gate import THRESHOLDS, GateError, read_thresholds, verdict
from eval.judge import Judge
from eval.reader import measure_readers, readers_text
from eval.replies import System
from eval.report import write_report
from eval.retrieval import write_trec
from eval.run import LIMIT_SECONDS, run
from eval.store import (
    FOLDER,
    RELEASED,
    WHOLE,
    Results,
    ResultsError,
    SystemResults,
    read,
    released,
    results,
    system_results,
    write,
)
from eval.systems import NAMES, load_systems
from eval.text import case_text, comparison_text, flips_text, results_text
from ingest.config import IngestConfig, ingest_config
from ingest.errors import IngestError
from ingest.index import corpus_digest
from ingest.pipeline import read_corpus
from ingest.records import Document

SPLITS = ("development", "test")
_ERRORS = (AssistantError, CaseError, ClientError, GateError, IngestError, ResultsError)

Load = Callable[[Sequence[str], IngestConfig], list[System]]


@dataclass(frozen=True)
class Bench:
    """What every command works with.

    Attributes:
        config: of the index.
        load: gives the systems of some names.
        folder: of the released results.
        key: of the assistant behind a URL; empty if it asks for none.
    """

    config: IngestConfig
    load: Load
    folder: Path
    key: str = field(default="", repr=False)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The corpus."""
        return tuple(read_corpus(self.config.corpus_folder))

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The shipped cases, checked against the corpus."""
        return read_cases(CASES, self.documents)

    def of_splits(self, splits: Sequence[str]) -> list[Case]:
        """The cases of these splits."""
        return [case for case in self.cases if case.split in splits]

    def systems(self, names: Sequence[str], url: str, limit_seconds: float) -> list[System]:
        """The systems of these names; the assistant is the one behind the URL if there is one."""
        local = [name for name in names if not (url and name == "assistant")]
        made = {system.name: system for system in (self.load(local, self.config) if local else [])}
        if url and "assistant" in names:
            texts = {document.source.id: document.text for document in self.documents}
            made["assistant"] = RemoteAssistant(url, texts, limit_seconds, self.key)
        return [made[name] for name in dict.fromkeys(names)]

    def results(
        self,
        systems: Sequence[System],
        cases: Sequence[Case],
        *,
        search: bool = True,
        limit_seconds: float = LIMIT_SECONDS,
        trec: Path | None = None,
    ) -> Results:
        """Every system's replies to the cases, scored; rankings are written to the folder `trec`."""
        judge, found = Judge(self.documents), list[SystemResults]()
        for system in systems:
            print(f"{system.name}: {len(cases)} cases …", file=sys.stderr, flush=True)
            done = run(system, cases, judge, search=search, limit_seconds=limit_seconds)
            if trec is not None and system.units:
                write_trec(trec, system.name, done.rankings, done.judgements)
            found.append(system_results(system, done.rows))
        return results(corpus_digest(tuple(document.source for document in self.documents)), found)


def main(argv: Sequence[str] | None = None, *, load: Load = load_systems, folder: Path = FOLDER) -> int:
    """Runs a command; returns 0, 1 if the gate is not passed, or 2 after an error that was printed."""
    arguments = _parser().parse_args(argv)
    bench = Bench(ingest_config(os.environ), load, folder, os.environ.get(KEY, ""))
    try:
        return int(arguments.run(bench, arguments) or 0)
    except _ERRORS as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(
        name: str, function: Callable[[Bench, argparse.Namespace], int | None]
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=(function.__doc__ or "").split("\n")[0])
        made.set_defaults(run=function)
        return made

    made = command("run", _run)
    made.add_argument("--systems", nargs="+", choices=NAMES, help="default: all, or the assistant with --url")
    made.add_argument("--split", choices=(*SPLITS, "both"), default="development")
    made.add_argument("--url", default="", help=f"score the assistant that runs there; {KEY} holds its key")
    made.add_argument("--output", type=Path, help="file of results to write")
    made.add_argument("--trec", type=Path, help="folder for rankings and judgements in the form of TREC")
    made.add_argument("--failed", action="store_true", help="list the cases that failed")
    made.add_argument("--limit-seconds", type=float, default=LIMIT_SECONDS, help="longest time for one case")
    made = command("compare", _compare)
    made.add_argument("first", help="file of results, or FILE:SYSTEM")
    made.add_argument("second", help="file of results, or FILE:SYSTEM")
    made = command("show", _show)
    made.add_argument("case", help="id of the case")
    made.add_argument("--url", default="", help="ask the assistant that runs there")
    made = command("report", _report)
    made.add_argument("results", type=Path, help="file of results, with rows that have their words")
    made.add_argument("output", type=Path, help="HTML file to write")
    made = command("reader", _reader)
    made.add_argument("files", type=Path, nargs="+", help="files of labelled examples")
    made.add_argument("--model", type=Path, action="append", default=[], help="ONNX file instead of ours")
    made.add_argument("--limit", type=int, help="read only the first examples of each file")
    for name, function in (
        ("publish", _publish),
        ("gate", _gate),
        ("calibrate", _calibrate),
        ("check", _check),
    ):
        command(name, function)
    return parser


def _run(bench: Bench, arguments: argparse.Namespace) -> None:
    """Ask every case and print the measurements."""
    names = arguments.systems or (["assistant"] if arguments.url else NAMES)
    cases = bench.of_splits(SPLITS if arguments.split == "both" else [arguments.split])
    systems = bench.systems(names, arguments.url, arguments.limit_seconds)
    found = bench.results(systems, cases, limit_seconds=arguments.limit_seconds, trec=arguments.trec)
    print(results_text(found, failed=arguments.failed))
    if arguments.output:
        write(arguments.output, found)


def _compare(bench: Bench, arguments: argparse.Namespace) -> None:
    """Compare two results case by case."""
    first, second = (_system(name) for name in (arguments.first, arguments.second))
    print(comparison_text(compare(first.rows, second.rows)))


def _show(bench: Bench, arguments: argparse.Namespace) -> None:
    """Ask one case and print what was expected and what was shown."""
    found = [case for case in bench.cases if case.id == arguments.case]
    if not found:
        near = ", ".join(get_close_matches(arguments.case, [case.id for case in bench.cases], 5, 0.3))
        raise CaseError(f"There is no case {arguments.case!r}. Near: {near or 'none'}.")
    systems = bench.systems(["assistant"], arguments.url, LIMIT_SECONDS)
    (row,) = bench.results(systems, found).systems[0].rows
    print(case_text(row))


def _report(bench: Bench, arguments: argparse.Namespace) -> None:
    """Write a page with tables, plots and failed cases."""
    write_report(arguments.output, read(arguments.results))


def _reader(bench: Bench, arguments: argparse.Namespace) -> None:
    """Measure the evidence reader on files of labelled examples."""
    print(readers_text(measure_readers(arguments.model, arguments.files, arguments.limit)))


def _publish(bench: Bench, arguments: argparse.Namespace) -> None:
    """Measure all systems on both splits and write the released results."""
    found = bench.results(bench.systems(NAMES, "", LIMIT_SECONDS), bench.cases)
    write(bench.folder / WHOLE, found)
    write(bench.folder / RELEASED, released(found))
    print(results_text(found))
    print(f"Written to {bench.folder}. Run: python tools/readme.py")


def _gate(bench: Bench, arguments: argparse.Namespace) -> int:
    """Fail if the assistant fell below the thresholds; print the flipped cases."""
    thresholds = read_thresholds(THRESHOLDS)
    path = bench.folder / RELEASED
    before = read(path).system("assistant").rows if path.is_file() else ()
    found = bench.results(bench.systems(["assistant"], "", LIMIT_SECONDS), bench.cases, search=False)
    (now,) = found.systems
    outcome = verdict(now.rows, now.measured, thresholds, before)
    print("\n".join([*flips_text(outcome.flips), *outcome.falls, "FAILED" if outcome.falls else "passed"]))
    return 1 if outcome.falls else 0


def _calibrate(bench: Bench, arguments: argparse.Namespace) -> None:
    """Fit calibration.json on the development split."""
    cases = bench.of_splits(["development"])
    assistant = load_assistant(bench.config, calibration=UNFITTED)
    content = fit(assistant, observe(assistant, cases))
    write_calibration(CALIBRATION, content)
    print(f"{CALIBRATION}: {content}")


def _check(bench: Bench, arguments: argparse.Namespace) -> None:
    """Check the cases against the corpus."""
    print(f"{len(bench.cases)} cases, every quote in the corpus.")


def _system(name: str) -> SystemResults:
    """The results that FILE or FILE:SYSTEM names."""
    path, _, system = (name, "", "") if Path(name).is_file() else name.rpartition(":")
    found = read(Path(path or name)).system(system if path else "")
    if not found.rows:
        raise ResultsError(
            f"{name} keeps no rows of {found.name}. Make them: python -m eval run --output FILE"
        )
    return found


if __name__ == "__main__":
    sys.exit(main())
