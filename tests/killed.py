"""Run as a program by test_killed.py: kills a change of the corpus at many points and tells what it left.

python tests/killed.py PROTOTYPE WORK add|replace|remove. PROTOTYPE holds a corpus and its index, WORK is
empty. Prints a line of JSON for each point: where the process was killed, which corpus answered then, and
which after the same change was run again. Everything runs in forks of this process: modules load once.
"""

import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

from conftest import FakeEmbedder, hashed, ignore
from test_library import GUIDE, NEWER

from ingest.candidates import Candidate
from ingest.config import IngestConfig
from ingest.index import open_index
from ingest.library import Library
from ingest.manifest import read_manifest

# Every so many writes of a file and steps of progress; every replacement of a file besides.
EVERY = 12


class Points:
    """Counts the points at which a process might be killed, and kills it at one of them."""

    def __init__(self, at=-1):
        self.names = []
        self._at = at

    def watch(self):
        sys.addaudithook(self._hook)

    def reach(self, name):
        self.names.append(name)
        if len(self.names) - 1 == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def step(self, step):
        self.reach(f"{step.stage} {step.done}")

    def _hook(self, event, arguments):
        if event == "os.rename":
            self.reach(f"replace {Path(os.fsdecode(arguments[1])).name}")
        elif event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]:
            self.reach(f"write {Path(str(arguments[0])).name}")
        elif event in ("os.mkdir", "os.remove", "shutil.rmtree"):
            self.reach(f"{event} {Path(str(arguments[0])).name}")


def change(kind, config, guide, points):
    library = Library(config, ignore, embedder=FakeEmbedder(), progress=points.step)
    if kind == "remove":
        library.remove([source for source in library.sources() if source.id == "003_leaflet"])
        return
    if kind == "replace":
        old = library.source("001")
        (found,) = library.examine([guide], instead_of=old)
        if found.source.sha256 != old.sha256:
            library.replace(old, found)
        return
    known = library.known_files([guide])
    found = list(library.examine([path for path in [guide] if path not in known]))
    library.add([item for item in found if isinstance(item, Candidate)])


def state(config):
    """ "old" or "new" if the index fits the manifest and answers; else what is wrong."""
    index = open_index(config)
    sources = read_manifest(config.corpus_folder)
    if index.sources != sources or len(index.nearest(hashed("filler"), 3)) != 3:
        return "index and manifest differ"
    if any(not (config.corpus_folder / source.path).is_file() for source in sources):
        return "a file is missing"
    texts = " ".join(passage.text for passage in index.passages)
    return "new" if "numbness is gone" in texts or "Walking is allowed" not in texts else "old"


def fork(work):
    """The exit status of work done in a fork: negative for a signal."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main():
    prototype, work, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    guide = work / "guide.md"
    guide.write_text(NEWER if kind == "replace" else GUIDE, "utf-8")
    config = IngestConfig(corpus_folder=work / "corpus", index_folder=work / "index")

    def prepare():
        for name in ("corpus", "index"):
            shutil.rmtree(work / name, ignore_errors=True)
            shutil.copytree(prototype / name, work / name)

    def run(at):
        points = Points(at)
        points.watch()
        change(kind, config, guide, points)
        (work / "points.json").write_text(json.dumps(points.names), "utf-8")

    def tell():
        (work / "state").write_text(state(config), "utf-8")

    prepare()
    assert fork(lambda: run(-1)) == 0
    names = json.loads((work / "points.json").read_text("utf-8"))
    for at, name in enumerate(names):
        if at % EVERY and not name.startswith("replace "):
            continue
        prepare()
        assert fork(lambda at=at: run(at)) == -signal.SIGKILL, name
        states = []
        for again in (False, True):
            (work / "state").unlink(missing_ok=True)
            if again and (states[0] == "old" or kind == "add"):
                assert fork(lambda: run(-1)) == 0, name
            assert fork(tell) == 0, name
            states.append((work / "state").read_text("utf-8"))
        sys.stdout.write(json.dumps([name, *states]) + "\n")


if __name__ == "__main__":
    main()
