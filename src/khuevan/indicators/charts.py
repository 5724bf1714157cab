"""Pictures of figures, drawn on the server as SVG with presentation attributes only.

A chart says what it shows in `title` and `desc`; its page puts the same figures in a
table. A sparkline stands beside its figure and is hidden from readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from .queries import Point, Series
from .rules import ControlChart


WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 32
TARGET_COLOUR, LIMIT_COLOUR, SIGNAL_COLOUR = "#8a5a00", "#6b7280", "#a3241b"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where values lie on the drawing."""

    low: float
    high: float
    step: float
    count: int

    def x(self, n: int) -> float:
        """Return the place of the n-th point from the left."""
        share = n / (self.count - 1) if self.count > 1 else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Return the height of a value."""
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def chart_svg(
    series: Series, title: str, control: ControlChart | None = None
) -> SafeString:
    """Draw a series with its target and, where given, control limits and signals."""
    points = series.points
    frame = _frame(points, control)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"'
        ' aria-labelledby="chart-title chart-desc">'
        '<title id="chart-title">{}</title><desc id="chart-desc">{}</desc>'
        "{}{}{}{}{}</svg>",
        WIDTH,
        HEIGHT,
        title,
        _description(points),
        _axes(points, frame),
        _limits(control, frame),
        _line(frame, [p.expected for p in points], TARGET_COLOUR, "6 4"),
        _line(frame, [p.value for p in points], "currentColor"),
        _dots(points, control, frame),
    )


def sparkline_svg(series: Series) -> SafeString:
    """Draw the course of a series in one line, 200 by 34, without words."""
    values = [p.value for p in series.points]
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    step = 196 / (len(values) - 1)
    runs = _runs(
        [
            None
            if v is None
            else (
                round(2 + n * step, 1),
                round(30 - 26 * (v - low) / (high - low or 1), 1),
            )
            for n, v in enumerate(values)
        ]
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 200 34" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        _polylines(runs, "currentColor"),
    )


def _frame(points: Sequence[Point], control: ControlChart | None) -> Frame:
    values = [v for p in points for v in (p.value, p.expected) if v is not None]
    if control:
        values += [v for p in control.points if p for v in (p.lower, p.upper)]
    step = _step(max([1e-9, *values]) - min([0.0, *values]))
    low = step * floor(min([0.0, *values]) / step)
    high = step * ceil(max([1e-9, *values]) / step)
    return Frame(low, high, step, len(points))


def _step(reach: float) -> float:
    """Return a round distance between lines that cuts a reach into two to five."""
    power = 10.0 ** floor(log10(reach))
    return next(n * power for n in (0.25, 0.5, 1, 2.5) if reach <= 5 * n * power)


def _description(points: Sequence[Point]) -> str:
    known = [p for p in points if p.value is not None]
    if not known:
        return gettext("No figures in this span.")
    return gettext(
        "From %(first)s on %(start)s to %(last)s on %(end)s; the table below has every figure."
    ) % {
        "first": _plain(known[0].value),
        "start": f"{known[0].start:%d/%m/%Y}",
        "last": _plain(known[-1].value),
        "end": f"{known[-1].end:%d/%m/%Y}",
    }


def _axes(points: Sequence[Point], frame: Frame) -> SafeString:
    lines_count = round((frame.high - frame.low) / frame.step)
    levels = [frame.low + n * frame.step for n in range(lines_count + 1)]
    lines = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="#d5d9de"/>'
        '<text x="{}" y="{}" text-anchor="end" font-size="12" fill="currentColor">{}</text>',
        (
            (LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, _plain(level))
            for level in levels
            for y in [frame.y(level)]
        ),
    )
    if not points:
        return lines
    return lines + format_html(
        '<text x="{}" y="{}" font-size="12" fill="currentColor">{}</text>'
        '<text x="{}" y="{}" text-anchor="end" font-size="12" fill="currentColor">{}</text>',
        LEFT,
        HEIGHT - 10,
        f"{points[0].start:%d/%m/%Y}",
        WIDTH - RIGHT,
        HEIGHT - 10,
        f"{points[-1].end:%d/%m/%Y}",
    )


def _limits(control: ControlChart | None, frame: Frame) -> SafeString:
    if control is None:
        return SafeString("")
    return (
        _line(
            frame, [p.upper if p else None for p in control.points], LIMIT_COLOUR, "2 3"
        )
        + _line(
            frame, [p.lower if p else None for p in control.points], LIMIT_COLOUR, "2 3"
        )
        + _line(frame, [p.centre if p else None for p in control.points], LIMIT_COLOUR)
    )


def _line(
    frame: Frame, values: Sequence[float | None], colour: str, dashes: str = ""
) -> SafeString:
    places = [
        None if value is None else (frame.x(n), frame.y(value))
        for n, value in enumerate(values)
    ]
    return _polylines(_runs(places), colour, dashes)


def _polylines(
    runs: Iterable[list[tuple[float, float]]], colour: str, dashes: str = ""
) -> SafeString:
    return format_html_join(
        "",
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"'
        ' stroke-dasharray="{}" vector-effect="non-scaling-stroke"/>',
        (
            (" ".join(f"{x},{y}" for x, y in run), colour, dashes or "none")
            for run in runs
        ),
    )


def _runs(
    places: Sequence[tuple[float, float] | None],
) -> list[list[tuple[float, float]]]:
    """Cut at gaps: a period without a value breaks the line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _dots(
    points: Sequence[Point], control: ControlChart | None, frame: Frame
) -> SafeString:
    signals = [bool(p and p.rules) for p in control.points] if control else []
    marked = signals or [False] * len(points)
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="{}"><title>{}</title></circle>',
        (
            (
                frame.x(n),
                frame.y(point.value),
                5 if marked[n] else 2.5,
                SIGNAL_COLOUR if marked[n] else "currentColor",
                f"{point.end:%d/%m/%Y}: {_plain(point.value)}",
            )
            for n, point in enumerate(points)
            if point.value is not None
        ),
    )


def _plain(value: float | None) -> str:
    """Write a figure to four digits, the reader's way: 3.000 and 12,5 in Vietnamese."""
    if value is None:
        return "–"
    short = float(f"{value:.4g}")
    return number_format(
        int(short) if short.is_integer() else short, force_grouping=True
    )
