"""Command line: `python -m ingest build | check | show SOURCE`."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from ingest.config import IngestConfig, ingest_config
from ingest.errors import IngestError
from ingest.index import open_index
from ingest.pipeline import build, read_corpus
from ingest.show import show

# Source: what shells report for a command that was ended by SIGINT and by SIGPIPE.
INTERRUPTED, OUTPUT_CLOSED = 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0, or 2 after an error that was printed.

    Ctrl-C ends with 130, a reader that closes the output with 141.
    """
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build_parser = commands.add_parser("build", help="build the index if it is missing or stale")
    build_parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    commands.add_parser("check", help="check the manifest, the source files and the index")
    show_parser = commands.add_parser("show", help="print how a source was read")
    show_parser.add_argument("source", help="id of the source, or its first characters")
    arguments = parser.parse_args(argv)
    config = ingest_config(os.environ)
    try:
        if arguments.command == "build":
            _build(config, force=arguments.force)
        elif arguments.command == "check":
            _check(config)
        else:
            print(show(read_corpus(config.corpus_folder), arguments.source))
        sys.stdout.flush()
    except IngestError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # what is still in the buffer goes nowhere; else Python complains as it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTPUT_CLOSED
    return 0


def _build(config: IngestConfig, *, force: bool) -> None:
    start = time.perf_counter()
    result = build(config, print, force=force)
    seconds = time.perf_counter() - start
    if result.unchanged:
        print(f"The index is up to date ({result.fingerprint[:12]}, {seconds:.2f} s).")
    else:
        print(
            f"Index {result.fingerprint[:12]}: {result.sources} sources, {result.passages} passages, "
            f"{result.sentences} sentences, {result.embedded} texts embedded, {seconds:.1f} s."
        )


def _check(config: IngestConfig) -> None:
    documents = read_corpus(config.corpus_folder)
    for document in documents:
        left_out = sum(1 for block in document.blocks if block.left_out)
        print(
            f"{document.source.id}: {len(document.blocks) - left_out} blocks of content, "
            f"{left_out} left out, {len(document.references)} references"
        )
    index = open_index(config)
    print(f"The index {index.fingerprint[:12]} fits: {len(index.passages)} passages.")


if __name__ == "__main__":
    sys.exit(main())
