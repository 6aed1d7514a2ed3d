"""How far a long task is: what it reports, whoever shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Report = Callable[[str], None]
Stage = Literal["Reading", "Dividing", "Embedding", "Writing"]


@dataclass(frozen=True, slots=True)
class Step:
    """How far one stage of a task is.

    Attributes:
        stage: what is done.
        done: how many of its items are.
        total: how many there are.
        unit: what the items are, in the plural.
        share: how much of the stage's time that is by estimate, in [0, 1].
    """

    stage: Stage
    done: int
    total: int
    unit: str
    share: float


# From so many documents on, reading is reported where no bar can be shown. Source: fewer take seconds.
_MANY = 10

Progress = Callable[[Step], None]


def as_lines(report: Report) -> Progress:
    """Reports the slow stages as lines of text, for where no bar can be shown."""

    def progress(step: Step) -> None:
        if step.stage == "Embedding":
            report(f"Embedded {step.done} of {step.total} {step.unit}.")
        elif step.stage == "Reading" and step.total >= _MANY:
            report(f"Read {step.done} of {step.total} {step.unit}.")

    return progress
