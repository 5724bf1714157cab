"""Control charts: is a change more than chance?

Limits after Shewhart: XmR for single figures (mean ± 2.66 times the mean moving
range, 2.66 being 3/d2 for pairs, d2 = 1.128), p for shares of changing size. Signals
are Nelson's rules 1 to 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean


XMR_FACTOR = 2.66
FEWEST = 8
"""Below this many points limits say nothing yet."""
SAME_SIDE = 9
IN_A_ROW = 6


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A figure with its limits and the numbers of the rules it breaks."""

    value: float
    centre: float
    lower: float
    upper: float
    signals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A series with limits. `kind` is `xmr` or `p`; None stands where nothing is."""

    kind: str
    points: tuple[ControlPoint | None, ...]

    @property
    def signals(self) -> bool:
        """Tell whether anything is more than chance."""
        return any(point and point.signals for point in self.points)

    def spread(self, places: Sequence[bool]) -> ControlChart:
        """Return the chart with its points where `places` is true, None elsewhere."""
        points = iter(self.points)
        return ControlChart(
            self.kind, tuple(next(points) if place else None for place in places)
        )


def xmr_chart(values: Sequence[float]) -> ControlChart | None:
    """Return the chart of single figures, None when there are too few."""
    if len(values) < FEWEST:
        return None
    centre = fmean(values)
    reach = XMR_FACTOR * fmean(abs(b - a) for a, b in pairwise(values))
    return _chart(
        "xmr", values, centre, [(centre - reach, centre + reach)] * len(values)
    )


def p_chart(parts: Sequence[tuple[int, int]], scale: int = 1) -> ControlChart | None:
    """Return the chart of shares (numerator, denominator); None when too few.

    Every denominator must be positive and no numerator above its denominator.
    """
    if len(parts) < FEWEST:
        return None
    centre = sum(n for n, _ in parts) / sum(d for _, d in parts)
    limits = []
    for _, size in parts:
        reach = 3 * sqrt(centre * (1 - centre) / size)
        limits.append(
            (scale * max(0.0, centre - reach), scale * min(1.0, centre + reach))
        )
    return _chart("p", [scale * n / d for n, d in parts], scale * centre, limits)


def _chart(
    kind: str,
    values: Sequence[float],
    centre: float,
    limits: Sequence[tuple[float, float]],
) -> ControlChart:
    far = _beyond(values, limits)
    side = _on_one_side(values, centre)
    way = _one_way(values)
    points = tuple(
        ControlPoint(
            value,
            centre,
            *limits[n],
            tuple(
                rule for rule, broken in ((1, far), (2, side), (3, way)) if n in broken
            ),
        )
        for n, value in enumerate(values)
    )
    return ControlChart(kind, points)


def _beyond(values: Sequence[float], limits: Sequence[tuple[float, float]]) -> set[int]:
    """Rule 1: a point beyond its limits, by more than rounding."""
    dust = _dust(values)
    return {
        n
        for n, (value, (low, high)) in enumerate(zip(values, limits, strict=True))
        if value < low - dust or value > high + dust
    }


def _on_one_side(values: Sequence[float], centre: float) -> set[int]:
    """Rule 2: nine points in a row on one side of the centre."""
    dust = _dust(values)
    return _runs([(v > centre + dust) - (v < centre - dust) for v in values], SAME_SIDE)


def _one_way(values: Sequence[float]) -> set[int]:
    """Rule 3: six points in a row, each above or each below the one before."""
    steps = [0] + [(b > a) - (b < a) for a, b in pairwise(values)]
    found = _runs(steps, IN_A_ROW - 1)
    return found | {n - 1 for n in found if n - 1 >= 0}


def _dust(values: Sequence[float]) -> float:
    """Return a difference that is rounding, not change."""
    return 1e-9 * max(1.0, *(abs(v) for v in values))


def _runs(signs: Sequence[int], length: int) -> set[int]:
    """Return the places of every run of equal signs, not zero, of some length."""
    found: set[int] = set()
    start = 0
    for n in range(1, len(signs) + 1):
        if n == len(signs) or signs[n] != signs[start]:
            if signs[start] and n - start >= length:
                found.update(range(start, n))
            start = n
    return found
