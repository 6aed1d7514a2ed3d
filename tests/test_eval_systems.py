import socket
from dataclasses import replace

import numpy as np
import pytest
from fake_assistant import COMMON, RATE, FakeAssistant
from fakes import QueuedAssistant
from llama_index.core import Settings

from assistant.records import Evidence
from eval.baselines import Dense, Fused, Lexical
from eval.cases import CASES, read_cases
from eval.judge import Judge, exact
from eval.run import run
from eval.stock import StockLlamaIndex
from eval.systems import NAMES, LocalAssistant, load_systems
from ingest.config import IngestConfig
from ingest.embed_onnx import OnnxEmbedder
from ingest.index import open_index
from ingest.pipeline import build
from ingest.records import Passage

QUESTION = "Which filler spreads less, a thick or a thin one?"
ANSWER = "Thick fillers spread less than thin ones [1]."


@pytest.fixture
def no_model_of_llama_index(monkeypatch):
    """Fails the test if a model is taken from LlamaIndex's settings, or a connection is opened."""

    def refuse(*args, **kwargs):
        raise AssertionError("a model or a connection was asked for")

    for name in ("llm", "embed_model", "callback_manager", "node_parser", "transformations"):
        monkeypatch.setattr(type(Settings), name, property(refuse))
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def index(built):
    return open_index(built)


@pytest.mark.parametrize("kind", [Lexical, Dense, Fused])
def test_a_baseline_shows_exact_sentences_and_never_refuses(index, embedder, kind):
    system = kind(index, embedder)
    reply = system.reply(["An earlier question?", QUESTION])
    assert reply.status == "answered" and 1 <= len(reply.quotes) <= 6
    assert all(exact(quote, system.texts) for quote in reply.quotes)
    assert [numbers for _, numbers in reply.statements] == [(i,) for i in range(len(reply.quotes))]
    assert reply.confidence is None
    assert set(system.ranking(QUESTION)) <= {unit.id for unit in system.units}


def test_words_alone_find_the_sentence_with_most_of_them_and_nothing_without_any(index, embedder):
    system = Lexical(index, embedder)
    assert system.reply([QUESTION]).quotes[0].text == ANSWER
    first = system.ranking(QUESTION)[0]
    assert ANSWER in next(unit.text for unit in system.units if unit.id == first)
    nothing = system.reply(["Zwölf Boxkämpfer?"])
    assert (nothing.quotes, nothing.status, system.ranking("Zwölf Boxkämpfer?")) == ((), "not_in_sources", [])


def test_meaning_alone_ranks_everything_by_its_cosine(index, embedder):
    system = Dense(index, embedder)
    vector = embedder.encode([QUESTION])[0]
    ranking = system.ranking(QUESTION)
    assert len(ranking) == len(system.units)
    cosines = {
        (system.texts[passage.source_id][start:end]): float(sentence @ vector)
        for number, passage in enumerate(index.passages)
        for (start, end), sentence in zip(passage.sentences, index.sentence_vectors(number), strict=True)
    }
    shown = [cosines[quote.text] for quote in system.reply([QUESTION]).quotes]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] == pytest.approx(max(cosines.values()))


def test_fusion_takes_both_into_account(index, embedder):
    assert Fused(index, embedder).reply([QUESTION]).quotes[0].text == ANSWER


def test_stock_llama_index_answers_from_the_files_alone(index, built, embedder, no_model_of_llama_index):
    system = StockLlamaIndex(built.corpus_folder, index.sources, embedder)
    reply = system.reply([QUESTION])
    assert system.name == "llamaindex" and reply.status == "answered"
    assert len(reply.quotes) == 2  # the library's default
    assert all(exact(quote, system.texts) for quote in reply.quotes)
    assert {quote.source_id for quote in reply.quotes} <= {source.id for source in index.sources}
    assert system.texts[index.sources[0].id].startswith("<?xml")
    vector = embedder.encode([QUESTION])[0]
    nearest = sorted(system.units, key=lambda unit: -float(embedder.encode([unit.text])[0] @ vector))
    assert list(system.ranking(QUESTION)) == [unit.id for unit in nearest]
    again = StockLlamaIndex(built.corpus_folder, index.sources, embedder)
    assert list(again.ranking(QUESTION)) == list(system.ranking(QUESTION))


def test_the_assistant_is_scored_by_its_public_answer_alone():
    fake = FakeAssistant((("002", RATE), ("004", COMMON)))
    system = LocalAssistant(fake)
    reply = system.reply(["What can leak?", "How often?"])
    assert [quote.text for quote in reply.quotes] == [RATE, COMMON]
    assert [question for question, _ in fake.asked] == ["What can leak?", "How often?"]
    assert fake.asked[1][1][0].question == "What can leak?"
    assert reply.standalone_question == "How often? (What can leak?)"
    assert all(exact(quote, system.texts) for quote in reply.quotes)


def test_the_assistants_ranking_is_that_of_its_passages_best_sentences():
    best, other = (
        Evidence(Passage(name, "s", RATE, 0, 9, "", ((0, 9),), (None,)), (0, 9), None, None, support)
        for name, support in (("p1", 0.8), ("p2", 0.3))
    )
    fake = QueuedAssistant(found=(best, other, replace(best, support=0.1)))
    fake.configuration = "digest"
    assert LocalAssistant(fake).ranking(QUESTION) == ["p1", "p2"]


class OneByOne:
    """The real model, on one text at a time: faster than a padded batch of all of them."""

    def __init__(self):
        self._embedder = OnnxEmbedder()

    def encode(self, texts):
        return np.concatenate([self._embedder.encode([text]) for text in texts])


@pytest.mark.real_model
def test_every_system_answers_a_few_cases_of_the_real_corpus(tmp_path, documents):
    config = IngestConfig(index_folder=tmp_path)
    build(config, lambda line: None, embedder=OneByOne())
    shipped = read_cases(CASES, documents)
    kinds = ("direct", "follow_up", "unanswerable")
    cases = [next(case for case in shipped if case.kind == kind) for kind in kinds]
    systems = load_systems(NAMES, config)
    assert [system.name for system in systems] == list(NAMES)
    for system in systems:
        rows = run(system, cases, Judge(documents)).rows
        assert [row.error for row in rows] == [""] * len(cases), system.name
        assert all(row.scores["quote exactness"] in (1.0, None) for row in rows), system.name
