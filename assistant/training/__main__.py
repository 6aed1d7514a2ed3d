"""Command line: `python -m assistant.training train | export | measure`.

Needs the optional dependencies `training`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.errors import AssistantError
from assistant.training.data import read_documents, read_examples, training_documents
from assistant.training.export import export
from assistant.training.measure import CandidateReader, measure
from assistant.training.train import Options, Start, train
from ingest.embed import SentenceEmbedder, packaged_folder
from ingest.errors import IngestError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0, or 2 after an error that was printed."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "train":
            _train(arguments)
        elif arguments.command == "export":
            exported = export(packaged_folder(), arguments.checkpoint, arguments.output)
            print(json.dumps(asdict(exported), indent=2))
        else:
            print(json.dumps(_measure(arguments.models, arguments.examples, arguments.limit), indent=2))
    except (AssistantError, IngestError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("train", help="train a reader and write its checkpoint")
    command.add_argument("output", type=Path, help="safetensors file to write")
    command.add_argument("--documents", type=Path, nargs="+", required=True, help="labelled documents")
    command.add_argument("--spans", type=Path, required=True, help="examples with spans (reader-train)")
    command.add_argument("--held-out", type=Path, required=True, help="examples whose documents stay out")
    command.add_argument("--start", type=Path, help="checkpoint to go on from; else new heads on MiniLM")
    command.add_argument("--seconds", type=float, default=Options().seconds, help="budget of the steps")
    command = commands.add_parser("export", help="write a checkpoint's ONNX file with 8-bit weights")
    command.add_argument("checkpoint", type=Path, help="safetensors or torch file")
    command.add_argument("output", type=Path, help="ONNX file to write")
    command = commands.add_parser("measure", help="measure readers on labelled examples, as JSON")
    command.add_argument("models", type=Path, nargs="+", help="ONNX files")
    command.add_argument("--examples", type=Path, nargs="+", required=True, help="files like reader-dev")
    command.add_argument("--limit", type=int, help="read only the first examples of each file")
    return parser


def _train(arguments: argparse.Namespace) -> None:
    documents = training_documents(read_documents(arguments.documents), read_examples(arguments.held_out))
    trained = train(
        documents,
        read_examples(arguments.spans),
        Start(packaged_folder(), arguments.start),
        SentenceEmbedder(),
        arguments.output,
        Options(seconds=arguments.seconds),
        _report,
    )
    print(f"{arguments.output}: {trained.steps} steps, {trained.passages} passages read.")


def _measure(models: Sequence[Path], files: Sequence[Path], limit: int | None) -> dict[str, object]:
    """For each model and file of examples what was measured."""
    examples = {file.name: read_examples(file)[:limit] for file in files}
    result: dict[str, object] = {}
    for model in models:
        reader = CandidateReader(model)
        result[str(model)] = {name: asdict(measure(reader, read)) for name, read in examples.items()}
    return result


def _report(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
