import json

import pytest
from sources import document

from ingest.changes import affected_answers, affected_cases, compare
from ingest.chunk import ChunkConfig
from ingest.errors import CorpusError

OLD = """# T

## Dose

The dose is two grams. It is given once.

## Risks

Nausea is common. Fever is rare.

## Follow-up

An image is taken on day one.
"""
NEW = """# T

## Dose

The dose is three grams. It is given once.

## Timing

An image is taken on day one.

## Risks

Nausea is common. Fever is rare.

## Cost

Nobody knows the price.
"""


def versions(old=OLD, new=NEW):
    return document(old, title="T"), document(new, title="T")


def words(passages):
    return [passage.text for passage in passages]


def test_passages_stay_move_lose_sentences_go_and_come():
    changes = compare(*versions(), ChunkConfig())
    assert changes.stay == 1
    assert [(item.passage.text, item.section) for item in changes.moved] == [
        ("An image is taken on day one.", "Timing")
    ]
    assert words(changes.changed) == ["The dose is two grams. It is given once."]
    assert changes.gone == ()
    assert words(changes.new) == ["The dose is three grams. It is given once.", "Nobody knows the price."]


def test_a_version_that_only_says_more_changes_no_passage_of_the_old_one():
    old, new = versions(OLD, OLD + "\n## Cost\n\nNobody knows the price.\n")
    changes = compare(old, new, ChunkConfig())
    assert (changes.stay, changes.moved, changes.changed, changes.gone) == (3, (), (), ())
    assert words(changes.new) == ["Nobody knows the price."]


def test_sentences_that_are_divided_into_other_passages_stay():
    old, new = versions(OLD, OLD)
    before = compare(old, new, ChunkConfig())
    assert before.stay == 3 and before.new == ()
    other = compare(old, new, ChunkConfig(target_words=4, max_words=5))
    assert other.stay == 5 and other.gone == ()


def test_of_a_document_that_is_removed_all_is_gone():
    changes = compare(versions()[0], None, ChunkConfig())
    assert len(changes.gone) == 3 and changes.stay == 0 and changes.new == ()


def cases(tmp_path, **quotes):
    path = tmp_path / "cases.jsonl"
    lines = [
        json.dumps({"id": name, "facts": [{"fact": "f", "quotes": said}]}) for name, said in quotes.items()
    ]
    path.write_text("\n".join([*lines, "", '{"id": "none", "facts": []}']), "utf-8")
    return path


def test_cases_lose_quotes_keep_them_or_have_none_of_the_document(tmp_path):
    path = cases(
        tmp_path,
        lost=["The dose is two grams."],
        one_of_two=["Fever is rare.", "The dose is two grams."],
        kept=["An *image* is taken on day one."],
        elsewhere=["Quoted from another document."],
    )
    affected = affected_cases(path, *versions())
    assert affected.lost == ("lost", "one_of_two")
    assert affected.kept == ("kept",)
    assert affected_cases(path, versions()[0], None).lost == ("lost", "one_of_two", "kept")


def test_without_a_file_of_cases_none_are_affected(tmp_path):
    assert affected_cases(tmp_path / "none.jsonl", *versions()).lost == ()


def answer(name, *quotes, source="s"):
    return {"id": name, "citations": [{"quote": quote, "source": {"id": source}} for quote in quotes]}


def test_saved_answers_are_read_from_files_and_folders(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.json").write_text(json.dumps(answer("one", "The dose is two grams."), indent=1))
    many = [
        answer("two", "Fever is rare."),
        answer("other", "The dose is two grams.", source="x"),
        {"case_id": "failed", "error": "no question"},
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, many)), "utf-8")
    affected = affected_answers([tmp_path / "a", tmp_path / "many.jsonl"], *versions())
    assert (affected.lost, affected.kept) == (("one",), ("two",))


@pytest.mark.parametrize(
    "content",
    [
        "no JSON", "[1, 2]", "7", "null", '["ab"]', '{"citations": null}', '{"citations": ["x"]}',
        '{"citations": [{"source": "s"}]}',
    ],
)  # fmt: skip
def test_a_file_that_holds_no_answers_is_named(tmp_path, content):
    path = tmp_path / "answers.json"
    path.write_text(content, "utf-8")
    with pytest.raises(CorpusError, match=r"answers\.json cannot be read"):
        affected_answers([path], *versions())


@pytest.mark.parametrize("content", ['{"facts": null}', '{"facts": ["x"]}', '{"facts": [{}]}', "[]"])
def test_a_file_that_holds_no_cases_is_named(tmp_path, content):
    path = tmp_path / "cases.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(CorpusError, match=r"cases\.jsonl cannot be read"):
        affected_cases(path, *versions())
