"""Control charts: is a change more than chance?

Limits after Shewhart: for single figures the mean ± 3 standard deviations estimated
from moving ranges (XmR: 3 ÷ 1.128 = 2.66 times the mean range; the ranges' own limit is
3.267 times it), for shares of a changing number p ± 3·√(p(1−p)/n). Signals are
Nelson's rules 1, 2 and 4 (L. S. Nelson, Journal of Quality Technology 16, 1984); the
first is also Western Electric's first, the second its fourth with nine points for eight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
ALTERNATING = 14


class Rule(IntEnum):
    """Nelson's numbers."""

    BEYOND = 1
    ONE_SIDE = 2
    ALTERNATING = 4


SENTENCES = {
    Rule.BEYOND: N_("%(last)s: the figure lies beyond its limits."),
    Rule.ONE_SIDE: N_(
        "%(first)s to %(last)s: %(count)s figures in a row lie on one side of the mean."
    ),
    Rule.ALTERNATING: N_(
        "%(first)s to %(last)s: %(count)s figures in a row go up and down by turns."
    ),
}


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A figure with its limits and the rules it takes part in breaking."""

    value: float
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
    """

    kind: str
    centre: float
    points: tuple[ControlPoint, ...]
    signals: tuple[Signal, ...]
    ranges: tuple[float, ...] = ()
    range_limit: float = 0.0


def xmr_chart(values: Sequence[float]) -> ControlChart | None:
    """Return the chart of single figures in order of time, None when too few."""
    if len(values) < FEWEST:
        return None
    centre = fmean(values)
    ranges = tuple(abs(b - a) for a, b in pairwise(values))
    reach = XMR_FACTOR * fmean(ranges)
    limits = [(centre - reach, centre + reach)] * len(values)
    return _chart("xmr", values, centre, limits, ranges)


def p_chart(parts: Sequence[tuple[int, int]]) -> ControlChart | None:
    """Return the chart of shares given as (part, whole), None when too few.

    Every whole is positive and no part above it, else ValueError.
    """
    if any(not 0 <= part <= whole or whole < 1 for part, whole in parts):
        raise ValueError("a share is a part of a positive whole")
    if len(parts) < FEWEST:
        return None
    centre = sum(part for part, _ in parts) / sum(whole for _, whole in parts)
    limits = []
    for _, whole in parts:
        reach = 3 * sqrt(centre * (1 - centre) / whole)
        limits.append((max(0.0, centre - reach), min(1.0, centre + reach)))
    return _chart("p", [part / whole for part, whole in parts], centre, limits, ())


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
