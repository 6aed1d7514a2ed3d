"""Fills the generated parts of README.md: `python tools/readme.py`.

Between the markers `<!-- NAME:begin -->` and `<!-- NAME:end -->` stand: `results` (eval/results/latest.json),
`bench` (tools/bench.json), `load` (tools/load.json), `deepeval` (tools/deepeval.json), `tree` (the modules
and the first line of each docstring). A test checks that they are up to date.
"""

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = ("assistant", "assistant/api", "assistant/training", "assistant/widget", "ingest", "eval", "tools")
# Of the systems side by side.
_COMPARED = (
    "fact recall@1", "fact recall@5", "quote precision", "words shown", "refused when due", "nDCG@10",
)  # fmt: skip
_OTHERS = {
    "app.py": None,
    "assistant/about.toml": "the text of the About page",
    "assistant/examples.toml": "example questions by topic",
    "assistant/claims.toml": "words of the claims that comparisons are made of",
    "assistant/limits.toml": "words of events, decisions and identifiers that open an answer",
    "assistant/training/libraries.jsonl.gz": "invented libraries that the reader is trained on",
    "assistant/words.toml": "words that askers use and what they mean in the sources",
    "assistant/calibration.json": "fitted weights and thresholds",
    "assistant/models/": "the evidence reader and its card",
    "assistant/static/": "style sheets and scripts of the page and the widget",
    "assistant/widget/README.md": "how to embed the widget, allow an origin, theme it, remove it",
    "assistant/widget/labels/": "the widget's labels in other languages",
    "corpus/": "manifest, the five sources, their origin and licence",
    "docs/screenshots/": "pictures of the page for this file, made by tools/screenshots.py",
    "ingest/models/": "the embedding model's graph, our weights for it, and their card",
    "eval/cases.jsonl": "the evaluation cases",
    "eval/LOG.md": "dated experiments, the failed ones too",
    "tools/widget_demo/": "pages of another origin that embed the widget: `make widget-demo`",
    "eval/gate.toml": "what the assistant must not fall below",
    "eval/results/": "released results, every case a row",
    "eval/static/": "template and style sheet of the report",
    "tests/": "flat, test_<module>.py",
}


def main() -> int:
    """Writes README.md anew; returns 0."""
    path = ROOT / "README.md"
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
    return 0


def filled(text: str) -> str:
    """The README's text with its generated parts made anew."""
    results = json.loads((ROOT / "eval/results/latest.json").read_text("utf-8"))
    bench = json.loads((ROOT / "tools/bench.json").read_text("utf-8"))
    load = json.loads((ROOT / "tools/load.json").read_text("utf-8"))
    parts = {
        "results": _results(results),
        "bench": _bench(bench),
        "load": _load(load),
        "tree": _tree(),
    }
    deepeval = ROOT / "tools/deepeval.json"
    if deepeval.exists():  # it needs an environment of its own
        parts["deepeval"] = _deepeval(json.loads(deepeval.read_text("utf-8")))
    for name, content in parts.items():
        text = re.sub(
            rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)",
            lambda match, content=content: f"{match[1]}{content}\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


def _results(results: dict[str, Any]) -> str:
    first, *_ = results["systems"]
    splits = ("development", "test")
    counts = [sum(row["split"] == split for row in first["rows"]) for split in splits]
    lines = [
        f"| measure | development ({counts[0]} cases) | test ({counts[1]} cases) |",
        "|---|---|---|",
    ]
    for measure in first["measured"]["test"]:
        cells = " | ".join(_cell(first["measured"][split].get(measure)) for split in splits)
        lines.append(f"| {measure} | {cells} |")
    lines += [
        "",
        f"| system, on the test split | {' | '.join(_COMPARED)} |",
        "|---" * (len(_COMPARED) + 1) + "|",
    ]
    for system in results["systems"]:
        cells = " | ".join(_cell(system["measured"]["test"].get(name)) for name in _COMPARED)
        lines.append(f"| {system['name']} | {cells} |")
    return "\n".join(lines)


def _cell(value: dict[str, float] | None) -> str:
    if value is None:
        return "–"
    places = 3 if value["high"] < 10 else 0
    return f"{value['value']:.{places}f} ({value['low']:.{places}f}–{value['high']:.{places}f})"


def _bench(bench: dict[str, Any]) -> str:
    rows = {name: f"{value}" for name, value in bench.items()}
    return "\n".join(["| figure | value |", "|---|---|", *(f"| {n} | {v} |" for n, v in rows.items())])


def _load(load: dict[str, Any]) -> str:
    names = list(load["steps"][0])
    rows = [[f"{step[name]}" for name in names] for step in load["steps"]]
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, ["---"] * len(names), *rows))


def _deepeval(found: dict[str, Any]) -> str:
    scores = "; ".join(f"{name.lower()}: {score:.3f}" for name, score in found["scores"].items())
    return f"DeepEval {found['deepeval']}, {found['cases']} development cases: {scores}."


def _tree() -> str:
    entries = {name: text or _purpose(ROOT / name) for name, text in _OTHERS.items()}
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).glob("*.py")):
            if path.name != "__init__.py":
                entries[path.relative_to(ROOT).as_posix()] = _purpose(path)
    width = max(len(name) for name in entries)
    lines = [f"    {name:<{width}}  {entries[name]}" for name in sorted(entries, key=_place)]
    return "\n".join(lines)


def _place(name: str) -> tuple[bool, str]:
    return "/" in name, name


def _purpose(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return docstring.split("\n")[0].rstrip(".")


if __name__ == "__main__":
    sys.exit(main())
