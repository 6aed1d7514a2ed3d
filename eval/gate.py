"""Whether the assistant still does what was released: thresholds on what is measured, and flipped cases."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.compare import Flip, flips
from eval.metrics import Interval
from eval.rows import Row
from eval.summary import MEASURES

THRESHOLDS = Path(__file__).parent / "gate.toml"
_SIDES = ("least", "most")

# For each split, for "least" and "most", the bound of each measure.
Thresholds = Mapping[str, Mapping[str, Mapping[str, float]]]


class GateError(Exception):
    """The thresholds cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found.

    Attributes:
        falls: a sentence for each threshold that is not kept, and each case that failed.
        flips: the cases that the released results pass and these fail, or the other way round.
    """

    falls: tuple[str, ...]
    flips: tuple[Flip, ...]


def read_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """The thresholds in a file.

    Raises:
        GateError: it cannot be read, or names what is not measured.
    """
    try:
        content: Thresholds = tomllib.loads(path.read_text("utf-8"))
        for split, sides in content.items():
            for side, bounds in sides.items():
                unknown = [name for name in bounds if name not in MEASURES]
                if split not in ("development", "test") or side not in _SIDES or unknown:
                    raise ValueError(f"unknown: {split}.{side} {', '.join(unknown)}".rstrip())
                if not all(isinstance(bound, (int, float)) for bound in bounds.values()):
                    raise ValueError(f"a bound of {split}.{side} is no number")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise GateError(f"{path} cannot be used: {error}.") from error
    return content


def verdict(
    rows: Sequence[Row],
    measured: Mapping[str, Mapping[str, Interval]],
    thresholds: Thresholds,
    before: Sequence[Row],
) -> Verdict:
    """Whether the thresholds are kept.

    Args:
        rows: of all cases, now.
        measured: on them, by split.
        thresholds: what must be kept.
        before: the released rows; none if there are none.
    """
    falls = [f"{row.id} has no reply: {row.error}" for row in rows if row.error]
    for split, sides in thresholds.items():
        for side, bounds in sides.items():
            for name, bound in bounds.items():
                found = measured.get(split, {}).get(name)
                if found is None:
                    falls.append(f"{split}: {name} could not be measured, at {side} {bound:g} is asked")
                elif found.value < bound if side == "least" else found.value > bound:
                    falls.append(f"{split}: {name} is {found.value:.4f}, at {side} {bound:g} is asked")
    return Verdict(tuple(falls), flips(before, rows))
