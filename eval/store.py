"""A file of results: what was run, on what, what was measured, and every row. JSON with one row a line."""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eval.cases import CASES
from eval.metrics import Interval
from eval.replies import System
from eval.rows import Expected, Row, Shown
from eval.summary import summary

# The folder of released results: RELEASED is committed, WHOLE, which has all words, is not.
FOLDER = Path(__file__).parent / "results"
RELEASED, WHOLE = "latest.json", "whole.json"
# Fields of a row that a file leaves out where they hold nothing else.
_EMPTY: Mapping[str, Any] = {
    "sources": [], "turns": [], "understood": "", "status": "", "confidence": None, "beside": [],
    "seconds": None, "error": "",
}  # fmt: skip
# Raised when the form of the file changes.
_FORM = 1


class ResultsError(Exception):
    """A file of results cannot be used; says which, why and what to do."""


@dataclass(frozen=True, slots=True)
class SystemResults:
    """What one system did.

    Attributes:
        name: of the system.
        configuration: what shapes its replies.
        measured: for each split all measures with their intervals.
        rows: one a case; none if only what was measured is kept.
    """

    name: str
    configuration: Mapping[str, Any]
    measured: Mapping[str, Mapping[str, Interval]]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What a run did.

    Attributes:
        commit: of the code, with "-changed" if files differ from it; "unknown" outside a repository.
        corpus: digest of the corpus.
        cases: SHA-256 of the case file.
        cores: of the machine, which the times depend on.
        systems: in the order of the run.
    """

    commit: str
    corpus: str
    cases: str
    cores: int
    systems: tuple[SystemResults, ...]

    def system(self, name: str = "") -> SystemResults:
        """The system of this name, or the first if none is given.

        Raises:
            ResultsError: there is none.
        """
        for system in self.systems:
            if name in ("", system.name):
                return system
        names = ", ".join(system.name for system in self.systems)
        raise ResultsError(f"There is no system {name!r} in these results; there are: {names}.")


def system_results(system: System, rows: Sequence[Row]) -> SystemResults:
    """What a system did, measured on each split."""
    splits = dict.fromkeys(row.split for row in rows)
    measured = {split: summary([row for row in rows if row.split == split]) for split in sorted(splits)}
    return SystemResults(system.name, dict(system.configuration), measured, tuple(rows))


def results(corpus: str, systems: Sequence[SystemResults]) -> Results:
    """The results of a run of this code on the shipped cases, now."""
    cases = hashlib.sha256(CASES.read_bytes()).hexdigest()
    return Results(_commit(), corpus, cases, os.cpu_count() or 1, tuple(systems))


def released(whole: Results) -> Results:
    """What of the results is committed: all measures, and the first system's rows without any words."""
    first, *others = whole.systems
    rows = tuple(_without_words(row) for row in first.rows)
    kept = (replace(first, rows=rows), *(replace(other, rows=()) for other in others))
    return replace(whole, systems=kept)


def write(path: Path, content: Results) -> None:
    """Writes a file of results, and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(content), "utf-8")


def read(path: Path) -> Results:
    """The results in a file.

    Raises:
        ResultsError: it is missing or holds something else.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["form"] != _FORM:
            raise ValueError(f"form {content['form']!r} instead of {_FORM}")
        return Results(
            content["commit"],
            content["corpus"],
            content["cases"],
            content["cores"],
            tuple(_system(item) for item in content["systems"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            f"{path} is no file of results ({type(error).__name__}: {error}). Make one: "
            "python -m eval run --output FILE"
        ) from error


def _text(content: Results) -> str:
    head = {
        "form": _FORM,
        "commit": content.commit,
        "corpus": content.corpus,
        "cases": content.cases,
        "cores": content.cores,
    }
    systems = []
    for system in content.systems:
        measured = {
            split: {name: _rounded(value) for name, value in of.items()}
            for split, of in system.measured.items()
        }
        about = {"name": system.name, "configuration": system.configuration, "measured": measured}
        rows = ",\n".join(json.dumps(_filled(asdict(row)), ensure_ascii=False) for row in system.rows)
        systems.append(f'{json.dumps(about)[:-1]}, "rows": [\n{rows}\n]}}')
    return f'{json.dumps(head)[:-1]}, "systems": [\n' + ",\n".join(systems) + "\n]}\n"


def _system(item: Mapping[str, Any]) -> SystemResults:
    measured = {
        split: {name: Interval(**value) for name, value in of.items()}
        for split, of in item["measured"].items()
    }
    rows = tuple(_row(row) for row in item["rows"])
    return SystemResults(item["name"], item["configuration"], measured, rows)


def _filled(content: Any) -> Any:
    """Values of JSON without the fields of objects that are empty: most of a released row is."""
    if isinstance(content, dict):
        return {name: _filled(value) for name, value in content.items() if value not in ("", None, [])}
    return [_filled(item) for item in content] if isinstance(content, list) else content


def _row(item: Mapping[str, Any]) -> Row:
    """The row of which `_filled` left the empty fields out."""
    shown: dict[str, list[Any]] = {
        name: [{"text": "", "states": [], **quote} for quote in item.get(name, [])]
        for name in ("quotes", "nearest")
    }
    expected = {"facts": [], "beside": [], **item["expected"]}
    return Row(**{**_EMPTY, **item, **shown, "expected": expected})


def _without_words(row: Row) -> Row:
    quotes: list[Shown] = [{**quote, "text": ""} for quote in row.quotes]
    expected: Expected = {"status": row.expected["status"], "facts": [], "beside": []}
    return replace(row, turns=[], understood="", expected=expected, quotes=quotes, nearest=[], beside=[])


def _rounded(value: Interval) -> dict[str, float]:
    return {name: round(number, 4) for name, number in asdict(value).items()}


def _commit() -> str:
    """The commit of the working tree."""
    folder = Path(__file__).parent
    try:
        commit = _git(folder, "rev-parse", "--short=12", "HEAD")
        return f"{commit}-changed" if _git(folder, "status", "--porcelain") else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
