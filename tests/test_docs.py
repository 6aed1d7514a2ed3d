"""The README says what the code does: its generated parts are made anew and compared."""

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from readme import filled  # noqa: E402

README = (ROOT / "README.md").read_text("utf-8")


def test_the_generated_parts_of_the_readme_are_up_to_date():
    assert filled(README) == README, "run: python tools/readme.py"


def test_every_variable_of_the_code_is_in_the_readme_and_no_other():
    code = "".join(
        path.read_text("utf-8")
        for folder in ("ingest", "assistant", "eval")
        for path in (ROOT / folder).rglob("*.py")
    )
    used = set(re.findall(r'"(ASSISTANT_[A-Z_]+)"', code))
    assert used == set(re.findall(r"`(ASSISTANT_[A-Z_]+)`", README))


def test_the_results_are_of_the_corpus_that_is_shipped(documents):
    from ingest.index import corpus_digest

    results = json.loads((ROOT / "eval/results/latest.json").read_text("utf-8"))
    assert results["corpus"] == corpus_digest(tuple(document.source for document in documents))


def test_the_results_are_of_a_commit():
    results = json.loads((ROOT / "eval/results/latest.json").read_text("utf-8"))
    assert re.fullmatch("[0-9a-f]{12}", results["commit"]), "commit what changed, then run: make eval"


def test_the_results_are_of_the_cases_that_are_shipped_and_have_a_row_for_each(documents):
    from eval.cases import CASES, read_cases
    from eval.store import FOLDER, RELEASED, read

    released = read(FOLDER / RELEASED)
    assert released.cases == hashlib.sha256(CASES.read_bytes()).hexdigest(), "run: make eval"
    assert [row.id for row in released.system("assistant").rows] == [
        case.id for case in read_cases(CASES, documents)
    ]


def test_the_paths_that_the_readme_names_exist():
    named = re.findall(r"`((?:assistant|ingest|eval|corpus|tools|tests)/[\w./-]+)`", README)
    links = re.findall(r"\]\(((?!http)[\w./-]+)\)", README)
    assert named and links
    assert [path for path in (*named, *links) if not (ROOT / path).exists()] == []


def test_every_dependency_is_pinned_in_the_constraints():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.split(r"[<>=\[]", dependency)[0].strip() for dependency in project["dependencies"]]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }
    assert [name for name in names if name.lower().replace("_", "-") not in pinned] == []
