"""The bars of a sensitivity table: where a value moves to, on one scale for all inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .rules.working import Swing


WIDE = 1000
"""Units of the drawing from its left to its right."""
THIN = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """Two stretches beside the value: `x` and width of lower and of higher."""

    lower: tuple[int, int]
    higher: tuple[int, int]
    value: int


def bars(value: int, swings: Sequence[Swing]) -> list[tuple[Swing, Bar]]:
    """Return every swing with its bar, all drawn on one scale; what moves most spans it."""
    ends = [end for swing in swings for end in (swing.lower, swing.higher)] + [value]
    least, span = min(ends), (max(ends) - min(ends)) or 1

    def x(amount: int) -> int:
        return (amount - least) * (WIDE - THIN) // span

    def stretch(end: int) -> tuple[int, int]:
        return min(x(end), x(value)), max(abs(x(end) - x(value)), THIN)

    return [(s, Bar(stretch(s.lower), stretch(s.higher), x(value))) for s in swings]
