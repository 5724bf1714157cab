"""Targets with a way to them, and how a figure stands against its target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise


class Better(StrEnum):
    """Which way an indicator should go."""

    HIGHER = "higher"
    LOWER = "lower"


class Shape(StrEnum):
    """How a target goes from one dated point to the next."""

    LINEAR = "linear"
    STEP = "step"


class Rating(StrEnum):
    """How a figure stands against what is expected on its day."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Dated points in order; `margin` is how far below them is still amber."""

    points: tuple[tuple[date, float], ...]
    shape: Shape = Shape.STEP
    margin: float = 0.0

    def expected(self, day: date) -> float | None:
        """Return what is expected on a day; nothing before the first point."""
        if not self.points or day < self.points[0][0]:
            return None
        for (start, low), (end, high) in pairwise(self.points):
            if start <= day < end:
                if self.shape is Shape.STEP:
                    return low
                return low + (high - low) * ((day - start) / (end - start))
        return self.points[-1][1]


def worse(before: float, now: float, better: Better) -> bool:
    """Tell whether a figure went the wrong way."""
    return now < before if better is Better.HIGHER else now > before


def meets(value: float | None, expected: float | None, better: Better) -> bool:
    """Tell whether a figure reaches what is expected; nothing reaches nothing."""
    if value is None or expected is None:
        return False
    return value >= expected if better is Better.HIGHER else value <= expected


def rate(
    value: float | None, trajectory: Trajectory | None, day: date, better: Better
) -> Rating:
    """Return green on the trajectory, amber within its margin, red beyond."""
    expected = trajectory.expected(day) if trajectory else None
    if value is None or expected is None or trajectory is None:
        return Rating.NONE
    if meets(value, expected, better):
        return Rating.GREEN
    return Rating.AMBER if abs(value - expected) <= trajectory.margin else Rating.RED
