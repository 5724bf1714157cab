"""The exchange's statistics: funnel, months, fields, contracts, words of both sides, targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
from khuevan.indicators.public import Card, Rating, cards_of
from khuevan.platform import clock

from .dated import Aim, aims_on, begun, disclosure_on
from .rules.funnel import Funnel, funnel
from .sides import Costs, Region, costs, regions


VIEWED = "viewed"
ORDER = (VIEWED, *(step.value for step in Reached))


@dataclass(frozen=True, slots=True)
class Worth:
    """A sum of prices in đồng, and of how many contracts it is."""

    contracts: int
    value: int


@dataclass(frozen=True, slots=True)
class Part:
    """The funnel of one field, kind of listing or month; `key` is its code or first day."""

    key: str
    funnel: Funnel
    signed: Signed | None
    worth: Worth | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the exchange brought about between two days, in one field or in all ("").

    The funnel follows the deals asked for in that time up to now; contracts, time and
    value are of what was signed in it. `worth` is what of the prices the reader is told,
    None where nothing; `inside` that it is somebody who is told all.
    """

    since: date
    until: date
    field: str
    funnel: Funnel
    months: tuple[Part, ...]
    fields: tuple[Part, ...]
    signed: Signed | None
    worth: Worth | None
    inside: bool
    elsewhere: Elsewhere
    satisfaction: Satisfaction
    shelves: tuple[Shelf, ...]
    kinds: tuple[Part, ...]
    regions: tuple[Region, ...]
    costs: Costs | None


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the scheme with where its figure stands.

    `whole` tells that the card's figure is of everything, not of told contracts alone.
    """

    aim: Aim
    card: Card
    whole: bool


def statistics(since: date, until: date, field: str = "", *, inside: bool = False) -> Statistics:  # fmt: skip
    """Return the statistics between two days; `inside` tells sums of every contract.

    Some ten queries, whatever the number of deals.
    """
    deals = cohorts(since, until)
    looked = views_between(since, until)
    signed = {row.field: row for row in _signed(since, until)}
    own = [row for row in deals if field in ("", row.field)]
    seen = [row for row in looked if field in ("", row.field)]
    whole = signed.get(field or None)
    return Statistics(
        since, until, field, _funnel(own, seen), _months(own, seen),
        _fields(deals, looked, signed, inside=inside), whole, _worth(whole, inside=inside), inside,
        closed_elsewhere(since, until, field), _said(satisfaction(since, until, field), inside=inside),
        tuple(shelves()), _kinds(own), regions(since, until, field),
        costs(since, until, field, inside=inside),
    )  # fmt: skip


def targets(day: date | None = None, *, inside: bool = False) -> list[Target]:
    """Return the scheme's targets in force with their figures as of a day.

    Who is not `inside` is told the value of contracts as everywhere: of whole groups,
    without its course and its standing, in which one contract would show.
    """
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
    return [_target(aim, found[_cell(aim), aim.indicator], day, inside=inside) for aim in aims]  # fmt: skip


def _target(aim: Aim, card: Card, day: date, *, inside: bool) -> Target:
    if inside or card.indicator.public:
        return Target(aim, card, whole=True)
    signed = {row.field: row for row in _signed(begun(), day)}
    told = signed[None].told_value if signed else 0
    value = replace(card.value, numerator=told, value=float(told))
    course = replace(card.series, points=())
    return Target(aim, replace(card, value=value, series=course, rating=Rating.NONE), whole=False)  # fmt: skip


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
            None, None,
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
            signed.get(code), _worth(signed.get(code), inside=inside),
        )
        for code in codes
    )  # fmt: skip


def _kinds(deals: list[Cohort]) -> tuple[Part, ...]:
    """Return the funnel by kind of listing, from the contact on: looks are kept by field.

    Prices are not told by kind: they are told by field, and two ways of cutting the same
    sum would show what lies in both.
    """
    codes = sorted({row.kind for row in deals})
    return tuple(
        Part(code, _funnel([row for row in deals if row.kind == code], []), None, None)
        for code in codes
    )


def _said(given: Satisfaction, *, inside: bool) -> Satisfaction:
    """Return the mean of what sides gave where enough of them did."""
    least = disclosure_on(clock.today()).least_answers
    return given if inside or given.answers >= least else replace(given, points=None)


def _signed(since: date, until: date) -> list[Signed]:
    least = disclosure_on(clock.today()).least_contracts
    return signed_between(since, until, least=least)


def _worth(signed: Signed | None, *, inside: bool) -> Worth | None:
    """Return the sum of prices a reader is told: of whole groups, which name nobody."""
    if signed is None:
        return None
    if inside:
        return Worth(signed.contracts, signed.value)
    return Worth(signed.told, signed.told_value) if signed.told else None
