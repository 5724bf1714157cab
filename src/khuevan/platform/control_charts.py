"""Control charts: is a change more than chance?

Limits after Shewhart: for single figures the mean ± 3 standard deviations estimated
from moving ranges (XmR: 3 ÷ 1.128 = 2.66 times the mean range; the ranges' own limit is
3.267 times it), for shares of a changing number p ± 3·√(p(1−p)/n). Signals are
Nelson's rules 1 to 4 (L. S. Nelson, Journal of Quality Technology 16, 1984); the first
is also Western Electric's first, the second its fourth with nine points for eight.

Plain Python, for every app that draws a figure over time: the same figure is judged the
same way on every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean

from khuevan.platform.errors import N_


XMR_FACTOR = 3 / 1.128
RANGE_FACTOR = 3.267
FEWEST = 8
"""Below this many points limits say nothing yet."""
SAME_SIDE = 9
IN_A_ROW = 6
ALTERNATING = 14


class Rule(IntEnum):
    """Nelson's numbers."""

    BEYOND = 1
    ONE_SIDE = 2
    ONE_WAY = 3
    ALTERNATING = 4


SENTENCES = {
    Rule.BEYOND: N_("%(last)s: the figure lies beyond its limits."),
    Rule.ONE_SIDE: N_(
        "%(first)s to %(last)s: %(count)s figures in a row lie on one side of the mean."
    ),
    Rule.ONE_WAY: N_(
        "%(first)s to %(last)s: %(count)s figures in a row move in one direction."
    ),
    Rule.ALTERNATING: N_(
        "%(first)s to %(last)s: %(count)s figures in a row go up and down by turns."
    ),
}


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A figure with its limits and the rules it takes part in breaking."""

    value: float
    centre: float
    lower: float
    upper: float
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule broken by the points `first` to `last`, counted from 0, both included."""

    rule: Rule
    first: int
    last: int

    @property
    def sentence(self) -> str:
        """Return the untranslated sentence; see `params`."""
        return SENTENCES[self.rule]

    def params(self, labels: Sequence[str]) -> dict[str, str | int]:
        """Return what fills the sentence, points called by their labels."""
        return {
            "first": labels[self.first],
            "last": labels[self.last],
            "count": self.last - self.first + 1,
        }


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points with limits. `kind` is `xmr` or `p`; `ranges` belong to XmR only.

    `ranges[n]` is between the points n and n + 1, `range_limit` what it may reach.
    None stands among the points where `spread` left a place empty.
    """

    kind: str
    centre: float
    points: tuple[ControlPoint | None, ...]
    signals: tuple[Signal, ...]
    ranges: tuple[float, ...] = ()
    range_limit: float = 0.0

    @property
    def known(self) -> tuple[ControlPoint, ...]:
        """Return the points that are there."""
        return tuple(point for point in self.points if point)

    def spread(self, places: Sequence[bool]) -> ControlChart:
        """Return the chart with its points where `places` is true, None elsewhere."""
        points = iter(self.points)
        at = [n for n, place in enumerate(places) if place]
        return replace(
            self,
            points=tuple(next(points) if place else None for place in places),
            signals=tuple(
                Signal(one.rule, at[one.first], at[one.last]) for one in self.signals
            ),
        )


def xmr_chart(values: Sequence[float]) -> ControlChart | None:
    """Return the chart of single figures in order of time, None when too few."""
    if len(values) < FEWEST:
        return None
    centre = fmean(values)
    ranges = tuple(abs(b - a) for a, b in pairwise(values))
    reach = XMR_FACTOR * fmean(ranges)
    limits = [(centre - reach, centre + reach)] * len(values)
    return _chart("xmr", values, centre, limits, ranges)


def p_chart(parts: Sequence[tuple[int, int]], scale: int = 1) -> ControlChart | None:
    """Return the chart of shares given as (part, whole), None when too few.

    Values and limits are multiplied by `scale`: 100 for percent. Every whole is positive and no part above it, else ValueError.
    """
    if any(not 0 <= part <= whole or whole < 1 for part, whole in parts):
        raise ValueError("a share is a part of a positive whole")
    if len(parts) < FEWEST:
        return None
    centre = sum(part for part, _ in parts) / sum(whole for _, whole in parts)
    limits = []
    for _, whole in parts:
        reach = 3 * sqrt(centre * (1 - centre) / whole)
        limits.append(
            (scale * max(0.0, centre - reach), scale * min(1.0, centre + reach))
        )
    shares = [scale * part / whole for part, whole in parts]
    return _chart("p", shares, scale * centre, limits, ())


def _chart(
    kind: str,
    values: Sequence[float],
    centre: float,
    limits: Sequence[tuple[float, float]],
    ranges: tuple[float, ...],
) -> ControlChart:
    signals = tuple(
        sorted(_signals(values, centre, limits), key=lambda s: (s.last, s.rule))
    )
    points = tuple(
        ControlPoint(
            value,
            centre,
            *limits[n],
            tuple(sorted({s.rule for s in signals if s.first <= n <= s.last})),
        )
        for n, value in enumerate(values)
    )
    limit = RANGE_FACTOR * fmean(ranges) if ranges else 0.0
    return ControlChart(kind, centre, points, signals, ranges, limit)


def _signals(
    values: Sequence[float], centre: float, limits: Sequence[tuple[float, float]]
) -> Iterator[Signal]:
    # A difference below this is rounding, not change.
    dust = 1e-9 * max(1.0, *(abs(value) for value in values))
    for n, (value, (low, high)) in enumerate(zip(values, limits, strict=True)):
        if value < low - dust or value > high + dust:
            yield Signal(Rule.BEYOND, n, n)
    sides = [(v > centre + dust) - (v < centre - dust) for v in values]
    for first, last in _runs(sides):
        if sides[first] and last - first + 1 >= SAME_SIDE:
            yield Signal(Rule.ONE_SIDE, first, last)
    yield from _movements(values, dust)


def _movements(values: Sequence[float], dust: float) -> Iterator[Signal]:
    """Yield runs that go one way, or up and down by turns."""
    ways = [(b > a + dust) - (b < a - dust) for a, b in pairwise(values)]
    for first, last in _runs(ways):
        # A run of steps joins one point more than it has steps.
        if ways[first] and last - first + 2 >= IN_A_ROW:
            yield Signal(Rule.ONE_WAY, first, last + 1)
    for first, last in _turns([b - a for a, b in pairwise(values)], dust):
        if last - first + 1 >= ALTERNATING:
            yield Signal(Rule.ALTERNATING, first, last)


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last place of every run of equal signs."""
    start = 0
    for n in range(1, len(signs) + 1):
        if n == len(signs) or signs[n] != signs[start]:
            yield start, n - 1
            start = n


def _turns(steps: Sequence[float], dust: float) -> Iterator[tuple[int, int]]:
    """Yield the first and last point of every run whose steps change their sign."""
    start = 0
    for n in range(1, len(steps) + 1):
        turned = n < len(steps) and min(abs(steps[n]), abs(steps[n - 1])) > dust
        if not turned or steps[n] * steps[n - 1] > 0:
            yield start, n
            start = n
