"""Command line: `python -m ingest build | check | show | list | add | replace | diff | remove | watch`."""

import argparse
import getpass
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.commands import CASES, Commands, Dialog
from ingest.config import IngestConfig, ingest_config
from ingest.errors import CorpusError, IngestError
from ingest.index import open_index
from ingest.manifest import field_value
from ingest.pipeline import build, read_corpus
from ingest.show import show
from ingest.terminal import harmless, shown

# Source: what shells report for a command that was ended by SIGINT and by SIGPIPE.
INTERRUPTED, OUTPUT_CLOSED = 130, 141
# Fields of a document's entry that may be given with the command.
GIVEN = (
    "title", "authors", "year", "journal", "kind", "about", "doi", "url", "licence", "sample_size",
    "peer_reviewed", "peer_review_basis", "abstract_only", "format",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0, or 2 after an error that was printed.

    Ctrl-C ends with 130, a reader that closes the output with 141.
    """
    arguments = _parser().parse_args(argv)
    config = ingest_config(os.environ)
    try:
        status = _run(arguments, config)
        sys.stdout.flush()
    except IngestError as error:
        _complain(str(error))
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # what is still in the buffer goes nowhere; else Python complains as it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTPUT_CLOSED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build_parser = commands.add_parser("build", help="build the index if it is missing or stale")
    build_parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    commands.add_parser("check", help="check the manifest, the source files and the index")
    show_parser = commands.add_parser("show", help="print how a source was read")
    show_parser.add_argument("source", help="id of the source, or its first characters")
    commands.add_parser("list", help="list the documents of the corpus")
    add = commands.add_parser("add", help="add documents to the corpus and its index")
    add.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a document, or a folder of them")
    replace = commands.add_parser("replace", help="put a new version in the place of a document")
    diff = commands.add_parser("diff", help="say what a new version would change, or what is not indexed yet")
    for command, needed in ((replace, None), (diff, "?")):
        command.add_argument("source", nargs=needed, help="id of the document, or its first characters")
        command.add_argument("file", nargs=needed, type=Path, help="the new version")
    remove = commands.add_parser("remove", help="remove documents from the corpus and its index")
    remove.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="id of a document, or its first characters"
    )
    watch = commands.add_parser("watch", help="add what is put into a folder, until Ctrl-C")
    watch.add_argument("folder", type=Path)
    for command in (add, replace):
        for name in GIVEN:
            command.add_argument(f"--{name.replace('_', '-')}", help=f"its {name.replace('_', ' ')}")
    for command in (add, replace, remove):
        command.add_argument("--yes", action="store_true", help="do what is proposed without asking")
    for command in (replace, diff, remove):
        command.add_argument("--answers", nargs="+", type=Path, default=(), help="saved answers, as JSON")
    return parser


def _run(arguments: argparse.Namespace, config: IngestConfig) -> int:
    command = arguments.command
    if command == "build":
        _build(config, force=arguments.force)
        return 0
    if command == "check":
        _check(config)
        return 0
    if command == "show":
        _say(show(read_corpus(config.corpus_folder), arguments.source))
        return 0
    return _change(arguments, config)


def _change(arguments: argparse.Namespace, config: IngestConfig) -> int:
    values = vars(arguments)
    commands = Commands(config, _dialog(), values.get("yes", False), CASES, tuple(values.get("answers", ())))
    given = {name: field_value(name, values[name]) for name in GIVEN if values.get(name) is not None}
    if arguments.command == "add":
        return commands.add(arguments.files, given)
    if arguments.command == "remove":
        return commands.remove(arguments.sources)
    if arguments.command == "list":
        return commands.list()
    if arguments.command == "watch":
        commands.watch(arguments.folder)
        return 0
    if arguments.source is None:
        return commands.diff()
    if arguments.file is None:
        raise CorpusError(f"Give the new version: python -m ingest {arguments.command} SOURCE FILE")
    only_show = arguments.command == "diff"
    return commands.replace(arguments.source, arguments.file, given, only_show=only_show)


def _dialog() -> Dialog:
    """With whoever sits at the terminal; with nobody if there is none."""
    if not sys.stdin.isatty():
        return Dialog(_say, _complain, None, lambda path: "")
    return Dialog(_say, _complain, _ask, lambda path: getpass.getpass(f"Password of {harmless(path.name)}: "))


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


def _say(line: str) -> None:
    print(harmless(line))


def _complain(line: str) -> None:
    print(harmless(line), file=sys.stderr)


def _build(config: IngestConfig, *, force: bool) -> None:
    start = time.perf_counter()
    with shown(_say) as (report, progress, asking):
        ask = asking(_dialog().password)
        result = build(
            config,
            report,
            force=force,
            progress=progress,
            password=lambda source: ask(config.corpus_folder / source.path),
        )
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
