"""Before and after a restructuring: what one dossier, and a quarter of them, asks of people.

The levers are those Hanoi's decisions count (services.md 9.2): steps, papers, fields,
trips, hours, đồng. Where no cost sheet was entered, the cost of one time follows
Circular 02/2017/TT-VPCP Art. 27 with stated assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a task takes where nobody measured it; đồng, and hours of a person's time."""

    code: str
    valid_from: date
    document: str
    article: str
    income_per_hour: int
    hours_per_paper: Decimal
    hours_per_field: Decimal
    hours_per_trip: Decimal
    cost_per_trip: int
    hours_per_filing: Decimal


@dataclass(frozen=True, slots=True)
class Shape:
    """What a version asks of one dossier; None where the version does not say it.

    `papers`, `steps`, `hours` (budgets in working hours) and `fee` (đồng) are means over
    the dossiers the version was tried on; without any, steps and hours are those of the
    longest way (`longest`). `trips` is how often somebody goes out by the channel the
    dossier came through.
    """

    steps: Fraction
    automatic: int
    papers: Fraction
    conditional: int
    fields: int | None
    hours: Fraction | None
    fee: Fraction
    trips: Mapping[str, int]
    longest: bool = False

    def mean_trips(self, channels: Mapping[str, int]) -> Fraction:
        """Return the trips of one dossier over a mix of channels; even where none came."""
        mix = {c: n for c, n in channels.items() if n} or dict.fromkeys(self.trips, 1)
        total = sum(mix.values())
        gone = sum(n * self.trips.get(c, 0) for c, n in mix.items())
        return Fraction(gone, total) if total else Fraction(0)


def trips(channel: str, *, electronic_result: bool, presence: bool) -> int:
    """Return how often somebody goes out: to file, to be there, to fetch the result.

    By post nobody goes out; a helper files at a point, so one goes there. An
    electronic result is fetched by nobody. Presence the law asks for is one trip.
    """
    filing = 1 if channel in {"counter", "assisted"} else 0
    fetching = 0 if electronic_result or channel == "post" else 1
    return filing + fetching + (1 if presence and not filing else 0)


def once(shape: Shape, channels: Mapping[str, int], assumed: Assumption) -> int:
    """Return what one dossier costs a person, in đồng, rounded to whole đồng."""
    outings = shape.mean_trips(channels)
    hours = (
        shape.papers * Fraction(assumed.hours_per_paper)
        + (shape.fields or 0) * Fraction(assumed.hours_per_field)
        + outings * Fraction(assumed.hours_per_trip)
        + Fraction(assumed.hours_per_filing)
    )
    exact = hours * assumed.income_per_hour + outings * assumed.cost_per_trip
    return round(exact + shape.fee)


LEVERS = ("steps", "papers", "fields", "trips", "hours", "cost")
"""What is compared, in the order of the sheet."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One lever: one dossier before and after, and what a quarter's dossiers save.

    `saved` is above zero where the new way asks less; None where one side says nothing.
    """

    lever: str
    before: Fraction | None
    after: Fraction | None
    dossiers: int

    @property
    def saved(self) -> Fraction | None:
        if self.before is None or self.after is None:
            return None
        return (self.before - self.after) * self.dossiers

    @property
    def percent(self) -> Fraction | None:
        """Return the saving in percent of the way before."""
        if self.before is None or self.after is None or not self.before:
            return None
        return 100 * (self.before - self.after) / self.before


def compare(
    before: Shape,
    after: Shape,
    costs: tuple[int, int],
    channels: Mapping[str, int],
    dossiers: int,
) -> tuple[Compared, ...]:
    """Return every lever, simulated on a number of dossiers that came by these channels."""

    def figures(shape: Shape, cost: int) -> dict[str, Fraction | None]:
        return {
            "steps": shape.steps,
            "papers": shape.papers,
            "fields": None if shape.fields is None else Fraction(shape.fields),
            "trips": shape.mean_trips(channels),
            "hours": shape.hours,
            "cost": Fraction(cost),
        }

    old, new = figures(before, costs[0]), figures(after, costs[1])
    return tuple(Compared(name, old[name], new[name], dossiers) for name in LEVERS)
