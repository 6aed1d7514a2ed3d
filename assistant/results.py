"""The measured results of the evaluation, as the project releases them, for whoever wants to know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The released results, where the whole project is installed.
RELEASED = Path(__file__).parent.parent / "eval" / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with its 95 % interval and the number of questions it was made of."""

    value: float
    low: float
    high: float
    cases: int

    def words(self) -> str:
        """As "0.585 (0.530 to 0.640)"; numbers of more than one digit are rounded."""
        places = 3 if self.high < 10 else 0
        value, low, high = (f"{number:.{places}f}" for number in (self.value, self.low, self.high))
        return f"{value} ({low} to {high})"

    def percent(self) -> str:
        """A share as "59 % (53 to 64)"."""
        value, low, high = (f"{100 * number:.0f}" for number in (self.value, self.low, self.high))
        return f"{value} % ({low} to {high})"


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured.

    Attributes:
        corpus: digest of the corpus that the questions were asked on.
        measured: the measures by name, for each split of the questions.
    """

    corpus: str
    measured: Mapping[str, Mapping[str, Measured]]


def read_results(path: Path = RELEASED) -> Results | None:
    """The results of the first system in a file of results; None if there is none that can be read."""
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        first = content["systems"][0]["measured"]
        measured = {
            split: {name: Measured(**value) for name, value in measures.items()}
            for split, measures in first.items()
        }
        return Results(str(content["corpus"]), measured)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
