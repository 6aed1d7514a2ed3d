"""What the commands add, remove, replace, diff and list do on a command line.

Everything that is asked and said goes through a `Dialog`, so that tests can hold one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.candidates import Candidate, document_files
from ingest.changes import affected_answers, affected_cases, compare
from ingest.config import IngestConfig
from ingest.describe import describe_affected, describe_candidate, describe_changes
from ingest.embed import Embedder
from ingest.errors import CorpusError, IngestError
from ingest.index import open_current
from ingest.library import ChangeResult, Library
from ingest.manifest import field_value
from ingest.progress import Report
from ingest.proposing import Refused
from ingest.records import Source
from ingest.terminal import shown
from ingest.watch import WatchedFolder, changed_files

CASES = Path(__file__).resolve().parent.parent / "eval" / "cases.jsonl"
# Exit status of a command that could do none or not all of what it was asked.
FAILED = 2


@dataclass(frozen=True, slots=True)
class Dialog:
    """How a command speaks with whoever runs it.

    Attributes:
        say: shows a line.
        complain: shows a line on something that went wrong.
        ask: shows a question and gives the answer; None where there is nobody to answer.
        password: asks for the password of a file; an empty string if none is given.
    """

    say: Report
    complain: Report
    ask: Callable[[str], str] | None
    password: Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands on one corpus and its index.

    Attributes:
        config: where they are.
        dialog: with whoever runs them.
        yes: take what is proposed without asking.
        cases: the evaluation cases, for what a change of a document affects.
        answers: files or folders of saved answers, for the same.
        embedder: makes the vectors; None for the configured model.
    """

    config: IngestConfig
    dialog: Dialog
    yes: bool = False
    cases: Path = CASES
    answers: tuple[Path, ...] = ()
    embedder: Embedder | None = None

    def add(self, paths: Sequence[Path], given: Mapping[str, Any]) -> int:
        """Adds files, and the files in folders, after each was confirmed; returns 2 if one was refused, or 0.

        Files that are in the corpus already are passed over: a command that was ended can be run again.
        """
        self._need_answers()
        files = document_files(paths)
        if not files:
            raise CorpusError(f"There is no file in {', '.join(map(str, paths))}.")
        with self._library() as library:
            known = library.known_files(files)
            found = list(library.examine([path for path in files if path not in known], given))
        for path, source in known.items():
            self.dialog.say(f"{path.name} is in the corpus already, as {source.id}.")
        refused = [item for item in found if isinstance(item, Refused)]
        for item in refused:
            self.dialog.complain(item.reason)
        confirmed = [self._confirmed(item, "Add it") for item in found if isinstance(item, Candidate)]
        taken = [item for item in confirmed if item is not None]
        if not taken and not known:
            return FAILED if refused else 0
        with self._library() as library:
            result = library.add(taken)
        self._tell(result)
        return FAILED if refused or result.refused else 0

    def remove(self, names: Sequence[str]) -> int:
        """Removes documents after saying what quotes them; returns 0, or 2 if it was not confirmed."""
        self._need_answers()
        with self._library() as library:
            sources = [library.source(name) for name in names]
            for source in sources:
                self.dialog.say(f"{source.id}: {source.title}")
                self._affected(library, source, None)
        if not self._agreed(f"Remove {len(sources)} of the documents and their files in the corpus folder"):
            return FAILED
        with self._library() as library:
            self._tell(library.remove(sources))
        return 0

    def replace(self, name: str, path: Path, given: Mapping[str, Any], *, only_show: bool) -> int:
        """Puts a file in the place of a document after saying what that changes.

        Args:
            name: id of the document, or how it starts.
            path: of the file.
            given: fields of its entry that are known, by name.
            only_show: say what it would change, and change nothing.
        """
        if not only_show:
            self._need_answers()
        with self._library() as library:
            old = library.source(name)
            (found,) = library.examine([path], given, instead_of=old)
            if isinstance(found, Refused):
                raise CorpusError(found.reason)
            if found.source.sha256 == old.sha256:
                raise CorpusError(f"{path.name} is the file that {old.id} has already.")
            self._affected(library, old, found)
        if only_show:
            return 0
        confirmed = self._confirmed(found, f"Put it in the place of {old.id}")
        if confirmed is None:
            return FAILED
        with self._library() as library:
            self._tell(library.replace(old, confirmed))
        return 0

    def list(self) -> int:
        """Lists the documents of the corpus in the order of the manifest."""
        with self._library() as library:
            for source in library.sources():
                self.dialog.say(f"{source.id}  {source.label}  ·  {source.kind}  ·  {source.path}")
        return 0

    def watch(self, folder: Path) -> None:
        """Adds what is put into a folder, and replaces what is changed there, until it is ended.

        Raises:
            CorpusError: there is no such folder, or it is part of the corpus.
        """
        library = Library(self.config, self.dialog.say, embedder=self.embedder)
        watched = WatchedFolder(folder, library, self._tell, self.dialog.complain)
        self.dialog.say(f"Watching {folder}. End it with Ctrl-C.")
        for paths in changed_files(folder):
            watched.take(paths)

    def diff(self) -> int:
        """Says how the manifest and the index that answers differ."""
        with self._library() as library:
            listed = {source.id: source for source in library.sources()}
        index = open_current(self.config)
        held = {source.id: source for source in index.sources} if index else {}
        new = [name for name in listed if name not in held]
        gone = [name for name in held if name not in listed]
        other = [name for name in listed if name in held and listed[name] != held[name]]
        for word, names in (("not indexed yet", new), ("no longer listed", gone), ("changed", other)):
            for name in names:
                self.dialog.say(f"{name}: {word}")
        if new or gone or other:
            self.dialog.say("Run: python -m ingest build")
        else:
            self.dialog.say(f"The index holds the {len(listed)} documents that the manifest lists.")
        return 0

    @contextmanager
    def _library(self) -> Iterator[Library]:
        with shown(self.dialog.say) as (report, progress, asking):
            password = asking(self.dialog.password)
            yield Library(self.config, report, progress=progress, embedder=self.embedder, password=password)

    def _need_answers(self) -> None:
        if self.dialog.ask is None and not self.yes:
            raise CorpusError("What is proposed must be confirmed: run it on a terminal, or with --yes.")

    def _agreed(self, question: str) -> bool:
        if self.yes or self.dialog.ask is None:
            return self.yes
        return self.dialog.ask(f"{question}? y(es) or n(o): ").strip().lower() in ("y", "yes")

    def _confirmed(self, found: Candidate, question: str) -> Candidate | None:
        """The candidate as it is confirmed, with corrections; None if it is not."""
        while True:
            for line in describe_candidate(found):
                self.dialog.say(line)
            if self.yes or self.dialog.ask is None:
                return found
            said = self.dialog.ask(f"{question}? y(es), n(o), or FIELD = VALUE to correct it: ").strip()
            if said.lower() in ("y", "yes"):
                return found
            name, equals, value = (part.strip() for part in said.partition("="))
            if not equals:
                return None
            try:
                with self._library() as library:
                    found = library.corrected(found, {name: field_value(name, value)})
            except IngestError as error:
                self.dialog.complain(str(error))

    def _affected(self, library: Library, old: Source, new: Candidate | None) -> None:
        before = library.document(old)
        after = library.document(new.source) if new else None
        if new is not None:
            for line in describe_changes(compare(before, after, self.config.chunk), before):
                self.dialog.say(line)
        cases = affected_cases(self.cases, before, after)
        answers = affected_answers(self.answers, before, after)
        for line in describe_affected(cases, answers):
            self.dialog.say(line)

    def _tell(self, result: ChangeResult) -> None:
        for item in result.refused:
            self.dialog.complain(item.reason)
        old = {source.id for source in result.removed}
        for source in result.added:
            self.dialog.say(f"{'Replaced' if source.id in old else 'Added'} {source.id}: {source.path}")
        for name in sorted(old - {source.id for source in result.added}):
            self.dialog.say(f"Removed {name}.")
        if result.build is not None:
            self.dialog.say(
                f"The index holds {result.build.sources} documents, {result.build.passages} passages; "
                f"{result.build.embedded} texts were embedded."
            )
