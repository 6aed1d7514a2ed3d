"""Progress on a terminal: a bar for each stage, with the time that is left."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from ingest.progress import Progress, Report, Step, as_lines


@contextmanager
def shown(report: Report) -> Iterator[tuple[Report, Progress]]:
    """What reports lines and what shows progress: bars if standard error is a terminal, else lines.

    Args:
        report: takes lines where no bar is shown.
    """
    if not sys.stderr.isatty():
        yield report, as_lines(report)
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
            console.print(line, markup=False, highlight=False)

        yield say, progress
