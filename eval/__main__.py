"""Command line: `python -m eval run | publish | calibrate | check`."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import AssistantError
from assistant.evidence import CALIBRATION
from assistant.load import load_assistant
from assistant.pipeline import Assistant
from eval.calibrate import fit, observe, write
from eval.cases import CASES, Case, CaseError, read_cases
from eval.run import report, run, summary
from ingest.config import ingest_config
from ingest.errors import IngestError
from ingest.pipeline import read_corpus

RESULTS = Path(__file__).parent / "results" / "latest.json"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0, or 2 after an error that was printed."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run_parser = commands.add_parser("run", help="ask every case and print the measurements")
    run_parser.add_argument("--split", choices=("development", "test"), default="development")
    run_parser.add_argument("--failed", action="store_true", help="list the cases that failed")
    commands.add_parser("publish", help="measure both splits and write eval/results/latest.json")
    commands.add_parser("calibrate", help="fit calibration.json on the development split")
    commands.add_parser("check", help="check the cases against the corpus")
    arguments = parser.parse_args(argv)
    config = ingest_config(os.environ)
    try:
        cases = read_cases(CASES, read_corpus(config.corpus_folder))
        if arguments.command == "check":
            print(f"{len(cases)} cases, every quote in the corpus.")
            return 0
        assistant = load_assistant(config)
        if arguments.command == "calibrate":
            development = [case for case in cases if case.split == "development"]
            content = fit(assistant, observe(assistant, development))
            write(CALIBRATION, content)
            print(f"{CALIBRATION}: {content}")
        elif arguments.command == "publish":
            _publish(assistant, cases)
        else:
            chosen = [case for case in cases if case.split == arguments.split]
            print(report(run(assistant, chosen), failed=arguments.failed))
    except (AssistantError, CaseError, IngestError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _publish(assistant: Assistant, cases: Sequence[Case]) -> None:
    """Measures both splits; the test split only reports."""
    content: dict[str, object] = {"corpus": assistant.index.corpus_digest}
    for split in ("development", "test"):
        results = run(assistant, [case for case in cases if case.split == split])
        content[split] = summary(results)
        print(f"{split} split\n{report(results)}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    print(f"Written to {RESULTS}. Run: python tools/readme.py")


if __name__ == "__main__":
    sys.exit(main())
