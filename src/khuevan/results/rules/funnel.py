"""A funnel: how many come to each step, how many stop there, and which step loses most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `share` is the part of the step before, None for the first and after nought.

    Of its `count`, `onward` came to the next step, `lost` ended here, `open` are still here.
    """

    name: str
    count: int
    share: float | None
    onward: int
    lost: int

    @property
    def open(self) -> int:
        """Return how many are still at this step."""
        return max(0, self.count - self.onward - self.lost)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Steps in order; `worst` is the one after which most ended, None where none did."""

    steps: tuple[Step, ...]
    worst: Step | None

    def share_of(self, name: str, first: str) -> float | None:
        """Return which part of one step came to another; None of nought."""
        counts = {step.name: step.count for step in self.steps}
        return counts[name] / counts[first] if counts[first] else None


def funnel(
    order: Sequence[str], counts: Mapping[str, int], lost: Mapping[str, int]
) -> Funnel:
    """Return the funnel of some counts; a name `counts` lacks counts as nought."""
    numbers = [counts.get(name, 0) for name in order]
    nexts = [*numbers[1:], 0]
    shares: list[float | None] = [None]
    shares += [
        after / before if before else None for before, after in pairwise(numbers)
    ]
    steps = tuple(
        Step(name, number, share, onward, lost.get(name, 0))
        for name, number, share, onward in zip(
            order, numbers, shares, nexts, strict=True
        )
    )
    worst = max(steps, key=lambda step: step.lost, default=None)
    return Funnel(steps, worst if worst and worst.lost else None)
