"""A change of the corpus that is killed leaves the old corpus or the new one, whole, and can be run again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("kind", ["add", "replace", "remove"])
def test_a_change_that_is_killed_anywhere_leaves_an_index_that_fits_its_manifest(prototype, tmp_path, kind):
    command = [sys.executable, ROOT / "tests" / "killed.py", prototype, tmp_path, kind]
    run = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    results = [json.loads(line) for line in run.stdout.splitlines()]
    assert {result[2] for result in results} == {"new"}
    left = {name: state for name, state, _ in results}
    assert set(left.values()) == {"old", "new"}
    assert left["replace manifest.toml"] == "old"  # killed just before
    assert left["replace CURRENT"] == "new"  # killed between manifest and index
    assert len(results) > 5
