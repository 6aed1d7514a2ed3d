"""Command line: `python -m assistant.training COMMAND`.

`train`, `export`, `measure` and `time` are for the evidence reader, `train-embedder` and `measure-embedder`
for the embedding model, `card` for the cards of both. Needs the optional dependencies `training`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from assistant.errors import AssistantError
from assistant.read import Reader
from assistant.training.candidates import CandidateReader
from assistant.training.data import (
    is_held_out,
    read_documents,
    read_examples,
    training_documents,
    without_passages,
)
from assistant.training.embedding_model import embedder_weights
from assistant.training.export import export
from assistant.training.measure import measure_files
from assistant.training.measure_embedder import measure_embedders
from assistant.training.measure_libraries import measure_libraries
from assistant.training.record import made_of, put_into_card, read_record, write_record
from assistant.training.timing import times
from assistant.training.torch_reader import TorchReader
from assistant.training.train import Material, Options, Start, train
from assistant.training.train_embedder import EmbedderOptions, train_embedder
from ingest.embed import Embedder, packaged_folder
from ingest.embed_onnx import OnnxEmbedder
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
        elif arguments.command == "measure":
            print(json.dumps(_measure(arguments.models, arguments.examples, arguments.limit), indent=2))
        elif arguments.command == "measure-libraries":
            print(json.dumps(_measure_libraries(arguments.models, arguments.libraries), indent=2))
        elif arguments.command == "train-embedder":
            _train_embedder(arguments)
        elif arguments.command == "measure-embedder":
            print(json.dumps(_measure_embedders(arguments.weights, arguments.examples), indent=2))
        elif arguments.command == "time":
            print(json.dumps(_time(arguments.model, arguments.checkpoint, arguments.examples), indent=2))
        else:
            records = [(path.stem.replace("_", " "), read_record(path)) for path in arguments.records]
            put_into_card(arguments.card, records)
    except (AssistantError, IngestError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("train", help="train a reader and write its checkpoint")
    command.add_argument("output", type=Path, help="safetensors file to write")
    command.add_argument("--documents", type=Path, nargs="*", default=[], help="labelled documents")
    command.add_argument("--libraries", type=Path, nargs="*", default=[], help="labelled libraries")
    command.add_argument("--spans", type=Path, required=True, help="examples with spans (reader-train)")
    command.add_argument("--held-out", type=Path, nargs="+", required=True, help="examples that stay out")
    command.add_argument("--start", type=Path, help="checkpoint to go on from; else new heads on MiniLM")
    command.add_argument("--seconds", type=float, default=Options().seconds, help="budget of the steps")
    command.add_argument("--learning-rate", type=float, default=Options().learning_rate, help="its peak")
    command.add_argument("--seed", type=int, default=Options().seed, help="of all random numbers")
    command = commands.add_parser("export", help="write a checkpoint's ONNX file with 8-bit weights")
    command.add_argument("checkpoint", type=Path, help="safetensors or torch file")
    command.add_argument("output", type=Path, help="ONNX file to write")
    command = commands.add_parser("measure", help="measure readers on labelled examples, as JSON")
    command.add_argument("models", type=Path, nargs="+", help="ONNX files, or checkpoints read in 32 bits")
    command.add_argument("--examples", type=Path, nargs="+", required=True, help="files like reader-dev")
    command.add_argument("--limit", type=int, help="read only the first examples of each file")
    command = commands.add_parser("measure-libraries", help="measure readers on held-out libraries, as JSON")
    command.add_argument("models", type=Path, nargs="+", help="ONNX files, or checkpoints read in 32 bits")
    command.add_argument("--libraries", type=Path, required=True, help="labelled libraries")
    command = commands.add_parser("time", help="milliseconds for the passages of a question, as JSON")
    command.add_argument("model", type=Path, help="ONNX file with 8-bit weights")
    command.add_argument("checkpoint", type=Path, help="the checkpoint that it was exported from")
    command.add_argument("--examples", type=Path, required=True, help="a file like reader-dev")
    command = commands.add_parser("train-embedder", help="train the embedding model's own weights")
    command.add_argument("output", type=Path, help="safetensors file to write")
    command.add_argument("--documents", type=Path, nargs="+", required=True, help="labelled documents")
    command.add_argument("--pairs", type=Path, required=True, help="other questions with passages")
    command.add_argument("--held-out", type=Path, nargs="+", required=True, help="examples that stay out")
    command.add_argument("--rounds", type=float, default=EmbedderOptions().rounds, help="over the documents")
    command.add_argument("--seed", type=int, default=EmbedderOptions().seed, help="of all random numbers")
    command = commands.add_parser("measure-embedder", help="how well passages are found, as JSON")
    command.add_argument("weights", type=Path, nargs="*", help="beside the packaged model and ours")
    command.add_argument("--examples", type=Path, nargs="+", required=True, help="files like reader-dev")
    command = commands.add_parser("card", help="put what the other commands wrote into the model's card")
    command.add_argument("card", type=Path, help="Markdown file with a place for records")
    command.add_argument("records", type=Path, nargs="+", help="JSON files; the name of each is its title")
    return parser


def _train(arguments: argparse.Namespace) -> None:
    data = [*arguments.documents, *arguments.libraries, arguments.spans, *arguments.held_out]
    record = made_of(data, arguments.start)
    held_out = [example for path in arguments.held_out for example in read_examples(path)]
    material = Material(
        training_documents(read_documents(arguments.documents), held_out),
        training_documents(read_documents(arguments.libraries), held_out),
        without_passages(read_examples(arguments.spans), held_out),
    )
    options = Options(seconds=arguments.seconds, learning_rate=arguments.learning_rate, seed=arguments.seed)
    start = Start(packaged_folder(), arguments.start)
    trained = train(material, start, OnnxEmbedder(), arguments.output, options, _report)
    used = {"documents": len(material.documents), "labelled_libraries": len(material.libraries)}
    record |= {"options": asdict(options), **used, **asdict(trained)}
    write_record(arguments.output.with_suffix(".json"), record)
    print(f"{arguments.output}: {trained.steps} steps, {trained.passages} passages read.")


def _train_embedder(arguments: argparse.Namespace) -> None:
    record = made_of([*arguments.documents, arguments.pairs, *arguments.held_out], None)
    held_out = [example for path in arguments.held_out for example in read_examples(path)]
    documents = training_documents(read_documents(arguments.documents), held_out)
    pairs = without_passages(read_examples(arguments.pairs), held_out)
    options = EmbedderOptions(rounds=arguments.rounds, seed=arguments.seed)
    trained = train_embedder(documents, pairs, packaged_folder(), arguments.output, options, _report)
    record |= {"options": asdict(options), "documents": len(documents), **asdict(trained)}
    write_record(arguments.output.with_suffix(".json"), record)
    print(f"{arguments.output}: {trained.steps} steps, {trained.questions} questions seen.")


def _measure_embedders(candidates: Sequence[Path], files: Sequence[Path]) -> dict[str, dict[str, object]]:
    """For each embedding model and file of examples what was measured."""
    embedders: dict[str, Embedder] = {
        "packaged model": OnnxEmbedder(weights={}),
        "our weights": OnnxEmbedder(),
    }
    for path in candidates:
        embedders[path.name] = OnnxEmbedder(weights=embedder_weights(path))
    result: dict[str, dict[str, object]] = {}
    for (name, file), found in measure_embedders(embedders, files).items():
        result.setdefault(name, {})[file] = asdict(found)
    return result


def _measure(
    models: Sequence[Path], files: Sequence[Path], limit: int | None
) -> dict[str, dict[str, object]]:
    """For each model and file of examples what was measured."""
    result: dict[str, dict[str, object]] = {}
    found = measure_files({model.name: _reader(model) for model in models}, files, limit)
    for (name, file), measured in found.items():
        result.setdefault(name, {})[file] = asdict(measured)
    return result


def _measure_libraries(models: Sequence[Path], libraries: Path) -> dict[str, dict[str, object]]:
    """For each model what was measured on the libraries that training holds out."""
    held_out = [library for library in read_documents([libraries]) if is_held_out(library)]
    return {model.name: asdict(measure_libraries(_reader(model), held_out)) for model in models}


def _reader(model: Path) -> Reader:
    return CandidateReader(model) if model.suffix == ".onnx" else TorchReader(packaged_folder(), model)


def _time(model: Path, checkpoint: Path, examples: Path) -> dict[str, dict[str, float]]:
    readers: dict[str, Reader] = {
        "ONNX 8-bit": CandidateReader(model),
        "PyTorch 32-bit": TorchReader(packaged_folder(), checkpoint),
        "PyTorch bfloat16": TorchReader(packaged_folder(), checkpoint, torch.bfloat16),
    }
    return times(readers, read_examples(examples))


def _report(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
