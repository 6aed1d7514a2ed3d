"""A server that answers from the newest index, without being started again."""

import threading
from dataclasses import dataclass

import pytest
from conftest import FILES, FakeEmbedder, ignore

from assistant.live import LiveAssistant
from assistant.load import load_live_assistant
from ingest.index import Index, current_folder, open_index
from ingest.pipeline import build

LEAFLET = FILES["003_leaflet"][2]


@dataclass
class OverIndex:
    """Stands for an assistant: answers with the number of hours that the leaflet of its index names."""

    index: Index
    calibration: str = "fitted"

    def ask(self, question, *narrowed):
        text = self.index.documents["003_leaflet"].text
        return next(hours for hours in ("two", "three", "four") if f"after {hours} hours" in text)

    search = ask


@pytest.fixture
def live(built):
    return LiveAssistant(built, open_index(built), OverIndex, current_folder(built))


@pytest.fixture
def rebuild(small_corpus, built):
    def rebuilt(hours, **changes):
        small_corpus.write(**{"003_leaflet": LEAFLET.replace("two hours", f"{hours} hours")})
        build(built, ignore, embedder=FakeEmbedder(), **changes)

    return rebuilt


def test_a_question_after_a_build_is_answered_from_the_new_index(live, rebuild):
    assert live.ask("When may I walk?") == "two"
    for hours in ("three", "four", "two"):
        rebuild(hours)
        assert live.ask("When may I walk?") == hours
        assert live.search("When may I walk?") == hours
        assert live.index.documents["003_leaflet"].text.count(f"{hours} hours") == 1


def test_the_index_is_the_new_one_before_anything_is_asked(live, rebuild):
    rebuild("three")
    assert "three hours" in live.index.documents["003_leaflet"].text


def test_without_a_build_the_index_stays_open(live):
    index = live.index
    live.ask("When may I walk?")
    assert live.index is index and live.calibration == "fitted"


def test_an_index_that_cannot_be_opened_leaves_the_old_one_and_says_so_once(live, rebuild, built, caplog):
    rebuild("three")
    (current_folder(built) / "documents.jsonl").write_bytes(b"?")
    for _ in range(2):
        assert live.ask("When may I walk?") == "two"
    messages = [record.getMessage() for record in caplog.records if record.name == "assistant.live"]
    assert len(messages) == 1 and "documents.jsonl" in messages[0]
    rebuild("four", force=True)
    assert live.ask("When may I walk?") == "four"


def test_an_index_that_could_not_be_opened_is_tried_again(live, rebuild, built, monkeypatch):
    monkeypatch.setattr("assistant.live.AGAIN_SECONDS", 0.0)
    rebuild("three")
    documents = current_folder(built) / "documents.jsonl"
    kept = documents.rename(documents.with_name("away"))
    assert live.ask("When may I walk?") == "two"
    kept.rename(documents)
    assert live.ask("When may I walk?") == "three"


def test_an_index_that_is_swapped_in_while_the_models_are_loaded_is_noticed(built, rebuild, monkeypatch):
    def maker(*given):
        rebuild("three")
        return OverIndex

    monkeypatch.setattr("assistant.load.assistant_maker", maker)
    assert load_live_assistant(built).ask("When may I walk?") == "three"


def test_an_index_of_another_embedding_model_leaves_the_old_one(live, rebuild, built):
    rebuild("three")
    facts = current_folder(built) / "index.json"
    text = facts.read_text("utf-8")
    facts.write_text(text.replace(open_index(built).model, "hub:someone/other"), "utf-8")
    assert live.ask("When may I walk?") == "two"


def test_questions_meanwhile_are_answered_from_the_old_index(built, rebuild):
    opening, answered = threading.Event(), threading.Event()

    def make(index):
        if opening.is_set() is False and "three hours" in index.documents["003_leaflet"].text:
            opening.set()
            assert answered.wait(30)
        return OverIndex(index)

    live = LiveAssistant(built, open_index(built), make, current_folder(built))
    rebuild("three")
    found = []
    first = threading.Thread(target=lambda: found.append(live.ask("When may I walk?")))
    first.start()
    assert opening.wait(30)
    assert live.ask("When may I walk?") == "two"
    answered.set()
    first.join(30)
    assert found == ["three"] and live.ask("When may I walk?") == "three"
