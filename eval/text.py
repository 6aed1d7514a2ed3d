"""Measurements, comparisons and single cases as lines of text for a terminal."""

from collections.abc import Mapping, Sequence

from eval.compare import Compared, Flip
from eval.difference import Missed, Piece, missed
from eval.metrics import Interval
from eval.rows import Row
from eval.store import Results, SystemResults
from eval.summary import GROUP_MEASURES, MEASURES, by_kind, by_source

_MARKS = {"same": ("", ""), "missing": ("[-", "-]"), "added": ("{+", "+}")}


def results_text(results: Results, *, failed: bool = False) -> str:
    """All systems side by side on each split, then the kinds and sources of the first system.

    Args:
        results: of a run.
        failed: whether to list the first system's failed cases.
    """
    first = results.systems[0]
    lines = []
    for split in first.measured:
        rows = [row for row in first.rows if row.split == split]
        lines += [f"{split} split, {len(rows)} cases", *_systems(results.systems, split), ""]
        lines += [*_groups("kind", by_kind(rows)), "", *_groups("source", by_source(rows)), ""]
    crashed = [row for row in first.rows if row.error]
    lines += [f"{row.id} has no reply: {row.error}" for row in crashed]
    if failed:
        lines += [case_text(row) for row in first.rows if not row.passed and not row.error]
    return _printable("\n".join(lines).rstrip())


def comparison_text(compared: Compared) -> str:
    """Each measure in both results, the change with its interval, and the flipped cases."""
    lines = [f"{compared.cases} cases in both; * where the 95 % interval of the change leaves out 0"]
    if compared.only_one:
        lines.append(f"{len(compared.only_one)} only in one: {', '.join(compared.only_one)}")
    for one in compared.differences:
        change = f"{one.change.value:+.3f} [{one.change.low:+.3f}, {one.change.high:+.3f}]"
        lines.append(
            f"{one.measure:<32}{one.first:>9.3f}{one.second:>9.3f}  {change}{' *' if one.clear else ''}"
        )
    return "\n".join([*lines, *flips_text(compared.flips)])


def flips_text(flips: Sequence[Flip]) -> list[str]:
    """A line for each flipped case, those that got worse first."""
    worse = [f"  now fails   {flip.id} ({flip.kind})" for flip in flips if flip.passed_first]
    better = [f"  now passes  {flip.id} ({flip.kind})" for flip in flips if flip.passed_second]
    return [f"flipped: {len(worse)} now fail, {len(better)} now pass", *worse, *better]


def case_text(row: Row) -> str:
    """A case with what was expected, what was shown, and the differences marked [-missing-] {+added+}."""
    lines = ["", f"{row.id} ({row.kind}, {row.split}): {'passed' if row.passed else 'failed'}"]
    lines += [f"  > {turn}" for turn in row.turns]
    if row.understood and row.understood != row.turns[-1]:
        lines.append(f"  understood as: {row.understood}")
    lines.append(f"  expected {row.expected['status']}")
    lines += [f"    {i}. {fact['fact']}" for i, fact in enumerate(row.expected["facts"], 1)]
    lines += [f"    beside: {line}" for line in row.expected["beside"]]
    if row.error:
        return _printable("\n".join([*lines, f"  no reply: {row.error}"]))
    sure = "" if row.confidence is None else f", confidence {row.confidence:.2f}"
    lines.append(f"  shown {row.status}{sure}")
    for quote in row.quotes:
        states = ", ".join(str(number + 1) for number in quote["states"]) or "-"
        lines.append(
            f"    states {states}: {quote['source']} {quote['start']}-{quote['end']} “{quote['text']}”"
        )
    lines += [f"    near: {quote['source']} “{quote['text']}”" for quote in row.nearest]
    lines += [f"    beside: {line}" for line in row.beside]
    lines += [f"  missed: {_missed(item)}" for item in missed(row)]
    scores = ", ".join(f"{name} {value:g}" for name, value in row.scores.items() if value is not None)
    return _printable("\n".join([*lines, f"  {scores}"]))


def _printable(text: str) -> str:
    """The text without what steers a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text.expandtabs(4))


def _missed(item: Missed) -> str:
    return f"{item.fact}\n    {' '.join(_marked(piece) for piece in item.pieces)}"


def _marked(piece: Piece) -> str:
    before, after = _MARKS[piece.mark]
    return f"{before}{piece.text}{after}"


def _systems(systems: Sequence[SystemResults], split: str) -> list[str]:
    width = max(18, *(len(system.name) + 2 for system in systems))
    lines = [" " * 30 + "".join(f"{system.name:>{width}}" for system in systems)]
    for name in MEASURES:
        values = [system.measured[split].get(name) for system in systems]
        if any(value is not None for value in values):
            lines.append(f"{name:<30}" + "".join(f"{_cell(value):>{width}}" for value in values))
    return lines


def _groups(title: str, groups: Mapping[str, Mapping[str, Interval]]) -> list[str]:
    lines = [f"{title:<24}{'cases':>6}" + "".join(f"{name:>18}" for name in GROUP_MEASURES)]
    for group, measured in groups.items():
        cases = max((value.cases for value in measured.values()), default=0)
        cells = "".join(f"{_cell(measured.get(name)):>18}" for name in GROUP_MEASURES)
        lines.append(f"{group:<24}{cases:>6}{cells}")
    return lines


def _cell(value: Interval | None) -> str:
    return "-" if value is None else f"{value.value:.3f} {value.low:.2f}-{value.high:.2f}"
