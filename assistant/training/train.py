"""Labelled documents, libraries and examples to a checkpoint of the evidence reader, within a budget of time.

The schedule follows the clock, so that a run ends when it was said to end and has then lowered the learning
rate; two runs of the same seeds differ as the machine's speed does. It runs on a CPU in bfloat16.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.training.data import Example, LabelledDocument
from assistant.training.encode import Encoded, Encoder, joined
from assistant.training.groups import Group, Pool, mine
from assistant.training.losses import group_losses, span_loss
from assistant.training.model import EvidenceReader, Outputs, load_checkpoint, save_checkpoint
from ingest.embed import Embedder
from ingest.records import Span

# The learning rate rises over so many steps and falls to this share of its peak at the end of the budget.
_RISING_STEPS = 60
_LOWEST_SHARE = 0.02
_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 1.0
# What one step after another is of, over and over; kinds without data are skipped. Source: chosen, not tuned.
_TURNS = ("libraries", "libraries", "documents", "libraries", "libraries", "spans", "libraries")
# Span examples: collections with spans, the longest passage in characters, and how many are taken of
# SQuAD and of the others, which are medical.
_SPAN_SOURCES = ("squad", "covid", "cpg")
_LONGEST_SPAN_PASSAGE = 1200
_SQUAD = 2500
_OTHERS = 1500
_SPANS_IN_STEP = 24
_REPORT_EVERY = 40
# Passages that are computed together. Source: on two cores 15 passages a second; 14 with 10, 13 with
# 20, 9 with all at once.
_ROWS_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Options:
    """How a reader is trained.

    Attributes:
        seconds: budget of the steps; loading and mining come before.
        learning_rate: its peak.
        questions_in_step: groups of one step of documents or libraries.
        seed: of new weights, hidden pieces, the passages that negatives are mined from, the choice of span
            examples, and the order of questions and of their groups.
        threads: of the processor.
    """

    seconds: float = 3000.0
    learning_rate: float = 6e-5
    questions_in_step: int = 9
    seed: int = 11
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Start:
    """What training starts from.

    Attributes:
        encoder: folder of the pretrained encoder in the form of transformers, with its tokenizer.json.
        checkpoint: an evidence reader's weights to go on from, or None for new heads.
    """

    encoder: Path
    checkpoint: Path | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What a reader is trained on; held-out documents and examples must have been taken away.

    Attributes:
        documents: labelled texts.
        libraries: labelled libraries.
        examples: those with spans of the known collections are used, the others are not.
    """

    documents: Sequence[LabelledDocument]
    libraries: Sequence[LabelledDocument]
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class Trained:
    """How far a run came: steps, and passages read in them."""

    steps: int
    passages: int


def train(
    material: Material,
    start: Start,
    embedder: Embedder,
    output: Path,
    options: Options,
    report: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Trained:
    """Trains a reader and writes its checkpoint.

    Args:
        material: what to train on; at least one of its kinds.
        start: what training starts from.
        embedder: gives the vectors by which negatives are mined.
        output: the safetensors file to write.
        options: how to train.
        report: gets a line now and then.
        clock: seconds from some point of time.

    Raises:
        ModelLoadError: the checkpoint to go on from does not fit.
    """
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pools = {
        kind: mine(documents, embedder, options.seed)
        for kind, documents in (("documents", material.documents), ("libraries", material.libraries))
        if documents
    }
    for kind, pool in pools.items():
        report(f"{kind}: {len(pool.asked)} questions, {len(pool.passages)} passages")
    spans = span_examples(material.examples, options.seed)
    report(f"spans: {len(spans)}")
    model = EvidenceReader(start.encoder)
    if start.checkpoint:
        load_checkpoint(model, start.checkpoint)
    model.freeze_word_vectors()
    model.train()
    trainer = _Trainer(model, Encoder(start.encoder / "tokenizer.json"), options, report)
    trained = trainer.run({kind: _groups(pool, options) for kind, pool in pools.items()}, spans, clock)
    save_checkpoint(model, output)
    return trained


def span_examples(examples: Sequence[Example], seed: int) -> list[tuple[Example, Span]]:
    """The examples with their spans that are trained on: the medical collections' first, then SQuAD's."""
    usable = [
        (example, example.span)
        for example in examples
        if example.source in _SPAN_SOURCES and example.span and len(example.passage) < _LONGEST_SPAN_PASSAGE
    ]
    random.Random(seed).shuffle(usable)
    squad = [item for item in usable if item[0].source == "squad"]
    others = [item for item in usable if item[0].source != "squad"]
    return others[:_OTHERS] + squad[:_SQUAD]


class _Trainer:
    def __init__(
        self, model: EvidenceReader, encoder: Encoder, options: Options, report: Callable[[str], None]
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._options = options
        self._report = report
        trained = list(model.trained())
        # Biases and the scales of layer normalisation are not decayed.
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [w for w in trained if w.ndim > 1], "weight_decay": _WEIGHT_DECAY},
                {"params": [w for w in trained if w.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=options.learning_rate,
        )

    def run(
        self,
        groups: Mapping[str, Iterator[list[Group]]],
        spans: Sequence[tuple[Example, Span]],
        clock: Callable[[], float],
    ) -> Trained:
        """Steps until the budget is used up.

        Args:
            groups: for each kind that there is any of, the groups of one step after another, without end.
            spans: the span examples, which are seen over and over.
            clock: seconds from some point of time.
        """
        options = self._options
        turns = cycle([kind for kind in _TURNS if kind in groups or (kind == "spans" and spans)])
        batches = cycle([spans[i : i + _SPANS_IN_STEP] for i in range(0, len(spans), _SPANS_IN_STEP)])
        recent: dict[str, list[float]] = defaultdict(list)
        steps = passages = 0
        started = clock()
        while (elapsed := clock() - started) < options.seconds:
            rate = options.learning_rate * min(1.0, (steps + 1) / _RISING_STEPS)
            for parameters in self._optimizer.param_groups:
                parameters["lr"] = rate * max(_LOWEST_SHARE, 1 - elapsed / options.seconds)
            kind = next(turns)
            if kind == "spans":
                read, parts = self._span_step(next(batches))
            else:
                read, parts = self._group_step(next(groups[kind]))
            steps += 1
            passages += read
            for name, value in parts.items():
                recent[f"{kind} {name}"].append(value)
            if steps % _REPORT_EVERY == 0:
                means = ", ".join(f"{name} {fmean(values):.3f}" for name, values in recent.items())
                self._report(f"step {steps}, {passages} passages, {elapsed:.0f} s: {means}")
                recent.clear()
        return Trained(steps, passages)

    def _group_step(self, groups: Sequence[Group]) -> tuple[int, dict[str, float]]:
        pairs = [
            (group.question, joined(passage.sentences)[0]) for group in groups for passage in group.passages
        ]
        encoded = self._encoder.encode(pairs)
        loss, parts = group_losses(self._read(encoded), encoded, groups)
        self._update(loss)
        return len(pairs), parts

    def _span_step(self, spans: Sequence[tuple[Example, Span]]) -> tuple[int, dict[str, float]]:
        encoded = self._encoder.encode([(example.question, example.passage) for example, _ in spans])
        ends = [encoded.ends(row, span) for row, (_, span) in enumerate(spans)]
        loss = span_loss(self._read(encoded), encoded, ends)
        self._update(loss)
        return len(spans), {"span": loss.item()}

    def _read(self, encoded: Encoded) -> Outputs:
        """The batch in parts of about equal length, so that little of what is computed is padding."""
        inputs = (encoded.hidden(), encoded.attention_mask, encoded.token_type_ids)
        lengths = encoded.attention_mask.sum(1)
        order = lengths.argsort()
        width = inputs[0].shape[1]
        parts = []
        with torch.autocast("cpu", torch.bfloat16):
            for rows in torch.split(order, _ROWS_AT_ONCE):
                longest = int(lengths[rows].max())
                outputs = self._model(*(values[rows, :longest] for values in inputs))
                parts.append([_padded(values, width) for values in outputs])
        back = order.argsort()
        return Outputs(*(torch.cat(values)[back] for values in zip(*parts, strict=True)))

    def _update(self, loss: Tensor) -> None:
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._model.parameters(), _LARGEST_GRADIENT)
        self._optimizer.step()


def _padded(values: Tensor, width: int) -> Tensor:
    """Log-odds of pieces padded with zeros to a width; log-odds of passages as they are."""
    return functional.pad(values, (0, width - values.shape[1])) if values.ndim > 1 else values


def _groups(pool: Pool, options: Options) -> Iterator[list[Group]]:
    """Groups of a pool for one step after another, without end; all questions once before any comes again.

    The last questions of a round that do not fill a step are left out of it.
    """
    draw = random.Random(options.seed)
    order = list(range(len(pool.asked)))
    draw.shuffle(order)
    size = min(options.questions_in_step, len(order))
    while True:
        for first in range(0, len(order) - size + 1, size):
            yield [pool.group(number, draw) for number in order[first : first + size]]
        draw.shuffle(order)
