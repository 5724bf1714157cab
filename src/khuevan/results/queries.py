"""The exchange's statistics: funnel, months, fields, contracts, words of both sides, targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khuevan.deals.public import (
    Cohort,
    Elsewhere,
    Reached,
    Satisfaction,
    Signed,
    closed_elsewhere,
    cohorts,
    satisfaction,
    signed_between,
)
from khuevan.exchange.public import Shelf, Views, shelves, views_between
from khuevan.indicators.public import Card, cards_of
from khuevan.platform import clock

from .dated import Aim, aims_on, disclosure_on
from .rules.funnel import Funnel, funnel


VIEWED = "viewed"
ORDER = (VIEWED, *(step.value for step in Reached))


@dataclass(frozen=True, slots=True)
class Part:
    """The funnel of one field or month; `key` is its code or first day."""

    key: str
    funnel: Funnel
    signed: Signed | None
    told: bool


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the exchange brought about between two days, in one field or in all ("").

    The funnel follows the deals asked for in that time up to now; contracts, time and
    value are of what was signed in it. `told` says whether sums of prices are disclosed.
    """

    since: date
    until: date
    field: str
    funnel: Funnel
    months: tuple[Part, ...]
    fields: tuple[Part, ...]
    signed: Signed | None
    told: bool
    elsewhere: Elsewhere
    satisfaction: Satisfaction
    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the scheme with where its figure stands."""

    aim: Aim
    card: Card


def statistics(since: date, until: date, field: str = "", *, inside: bool = False) -> Statistics:  # fmt: skip
    """Return the statistics between two days; `inside` tells sums however few they are of.

    Some six queries, whatever the number of deals.
    """
    deals = cohorts(since, until)
    looked = views_between(since, until)
    signed = {row.field: row for row in signed_between(since, until)}
    own = [row for row in deals if field in ("", row.field)]
    seen = [row for row in looked if field in ("", row.field)]
    whole = signed.get(field or None)
    return Statistics(
        since, until, field, _funnel(own, seen), _months(own, seen),
        _fields(deals, looked, signed, inside=inside), whole, _told(whole, inside=inside),
        closed_elsewhere(since, until), satisfaction(since, until), tuple(shelves()),
    )  # fmt: skip


def targets(day: date | None = None) -> list[Target]:
    """Return the scheme's targets in force with their figures as of a day."""
    day = day or clock.today()
    aims = aims_on(day)
    asked: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for aim in aims:
        asked.setdefault(_cell(aim), []).append(aim.indicator)
    found = {
        (cell, code): card
        for cell, codes in asked.items()
        for code, card in cards_of(codes, on=day, dims=dict(cell)).items()
    }
    return [Target(aim, found[_cell(aim), aim.indicator]) for aim in aims]


def _cell(aim: Aim) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(aim.dims.items()))


def _funnel(deals: Iterable[Cohort], looked: Iterable[Views]) -> Funnel:
    counts = {VIEWED: sum(row.count for row in looked)}
    lost: dict[str, int] = {}
    for cohort in deals:
        for step in Reached:
            counts[step.value] = counts.get(step.value, 0) + cohort.reached[step]
            lost[step.value] = lost.get(step.value, 0) + cohort.lost[step]
    return funnel(ORDER, counts, lost)


def _months(deals: list[Cohort], looked: list[Views]) -> tuple[Part, ...]:
    months = sorted({row.month for row in deals} | {row.month for row in looked})
    return tuple(
        Part(
            month.isoformat(),
            _funnel([row for row in deals if row.month == month], [row for row in looked if row.month == month]),
            None, told=False,
        )
        for month in months
    )  # fmt: skip


def _fields(
    deals: list[Cohort], looked: list[Views], signed: dict[str | None, Signed], *, inside: bool
) -> tuple[Part, ...]:  # fmt: skip
    codes = sorted({row.field for row in deals} | {row.field for row in looked})
    return tuple(
        Part(
            code,
            _funnel([row for row in deals if row.field == code], [row for row in looked if row.field == code]),
            signed.get(code), _told(signed.get(code), inside=inside),
        )
        for code in codes
    )  # fmt: skip


def _told(signed: Signed | None, *, inside: bool) -> bool:
    """Tell whether a sum of prices names nobody: enough contracts stand behind it."""
    least = disclosure_on(clock.today()).least_contracts
    return signed is not None and (inside or signed.contracts >= least)
