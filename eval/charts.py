"""Measurements as pictures: SVG in the colours of the report's style sheet."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

import numpy as np

from eval.markup import element
from eval.metrics import Bin, Interval

_SIZE = 300  # of a square plot, and its margin, in pixels
_MARGIN = 40
_BAR = 22  # height of a bar, width of the labels, of the scale and of the values beside it
_LABELS, _SCALE, _VALUES = 150, 300, 130
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_HISTOGRAM = 20  # bins


def bars(title: str, values: Mapping[str, Interval]) -> Element:
    """Horizontal bars of shares in [0, 1], each with its interval and number of cases."""
    drawn = []
    for row, (label, value) in enumerate(values.items()):
        middle = row * _BAR + _BAR / 2
        low, mean, high = (_LABELS + _SCALE * part for part in (value.low, value.value, value.high))
        drawn += [
            element("text", label, x=_LABELS - 6, y=middle + 4, text_anchor="end"),
            element("rect", class_="bar", x=_LABELS, y=middle - 7, width=f"{mean - _LABELS:.1f}", height=14),
            _line("interval", low, middle, high, middle),
            element("text", f"{value.value:.2f}  (n = {value.cases})", x=_LABELS + _SCALE + 8, y=middle + 4),
        ]
    height = len(values) * _BAR
    for tick in _TICKS:
        x = _LABELS + _SCALE * tick
        drawn += [_line("axis", x, 0, x, height), _tick(tick, x, height + 14)]
    return _figure(title, drawn, _LABELS + _SCALE + _VALUES, height + 20)


def curve(title: str, across: Sequence[float], up: Sequence[float], names: tuple[str, str]) -> Element:
    """A line through points in the unit square."""
    points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in zip(across, up, strict=True))
    return _square(title, [element("polyline", class_="curve", points=points)], names)


def reliability_chart(title: str, bins: Sequence[Bin], names: tuple[str, str]) -> Element:
    """How often each bin came true over how sure it was; the area of a dot is its number of cases."""
    most = max((one.cases for one in bins), default=1)
    dots = [_line("axis", _x(0), _y(0), _x(1), _y(1))]
    for one in bins:
        label = f"{one.cases} cases: {one.happened:.2f} at a confidence of {one.confidence:.2f}"
        radius = 3 + 9 * (one.cases / most) ** 0.5
        place = {"cx": f"{_x(one.confidence):.1f}", "cy": f"{_y(one.happened):.1f}", "r": f"{radius:.1f}"}
        dots.append(element("circle", element("title", label), class_="dot", **place))
    return _square(title, dots, names)


def histogram(title: str, values: Sequence[float], unit: str) -> Element:
    """How many values fall into each of twenty equal stretches from 0 to the largest."""
    counts, edges = np.histogram(values, bins=_HISTOGRAM, range=(0, max(values, default=1) or 1))
    most = max(int(counts.max()), 1)
    drawn = []
    for count, (start, end) in zip(counts.tolist(), pairwise(edges / edges[-1]), strict=True):
        top = _y(count / most)
        label = element("title", f"{count} from {start * edges[-1]:.2f} to {end * edges[-1]:.2f} {unit}")
        width = f"{_x(end) - _x(start) - 1:.1f}"
        drawn.append(
            element(
                "rect", label, class_="bar", x=f"{_x(start):.1f}", y=f"{top:.1f}", width=width,
                height=f"{_y(0) - top:.1f}",
            )
        )  # fmt: skip
    drawn.append(_line("axis", _x(0), _y(0), _x(1), _y(0)))
    for tick in _TICKS:
        drawn.append(_tick(tick * float(edges[-1]), _x(tick), _y(0) + 16))
    drawn.append(element("text", unit, x=_x(0.5), y=_y(0) + 34, text_anchor="middle"))
    return _figure(title, drawn, _SIZE + 2 * _MARGIN, _SIZE + 2 * _MARGIN)


def _square(title: str, drawn: Sequence[Element], names: tuple[str, str]) -> Element:
    frame = []
    for tick in _TICKS:
        frame += [
            _line("axis", _x(tick), _y(0), _x(tick), _y(1)),
            _line("axis", _x(0), _y(tick), _x(1), _y(tick)),
            _tick(tick, _x(tick), _y(0) + 16),
            element("text", f"{tick:g}", x=_x(0) - 6, y=_y(tick) + 4, text_anchor="end"),
        ]
    across, up = names
    frame += [
        element("text", across, x=_x(0.5), y=_y(0) + 34, text_anchor="middle"),
        element("text", up, x=_x(0), y=_y(1) - 10),
    ]
    return _figure(title, [*frame, *drawn], _SIZE + 2 * _MARGIN, _SIZE + 2 * _MARGIN)


def _figure(title: str, drawn: Sequence[Element], width: int, height: int) -> Element:
    box = {"viewBox": f"0 0 {width} {height}"}
    picture = element("svg", element("title", title), *drawn, role="img", width=width, height=height, **box)
    return element("figure", element("figcaption", title), picture)


def _tick(value: float, x: float, y: float) -> Element:
    return element("text", f"{value:.3g}", x=f"{x:.1f}", y=f"{y:.1f}", text_anchor="middle")


def _line(kind: str, x: float, y: float, to_x: float, to_y: float) -> Element:
    ends = {"x1": x, "y1": y, "x2": to_x, "y2": to_y}
    return element("line", class_=kind, **{name: f"{value:.1f}" for name, value in ends.items()})


def _x(share: float) -> float:
    return _MARGIN + _SIZE * share


def _y(share: float) -> float:
    return _MARGIN + _SIZE * (1 - share)
