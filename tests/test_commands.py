"""The commands that change the corpus, as they speak with whoever runs them."""

import json
import threading
import time

import pytest
from conftest import FILES, FakeEmbedder, files_of_at_most
from test_library import GUIDE, NEWER

from ingest.commands import Commands, Dialog
from ingest.errors import CorpusError, IndexBuildError, IndexBusyError, ManifestError
from ingest.manifest import field_value, read_manifest
from ingest.pipeline import is_current

QUOTE = "Patients rest on their back for one hour."


class Person:
    """Answers the questions of a dialog from a list; keeps all that was said and asked."""

    def __init__(self, *answers, password=""):
        self.answers = list(answers)
        self.said, self.complaints, self.asked = [], [], []
        self.dialog = Dialog(self.said.append, self.complaints.append, self.ask, lambda path: password)

    def ask(self, question):
        self.asked.append(question)
        return self.answers.pop(0)


def commands(config, person, **options):
    return Commands(config, person.dialog, embedder=FakeEmbedder(), **options)


def nobody(config, **options):
    """Commands of a script: nobody can be asked."""
    person = Person()
    dialog = Dialog(person.said.append, person.complaints.append, None, lambda path: "")
    return person, Commands(config, dialog, embedder=FakeEmbedder(), **options)


@pytest.fixture
def guide(tmp_path):
    path = tmp_path / "guide.md"
    path.write_text(GUIDE, "utf-8")
    return path


@pytest.fixture
def newer(tmp_path):
    path = tmp_path / "newer.md"
    path.write_text(NEWER, "utf-8")
    return path


def added(config):
    return [source for source in read_manifest(config.corpus_folder) if source.id not in FILES]


def test_what_is_proposed_is_shown_and_taken_when_it_is_confirmed(built, guide):
    person = Person("y")
    assert commands(built, person).add([guide], {"title": "Care after a filler"}) == 0
    assert any(line.startswith("guide.md: markdown") for line in person.said)
    assert any(line.split() == ["title", "Care", "after", "a", "filler"] for line in person.said)
    assert person.asked[0].startswith("Add it? y(es), n(o), or FIELD = VALUE")
    assert added(built)[0].title == "Care after a filler"


@pytest.mark.parametrize("answer", ["n", "no", "", "what?"])
def test_nothing_is_added_that_is_not_confirmed(built, guide, answer):
    assert commands(built, Person(answer)).add([guide], {}) == 0
    assert added(built) == []


def test_a_correction_is_shown_again_before_it_is_taken(built, guide):
    person = Person("year = 2020", "authors = Ida Frost; Odd Berg", "abstract_only = yes", "y")
    assert commands(built, person).add([guide], {}) == 0
    (source,) = added(built)
    assert (source.year, source.authors, source.abstract_only) == (2020, ("Ida Frost", "Odd Berg"), True)
    assert len([line for line in person.said if line.startswith("guide.md:")]) == 4


def test_a_wrong_correction_is_said_and_asked_again(built, guide):
    person = Person("kind = blog", "year = soon", "colour = red", "y")
    assert commands(built, person).add([guide], {}) == 0
    assert ["should be one of" in person.complaints[0], "whole number" in person.complaints[1]] == [
        True,
        True,
    ]
    assert "no field 'colour'" in person.complaints[2]
    assert len(added(built)) == 1


def test_with_yes_nothing_is_asked(built, guide):
    person, script = nobody(built, yes=True)
    assert script.add([guide], {}) == 0
    assert len(added(built)) == 1 and person.asked == []


def test_without_yes_a_script_is_told_to_give_it(built, guide):
    for run in (lambda script: script.add([guide], {}), lambda script: script.remove(["003"])):
        with pytest.raises(CorpusError, match="--yes"):
            run(nobody(built)[1])
    assert added(built) == []


def test_a_folder_adds_what_it_holds_and_says_what_it_could_not(built, guide):
    (guide.parent / "empty.txt").touch()
    (guide.parent / ".hidden.md").write_text(NEWER, "utf-8")
    folder = guide.parent / "more"
    folder.mkdir()
    guide.rename(folder / "guide.md")
    person, script = nobody(built, yes=True)
    assert script.add([folder, guide.parent / "empty.txt"], {}) == 2
    assert len(added(built)) == 1
    assert person.complaints == ["empty.txt is empty. Get the file again from where it came."]


def test_a_command_that_is_run_again_adds_nothing_and_is_content(built, guide):
    for _ in range(2):
        person, script = nobody(built, yes=True)
        assert script.add([guide], {}) == 0
    assert f"guide.md is in the corpus already, as {added(built)[0].id}." in person.said
    assert len(added(built)) == 1


@pytest.mark.parametrize("size", [100, 6_000, 40_000])
def test_on_a_full_disk_add_says_so_in_a_line_and_can_be_run_again(built, guide, size):
    with files_of_at_most(size), pytest.raises(IndexBuildError, match="Free space or name") as error:
        nobody(built, yes=True)[1].add([guide], {})
    assert "\n" not in str(error.value)
    assert added(built) == [] and is_current(built)
    assert nobody(built, yes=True)[1].add([guide], {}) == 0
    assert len(added(built)) == 1 and is_current(built)


def test_two_commands_at_once_add_what_both_were_given_or_say_to_try_again(built, guide, newer):
    said = []

    def add(path):
        script = nobody(built, yes=True)[1]
        for _ in range(50):
            try:
                said.append(script.add([path], {"title": path.stem}))
                return
            except IndexBusyError as error:
                said.append(str(error))
                time.sleep(0.05)

    threads = [threading.Thread(target=add, args=[path]) for path in (guide, newer, guide)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(source.title for source in added(built)) == ["guide", "newer"]
    assert len([each for each in said if isinstance(each, int)]) == 3
    assert all("Wait until it ends" in each for each in said if isinstance(each, str))
    assert is_current(built)


def test_an_empty_folder_is_named(built, tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(CorpusError, match="There is no file in .*none"):
        commands(built, Person()).add([tmp_path / "none"], {})


def saved(tmp_path, source_id):
    path = tmp_path / "answers.jsonl"
    citation = {"quote": QUOTE, "source": {"id": source_id}}
    path.write_text(json.dumps({"id": "a7", "citations": [citation]}), "utf-8")
    return path


def case(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "care-1", "facts": [{"fact": "f", "quotes": [QUOTE]}]}), "utf-8")
    return path


def test_replace_says_what_it_changes_and_then_does_it(built, guide, newer, tmp_path):
    nobody(built, yes=True)[1].add([guide], {"title": "Care after a filler"})
    (old,) = added(built)
    person = Person("y")
    answers = (saved(tmp_path, old.id),)
    run = commands(built, person, cases=case(tmp_path), answers=answers)
    assert run.replace(old.id[:10], newer, {}, only_show=False) == 0
    text = "\n".join(person.said)
    assert f"Passages of {old.id} that stay: 0, that move: 1, that lose sentences: 1" in text
    assert "loses sentences: “Patients rest on their back" in text and "moves to Images" in text
    assert "Evaluation cases whose quotes would be lost: care-1" in text
    assert "Saved answers whose quotes would be lost: a7" in text
    assert f"Put it in the place of {old.id}?" in person.asked[0]
    assert added(built)[0].sha256 != old.sha256


def test_diff_says_the_same_and_does_nothing(built, guide, newer):
    nobody(built, yes=True)[1].add([guide], {"title": "Care after a filler"})
    before = read_manifest(built.corpus_folder)
    person, script = nobody(built)
    assert script.replace("care", newer, {}, only_show=True) == 0
    assert any("that lose sentences: 1" in line for line in person.said)
    assert read_manifest(built.corpus_folder) == before


def test_replacing_a_file_by_itself_is_refused(built, guide):
    nobody(built, yes=True)[1].add([guide], {"title": "Care after a filler"})
    with pytest.raises(CorpusError, match="already"):
        nobody(built, yes=True)[1].replace("care", guide, {}, only_show=False)


def test_remove_says_what_quotes_it_and_asks(built, guide, tmp_path):
    nobody(built, yes=True)[1].add([guide], {"title": "Care after a filler"})
    for answer, left in (("n", 1), ("y", 0)):
        person = Person(answer)
        commands(built, person, cases=case(tmp_path)).remove(["care"])
        assert any("lost: care-1" in line for line in person.said)
        assert len(added(built)) == left
    assert person.said[-2].startswith("Removed care-after-a-filler-")


def test_list_names_the_documents_in_the_order_of_the_manifest(built):
    person = Person()
    assert commands(built, person).list() == 0
    assert [line.split()[0] for line in person.said] == list(FILES)


def test_diff_without_a_file_compares_manifest_and_index(built, small_corpus):
    person = Person()
    commands(built, person).diff()
    assert person.said == ["The index holds the 4 documents that the manifest lists."]
    small_corpus.write(**{"003_leaflet": "Walking is allowed now."})
    path = small_corpus.folder / "manifest.toml"
    path.write_text(path.read_text("utf-8").replace('"000_record"', '"000_other"'), "utf-8")
    person = Person()
    commands(built, person).diff()
    assert person.said == [
        "000_other: not indexed yet", "000_record: no longer listed", "003_leaflet: changed",
        "Run: python -m ingest build",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("title", " A = b", " A = b"), ("year", "2020", 2020), ("peer_reviewed", "Yes", True),
        ("abstract_only", "no", False), ("authors", "A B; C D;", ["A B", "C D"]),
    ],
)  # fmt: skip
def test_typed_text_becomes_the_value_of_its_field(name, text, value):
    assert field_value(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"), [("year", "x"), ("year", "-1"), ("peer_reviewed", "maybe"), ("x", "1")]
)
def test_typed_text_that_is_no_value_is_named(name, text):
    with pytest.raises(ManifestError, match=name):
        field_value(name, text)
