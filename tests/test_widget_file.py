"""The widget's file: small, alone, and with no way from text to markup or code."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.widget.files import content, integrity
from assistant.widget.labels import languages

WIDGET = content("widget.js").decode("utf-8")
SCRIPTS = (WIDGET, content("widget_frame.js").decode("utf-8"))


def test_the_file_has_at_most_30_kb_gzipped():
    assert len(gzip.compress(content("widget.js"))) <= 30_000


@pytest.mark.parametrize(
    "way",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser",
     "createContextualFragment", "setHTML", "srcdoc", "eval(", "new Function", "import(", "javascript:",
     "setAttribute(\"style\"", "cookie", "localStorage", "sessionStorage", "indexedDB", "sendBeacon"],
)  # fmt: skip
def test_no_text_becomes_markup_or_code_and_nothing_is_stored(way):
    for script in SCRIPTS:
        code = re.sub(r"^\s*//.*$", "", script, flags=re.MULTILINE)
        assert way not in code


def test_the_file_names_no_other_host():
    named = set(re.findall(r"https?://[\w.-]+", WIDGET))
    assert named == {"https://assistant.example.org", "http://www.w3.org"}  # the guide's example, SVG's name


def test_the_iframe_page_holds_no_script_or_style_of_its_own():
    page = content("widget_frame.html").decode("utf-8")
    assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", page)


def test_the_guide_names_every_setting_and_language():
    guide = (Path(__file__).parent.parent / "assistant/widget/README.md").read_text("utf-8")
    settings = set(re.findall(r"^\| `data-(\w+)`", guide, flags=re.MULTILINE))
    frame = re.search(r"SETTINGS = \[(.*?)\]", SCRIPTS[1])[1]
    assert settings == {*re.findall(r'"(\w+)"', frame), "corner", "size"}
    assert all(f'"{name}"' in WIDGET or f"dataset.{name}" in WIDGET for name in settings)
    row = next(line for line in guide.splitlines() if line.startswith("| `data-lang`"))
    assert sorted(re.findall(r"`(\w\w)`", row)) == sorted(languages())


def test_the_command_prints_the_hash_of_the_file(capsys):
    assert main(["widget-sri"]) == 0
    printed = capsys.readouterr().out.strip()
    path = Path(__file__).parent.parent / "assistant/static/widget.js"
    digest = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode("ascii")
    assert printed == integrity() == f"sha384-{digest}"
