"""How facts become figures: what one fact adds, and what one thing counts as."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from khuevan.platform.clock import local_day


@dataclass(frozen=True, slots=True)
class Sums:
    """Numerator and denominator, added up."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Add both parts."""
        return Sums(
            self.numerator + other.numerator, self.denominator + other.denominator
        )

    def value(self, *, fraction: bool, scale: int) -> float | None:
        """Return the figure to show; None for a share of nothing."""
        if not fraction:
            return float(self.numerator * scale)
        return scale * self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Delta:
    """What is added to an indicator on a day, for one cell of its dimensions.

    `day` None is the day of the fact that caused it.
    """

    numerator: int
    denominator: int = 0
    dimensions: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None


@dataclass(frozen=True)
class Share:
    """What one thing counts as from a fact on, until its next fact says otherwise."""

    numerator: int
    denominator: int = 0
    dimensions: Mapping[str, str] = field(default_factory=dict)


NOTHING = Share(0, 0)


@dataclass(frozen=True)
class Standing:
    """What a thing counted as since an instant, by the fact of that number."""

    subject: str
    occurred_at: datetime
    fact: int
    share: Share

    @property
    def place(self) -> tuple[datetime, int]:
        """Return its place in the history of its subject."""
        return (self.occurred_at, self.fact)


def weave(
    known: Iterable[Standing], new: Iterable[Standing]
) -> tuple[list[Standing], list[Delta]]:
    """Put standings into the histories of their subjects.

    Returns the standings not known before and the deltas that make every past and
    present day right, whatever the order in which facts arrive: a standing counts
    from its own day, and takes back on the day of its successor what it changed.
    """
    histories: dict[str, list[Standing]] = {}
    for standing in sorted(known, key=lambda s: s.place):
        histories.setdefault(standing.subject, []).append(standing)
    taken: list[Standing] = []
    deltas: list[Delta] = []
    for standing in new:
        history = histories.setdefault(standing.subject, [])
        at = bisect_left(history, standing.place, key=lambda s: s.place)
        following = history[at] if at < len(history) else None
        if following and following.fact == standing.fact:
            continue
        before = history[at - 1].share if at else NOTHING
        deltas += _change(before, standing.share, local_day(standing.occurred_at))
        if following:
            day = local_day(following.occurred_at)
            deltas += _change(standing.share, before, day)
        history.insert(at, standing)
        taken.append(standing)
    return taken, deltas


def _change(old: Share, new: Share, day: date) -> list[Delta]:
    if old == new:
        return []
    changes = [
        Delta(-old.numerator, -old.denominator, old.dimensions, day),
        Delta(new.numerator, new.denominator, new.dimensions, day),
    ]
    return [c for c in changes if c.numerator or c.denominator]
