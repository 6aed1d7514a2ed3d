"""Fills the generated parts of README.md: `python tools/readme.py`.

Between the markers `<!-- NAME:begin -->` and `<!-- NAME:end -->` stand: `results` (eval/results/latest.json),
`bench` (tools/bench.json), `tree` (the modules and the first line of each docstring). A test checks that
they are up to date.
"""

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = ("assistant", "assistant/training", "assistant/widget", "ingest", "eval", "tools")
_OTHERS = {
    "app.py": None,
    "assistant/about.toml": "the text of the About page",
    "assistant/examples.toml": "example questions by topic",
    "assistant/words.toml": "words that askers use and what they mean in the sources",
    "assistant/calibration.json": "fitted weights and thresholds",
    "assistant/models/": "the evidence reader and its card",
    "assistant/static/": "style sheets and scripts of the page and the widget",
    "assistant/widget/README.md": "how to embed the widget, allow an origin, theme it, remove it",
    "assistant/widget/labels/": "the widget's labels in other languages",
    "corpus/": "manifest, the five sources, their origin and licence",
    "docs/screenshots/": "pictures of the page for this file, made by tools/screenshots.py",
    "ingest/models/": "the embedding model's graph, without weights",
    "eval/cases.jsonl": "the evaluation cases",
    "eval/LOG.md": "dated experiments, the failed ones too",
    "tools/widget_demo/": "pages of another origin that embed the widget: `make widget-demo`",
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
    for name, content in (("results", _results(results)), ("bench", _bench(bench)), ("tree", _tree())):
        text = re.sub(
            rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)",
            lambda match, content=content: f"{match[1]}{content}\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


def _results(results: dict[str, Any]) -> str:
    lines = [
        "| measure | development | test |",
        "|---|---|---|",
    ]
    for measure in results["test"]:
        pattern = "{:.0f}" if measure == "cases" else "{:.3f}"
        cells = " | ".join(pattern.format(results[split][measure]) for split in ("development", "test"))
        lines.append(f"| {measure} | {cells} |")
    return "\n".join(lines)


def _bench(bench: dict[str, Any]) -> str:
    rows = {name: f"{value}" for name, value in bench.items()}
    return "\n".join(["| figure | value |", "|---|---|", *(f"| {n} | {v} |" for n, v in rows.items())])


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
