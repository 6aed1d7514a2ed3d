"""Command line: `python -m eval run | calibrate | check`."""

import argparse
import os
import sys
from collections.abc import Sequence

from assistant.errors import AssistantError
from assistant.evidence import CALIBRATION
from assistant.load import load_assistant
from eval.calibrate import fit, observe, write
from eval.cases import CASES, CaseError, read_cases
from eval.run import report, run
from ingest.config import ingest_config
from ingest.errors import IngestError
from ingest.pipeline import read_corpus


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0, or 2 after an error that was printed."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run_parser = commands.add_parser("run", help="ask every case and print the measurements")
    run_parser.add_argument("--split", choices=("development", "test"), default="development")
    run_parser.add_argument("--failed", action="store_true", help="list the cases that failed")
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
        else:
            chosen = [case for case in cases if case.split == arguments.split]
            print(report(run(assistant, chosen), failed=arguments.failed))
    except (AssistantError, CaseError, IngestError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
