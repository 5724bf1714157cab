"""Does every live figure agree with the records?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from khuevan.journal.public import feed
from khuevan.platform import clock

from .declaration import Indicator
from .projector import Source, catch_up, faulty_goldens
from .readings import by_cell, by_day
from .rules import Delta, Sums


ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell, and for flows a day, in which live figure and records do not agree."""

    day: date | None
    cell: Mapping[str, str]
    live: Sums
    recomputed: Sums


@dataclass(frozen=True, slots=True)
class Audit:
    """What the comparison of one indicator found."""

    code: str
    live: Sums
    recomputed: Sums
    differences: tuple[Difference, ...]
    goldens: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Tell whether live, records and golden cases agree."""
        return not self.differences and not self.goldens


def audit(
    indicator: Indicator, *, on: date | None = None, source: Source = feed
) -> Audit:
    """Compare an indicator with its records, cell by cell, up to the end of a day.

    Work goes on while this runs: a difference counts only when it is still there
    after reading the journal to its end again.
    """
    day = on or clock.today()
    for _ in range(ATTEMPTS):
        catch_up(source)
        found = _compare(indicator, day)
        if not found.differences:
            break
    return found


def _compare(indicator: Indicator, day: date) -> Audit:
    code, daily = indicator.code, not indicator.live
    stored = by_cell(indicator, date.min, day, {}, daily=daily)
    live = _cells(stored)
    records = _cells(_parts(indicator.recompute(day), day, daily=daily))
    differences = tuple(
        Difference(
            key[0], dict(key[1]), live.get(key, Sums()), records.get(key, Sums())
        )
        for key in sorted(live.keys() | records.keys(), key=str)
        if live.get(key, Sums()) != records.get(key, Sums())
    )
    total = sum(live.values(), Sums())
    whole = sum((s for _, s in by_day([indicator], date.min, day, {})[code]), Sums())
    if whole != total:
        # What is read without dimensions must be the sum of all cells.
        differences += (Difference(None, {}, whole, total),)
    return Audit(
        code,
        total,
        sum(records.values(), Sums()),
        differences,
        tuple(faulty_goldens(code)),
    )


Part = tuple[Mapping[str, str], date | None, Sums]
Key = tuple[date | None, tuple[tuple[str, str], ...]]


def _parts(deltas: Iterable[Delta], until: date, *, daily: bool) -> Iterable[Part]:
    for delta in deltas:
        if delta.day is None or delta.day <= until:
            sums = Sums(delta.numerator, delta.denominator)
            yield delta.dimensions, delta.day if daily else None, sums


def _cells(parts: Iterable[Part]) -> dict[Key, Sums]:
    cells: dict[Key, Sums] = {}
    for cell, day, sums in parts:
        key = (day, tuple(sorted(cell.items())))
        cells[key] = cells.get(key, Sums()) + sums
    return cells
