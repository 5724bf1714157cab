"""Control charts as SVG: figures, their mean, their limits, and what is more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from khuevan.analytics.rules import ControlChart


WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 16, 32
LIMIT_COLOUR, SIGNAL_COLOUR = "#6b7280", "#a3241b"


@dataclass(frozen=True, slots=True)
class _Frame:
    low: float
    high: float
    count: int

    def x(self, n: int) -> float:
        share = n / (self.count - 1) if self.count > 1 else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def control_chart_svg(
    chart: ControlChart,
    labels: Sequence[str],
    *,
    title: str,
    words: Callable[[float], str] = "{:.4g}".format,
    ident: str = "control-chart",
) -> SafeString:
    """Draw a chart; `labels` name its points, `words` writes a figure.

    Points that take part in a signal are larger and red, and say so in words.
    """
    values = [p.value for p in chart.known]
    values += [limit for p in chart.known for limit in (p.lower, p.upper)]
    low, high = min(values), max(values)
    room = (high - low) * 0.05 or 1.0
    frame = _Frame(low - room, high + room, len(chart.known))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"'
        ' aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}{}{}{}</svg>',
        *(WIDTH, HEIGHT, ident, ident),
        *(ident, title, ident, description(chart, labels)),
        _limits(chart, frame, words),
        _ends(labels),
        _polyline(frame, [p.value for p in chart.known], "currentColor"),
        _dots(chart, labels, frame, words),
    )


def description(chart: ControlChart, labels: Sequence[str]) -> str:
    """Return the signals as sentences, or that there are none."""
    if not chart.signals:
        return gettext("All figures lie within what chance explains.")
    return " ".join(
        gettext(signal.sentence) % signal.params(labels) for signal in chart.signals
    )


def _limits(
    chart: ControlChart, frame: _Frame, words: Callable[[float], str]
) -> SafeString:
    lower = [p.lower for p in chart.known]
    upper = [p.upper for p in chart.known]
    lines = (
        _steps(frame, lower)
        + _steps(frame, upper)
        + _polyline(frame, [chart.centre] * len(lower), LIMIT_COLOUR)
    )
    return lines + format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end" font-size="12" fill="currentColor">{}</text>',
        (
            (LEFT - 6, frame.y(level) + 4, words(level))
            for level in (lower[0], chart.centre, upper[0])
        ),
    )


def _steps(frame: _Frame, values: Sequence[float]) -> SafeString:
    """Draw limits as steps: those of a p chart change from point to point."""
    half = (frame.x(1) - frame.x(0)) / 2 if frame.count > 1 else 0
    points = [
        f"{min(max(x, LEFT), WIDTH - RIGHT):.1f},{frame.y(value)}"
        for n, value in enumerate(values)
        for x in (frame.x(n) - half, frame.x(n) + half)
    ]
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="1.5"'
        ' stroke-dasharray="4 3"/>',
        " ".join(points),
        LIMIT_COLOUR,
    )


def _polyline(frame: _Frame, values: Sequence[float], colour: str) -> SafeString:
    points = " ".join(f"{frame.x(n)},{frame.y(v)}" for n, v in enumerate(values))
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>',
        points,
        colour,
    )


def _ends(labels: Sequence[str]) -> SafeString:
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}" font-size="12" fill="currentColor">{}</text>',
        (
            (LEFT, HEIGHT - 10, "start", labels[0]),
            (WIDTH - RIGHT, HEIGHT - 10, "end", labels[-1]),
        ),
    )


def _dots(
    chart: ControlChart,
    labels: Sequence[str],
    frame: _Frame,
    words: Callable[[float], str],
) -> SafeString:
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="{}"><title>{}: {}</title></circle>',
        (
            (
                frame.x(n),
                frame.y(point.value),
                5 if point.rules else 2.5,
                SIGNAL_COLOUR if point.rules else "currentColor",
                labels[n],
                words(point.value),
            )
            for n, point in enumerate(chart.known)
        ),
    )
