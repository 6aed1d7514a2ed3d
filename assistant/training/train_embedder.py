"""Labelled documents to weights of the embedding model: a question's vector goes to those of what answers it.

A step takes some documents with all their questions. A question's positives are the sentences that answer it,
and the passages that they stand in; its negatives are all other sentences and passages of the step. So that
these are hard to tell apart, documents come with others that are near to them. Now and then a step has pairs
of question and passage of other collections too, so that what the model knew is not lost.

Source: negatives of the same step as in Karpukhin et al. 2020 (arXiv:2004.04906).
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor, nn

from assistant.training.data import Example, LabelledDocument, cut
from assistant.training.embedding_model import EmbeddingModel, save_tuned
from assistant.training.losses import contrast

# Cosines are divided by it before they are compared. Source: chosen as usual for unit vectors, not tuned.
_TEMPERATURE = 0.05
_RISING_STEPS = 10
_LOWEST_SHARE = 0.02
_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 1.0
# Each document comes with one of so many that are nearest to it, told by so many characters of their texts.
_NEAREST = 8
_OPENING = 1200
# Collections that pairs are taken from, and how many of them in a step.
_PAIR_SOURCES = ("squad", "covid", "cpg", "medquad")
_PAIRS_IN_STEP = 40
_REPORT_EVERY = 10


@dataclass(frozen=True, slots=True)
class EmbedderOptions:
    """How an embedding model is trained.

    Attributes:
        rounds: how often each document is seen.
        learning_rate: its peak.
        documents_in_step: with all their questions.
        pairs_every: each so-manieth step has pairs too.
        seed: of the order of documents and pairs, and of where documents are cut.
        threads: of the processor.
    """

    rounds: float = 2.0
    learning_rate: float = 4e-5
    documents_in_step: int = 12
    pairs_every: int = 3
    seed: int = 2
    threads: int = 2


@dataclass(frozen=True, slots=True)
class TrainedEmbedder:
    """How far a run came: steps, and questions seen in them."""

    steps: int
    questions: int


def train_embedder(
    documents: Sequence[LabelledDocument],
    pairs: Sequence[Example],
    start: Path,
    output: Path,
    options: EmbedderOptions,
    report: Callable[[str], None],
) -> TrainedEmbedder:
    """Trains an embedding model and writes the weights that changed.

    Args:
        documents: to train on, held-out ones taken away; those without an answered question are left out.
        pairs: answered ones of the known collections are used, the others are not.
        start: folder of the model to start from.
        output: the safetensors file to write.
        options: how to train.
        report: gets a line now and then.
    """
    torch.set_num_threads(options.threads)
    draw = random.Random(options.seed)
    used = [document for document in documents if any(asked.evidence for asked in document.asked)]
    known = [pair for pair in pairs if pair.answered and pair.source in _PAIR_SOURCES]
    draw.shuffle(known)
    report(f"{len(used)} documents, {len(known)} pairs")
    model = EmbeddingModel(start)
    trainer = _Trainer(model, options, report)
    trained = trainer.run(used, known, draw)
    save_tuned(model, output)
    return trained


class _Trainer:
    def __init__(
        self, model: EmbeddingModel, options: EmbedderOptions, report: Callable[[str], None]
    ) -> None:
        self._model = model
        self._options = options
        self._report = report
        self._optimizer = torch.optim.AdamW(
            model.trained(), lr=options.learning_rate, weight_decay=_WEIGHT_DECAY
        )

    def run(
        self, documents: Sequence[LabelledDocument], pairs: Sequence[Example], draw: random.Random
    ) -> TrainedEmbedder:
        """Steps until each document was seen as often as asked for."""
        options = self._options
        size = min(options.documents_in_step, len(documents))
        steps = max(1, int(options.rounds * len(documents) / size))
        chosen = _documents(documents, self._near(documents), size, draw)
        batches = cycle([pairs[i : i + _PAIRS_IN_STEP] for i in range(0, len(pairs), _PAIRS_IN_STEP)])
        questions, recent = 0, list[float]()
        for step in range(steps):
            falling = 0.5 * (1 + math.cos(math.pi * step / steps))
            for parameters in self._optimizer.param_groups:
                parameters["lr"] = (
                    options.learning_rate
                    * min(1.0, (step + 1) / _RISING_STEPS)
                    * (_LOWEST_SHARE + (1 - _LOWEST_SHARE) * falling)
                )
            asked, loss = self._of_documents(next(chosen), draw)
            if pairs and step % options.pairs_every == 0:
                loss = loss + self._of_pairs(next(batches))
            self._optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self._model.trained(), _LARGEST_GRADIENT)
            self._optimizer.step()
            questions += asked
            recent.append(loss.item())
            if (step + 1) % _REPORT_EVERY == 0:
                self._report(f"step {step + 1} of {steps}, {questions} questions: {fmean(recent):.3f}")
                recent.clear()
        return TrainedEmbedder(steps, questions)

    def _near(self, documents: Sequence[LabelledDocument]) -> list[list[int]]:
        """For each document the numbers of those nearest to it before training; none if there is no other."""
        with torch.no_grad():
            vectors = self._model([" ".join(document.sentences)[:_OPENING] for document in documents])
        cosines = (vectors @ vectors.T).fill_diagonal_(-1.0)
        found: list[list[int]] = cosines.topk(min(_NEAREST, len(documents) - 1), dim=1).indices.tolist()
        return found

    def _of_documents(self, documents: Sequence[LabelledDocument], draw: random.Random) -> tuple[int, Tensor]:
        """The number of questions, and the loss against sentences and against passages."""
        questions, sentences, passages = list[str](), list[str](), list[str]()
        of_sentences, of_passages = list[set[int]](), list[set[int]]()
        for document in documents:
            cuts = cut(document, draw)
            for asked in document.asked:
                if not asked.evidence:
                    continue
                questions.append(asked.question)
                of_sentences.append({len(sentences) + number for number in asked.evidence})
                of_passages.append(
                    {len(passages) + n for n, numbers in enumerate(cuts) if asked.evidence & set(numbers)}
                )
            sentences += document.sentences
            passages += [" ".join(document.sentences[number] for number in numbers) for numbers in cuts]
        vectors = self._model(questions)
        loss = self._loss(vectors, sentences, of_sentences) + self._loss(vectors, passages, of_passages)
        return len(questions), loss

    def _of_pairs(self, pairs: Sequence[Example]) -> Tensor:
        passages = list(dict.fromkeys(pair.passage for pair in pairs))
        vectors = self._model([pair.question for pair in pairs])
        return self._loss(vectors, passages, [{passages.index(pair.passage)} for pair in pairs])

    def _loss(self, questions: Tensor, texts: Sequence[str], answers: Sequence[set[int]]) -> Tensor:
        answering = torch.tensor([[number in found for number in range(len(texts))] for found in answers])
        return contrast(questions @ self._model(texts).T / _TEMPERATURE, answering)


def _documents(
    documents: Sequence[LabelledDocument], near: Sequence[Sequence[int]], size: int, draw: random.Random
) -> Iterator[list[LabelledDocument]]:
    """Documents for one step after another, without end: each followed by one that is near to it."""
    order: list[int] = []
    while True:
        chosen: list[int] = []
        while len(chosen) < size:
            if not order:
                order = list(range(len(documents)))
                draw.shuffle(order)
            number = order.pop()
            for found in (number, *([draw.choice(near[number])] if near[number] else [])):
                if found not in chosen and len(chosen) < size:
                    chosen.append(found)
        yield [documents[number] for number in chosen]
