"""Results as one HTML page that needs nothing else: tables, plots and every failed case.

The first system is shown in full; the others stand beside it in the table of measures.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from eval.charts import bars, curve, histogram, reliability_chart
from eval.difference import Piece, missed
from eval.markup import element, page
from eval.metrics import Interval, reliability, risk_coverage
from eval.rows import RECALLS, Row, Shown
from eval.store import Results, ResultsError, SystemResults
from eval.summary import GROUP_MEASURES, MEASURES, by_kind, by_source, confidences

_TAGS = {"same": "span", "missing": "del", "added": "ins"}


def write_report(path: Path, results: Results) -> None:
    """Writes the page.

    Raises:
        ResultsError: the rows of the first system are left out of the results, or their words are; or the
            page cannot be written.
    """
    rows = results.systems[0].rows
    if not rows or not all(row.turns for row in rows):
        raise ResultsError(
            "These results hold no rows with their words, so no page can be made of them. Make some: "
            "python -m eval run --output FILE"
        )
    try:
        path.write_text(report(results), "utf-8")
    except OSError as error:
        raise ResultsError(f"{path} cannot be written: {error.strerror}.") from error


def report(results: Results) -> str:
    """The page of results whose rows have their words."""
    first = results.systems[0]
    parts = [element("h1", "Evaluation report"), _about(results)]
    for split in first.measured:
        rows = [row for row in first.rows if row.split == split]
        failed = [row for row in rows if not row.passed]
        parts += [
            element("h2", f"{split.capitalize()} split: {len(rows)} cases"),
            _measures(results.systems, split),
            *_charts(rows),
            _groups("kind", by_kind(rows)),
            _groups("source", by_source(rows)),
            element("h2", f"{split.capitalize()} split: {len(failed)} failed cases of {first.name}"),
            element("p", _HOW_TO_READ, class_="note"),
            *(_case(row) for row in failed),
        ]
    return page(element("main", *parts))


_HOW_TO_READ = (
    "A case passes if an answer was given exactly when one was due, the first five quotes state as many of "
    "its facts as any five quotes could, and the comparison and the opening line expected are there. Under "
    "each fact that was missed stands its gold quote against the nearest quote shown: its own words are "
    "struck through, words shown instead are underlined."
)


def _about(results: Results) -> Element:
    return element(
        "p",
        f"Commit {results.commit}, corpus {results.corpus[:12]}, cases {results.cases[:12]}, "
        f"{results.cores} cores. Values with 95 % bootstrap intervals over cases.",
        class_="note",
    )


def _measures(systems: Sequence[SystemResults], split: str) -> Element:
    head = element(
        "tr", *(element("th", name) for name in ("measure", *(s.name for s in systems), "what it is"))
    )
    lines = []
    for name, meaning in MEASURES.items():
        values = [system.measured.get(split, {}).get(name) for system in systems]
        if any(value is not None for value in values):
            better = f" ({meaning.better} is better)" if meaning.better else ""
            lines.append(
                element(
                    "tr",
                    element("td", name),
                    *(_cell(value) for value in values),
                    element("td", meaning.text + better, class_="words"),
                )
            )
    return element("div", element("table", head, *lines), class_="wide")


def _groups(title: str, groups: Mapping[str, Mapping[str, Interval]]) -> Element:
    head = element("tr", *(element("th", name) for name in (title, "cases", *GROUP_MEASURES)))
    lines = [
        element(
            "tr",
            element("td", group),
            element("td", str(max((value.cases for value in of.values()), default=0))),
            *(_cell(of.get(name)) for name in GROUP_MEASURES),
        )
        for group, of in groups.items()
    ]
    return element("div", element("table", head, *lines), class_="wide")


def _cell(value: Interval | None) -> Element:
    if value is None:
        return element("td", "–")
    places = 3 if abs(value.high) < 10 else 0
    interval = f" {value.low:.{places}f}–{value.high:.{places}f}"
    return element("td", f"{value.value:.{places}f}", element("small", interval))


def _charts(rows: Sequence[Row]) -> Iterable[Element]:
    name = RECALLS[5]
    kinds = {kind: of[name] for kind, of in by_kind(rows).items() if name in of}
    charts = [bars(f"{name.capitalize()} by kind", kinds)]
    sure, wrong, due = confidences(rows)
    if sure:
        coverage, risk = risk_coverage(sure, wrong)
        axes = ("share of cases answered, surest first", "share of wrong first quotes")
        charts.append(curve("Risk and coverage", coverage.tolist(), risk.tolist(), axes))
        names = ("confidence", "share that the sources answer")
        charts.append(reliability_chart("Calibration", reliability(sure, due), names))
    seconds = [row.seconds for row in rows if row.seconds is not None]
    if seconds:
        charts.append(histogram("Time of one question", seconds, "seconds"))
    yield element("div", *charts, class_="charts")


def _case(row: Row) -> Element:
    parts = [element("h3", f"{row.id} ({row.kind})")]
    parts += [element("p", turn) for turn in row.turns]
    if row.understood and row.understood != row.turns[-1]:
        parts.append(element("p", f"Understood as: {row.understood}", class_="note"))
    if row.error:
        return element("article", *parts, element("p", f"No reply: {row.error}", class_="wrong"))
    sure = "" if row.confidence is None else f" with a confidence of {row.confidence:.2f}"
    statuses = f"Expected {row.expected['status']}, shown {row.status}{sure}."
    parts.append(element("p", statuses))
    parts += [_quote(quote) for quote in row.quotes]
    parts += [
        element("p", f"Expected beside the quotes: {line}", class_="note") for line in row.expected["beside"]
    ]
    parts += [element("p", f"Said beside the quotes: {line}", class_="note") for line in row.beside]
    if row.nearest:
        parts.append(element("p", "Shown as near, but no answer:", class_="note"))
        parts += [_quote(quote) for quote in row.nearest]
    for item in missed(row):
        parts.append(element("p", f"Missed: {item.fact}", class_="wrong"))
        parts.append(element("blockquote", *_marked(item.pieces)))
    return element("article", *parts)


def _quote(quote: Shown) -> Element:
    facts = ", ".join(str(number + 1) for number in quote["states"])
    about = f" {quote['source']}, {quote['start']}–{quote['end']}" + (
        f"; states fact {facts}" if facts else ""
    )
    inexact = "" if quote["exact"] else "; NOT what stands there"
    kind = "right" if quote["states"] else "wrong"
    words = element("span", quote["text"], class_=kind)
    return element("blockquote", words, element("small", about + inexact, class_="note"))


def _marked(pieces: Iterable[Piece]) -> list[Element | str]:
    marked: list[Element | str] = []
    for piece in pieces:
        marked += [element(_TAGS[piece.mark], piece.text), " "]
    return marked
