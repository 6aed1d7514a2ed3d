"""What is shown and asked on a terminal: a bar for each stage, with the time that is left; passwords."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from ingest.progress import Progress, Report, Step, as_lines

Asking = Callable[[Callable[[Path], str]], Callable[[Path], str]]


def harmless(line: str) -> str:
    """The line with characters that would steer a terminal, or turn what is read, shown as unknown signs."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in line)


@contextmanager
def shown(report: Report) -> Iterator[tuple[Report, Progress, Asking]]:
    """What reports lines, what shows progress, and what makes a question wait its turn.

    Bars are shown if standard error is a terminal, else lines. They stand still while something is asked, and
    one thing is asked at a time, though files are read side by side.

    Args:
        report: takes lines where no bar is shown.
    """
    turn = threading.Lock()
    if not sys.stderr.isatty():
        yield report, as_lines(report), lambda ask: _in_turn(ask, turn)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[items]}"),
        TimeElapsedColumn(),
        TextColumn("· left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Bars(*columns, console=console, redirect_stdout=False, redirect_stderr=False) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(step: Step) -> None:
            if step.stage not in tasks or bars.tasks[tasks[step.stage]].finished:
                tasks[step.stage] = bars.add_task(step.stage, total=1.0, items="")
            items = f"{step.done:,} of {step.total:,} {step.unit}"
            bars.update(tasks[step.stage], completed=step.share, items=items)

        def say(line: str) -> None:
            console.print(harmless(line), markup=False, highlight=False)

        def asking(ask: Callable[[Path], str]) -> Callable[[Path], str]:
            def asked(path: Path) -> str:
                bars.stop()
                try:
                    return ask(path)
                finally:
                    bars.start()

            return _in_turn(asked, turn)

        yield say, progress, asking


def _in_turn(ask: Callable[[Path], str], turn: threading.Lock) -> Callable[[Path], str]:
    def asked(path: Path) -> str:
        with turn:
            return ask(path)

    return asked
