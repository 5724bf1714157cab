"""Royalties: the periods of a report, and its base from the figures that are stated.

The formulas are those of Decree 76/2018/NĐ-CP, Article 4.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from khuevan.contracts.rules.terms import Royalty, RoyaltyBase
from khuevan.platform.errors import N_, RuleBroken

from .shares import part


FIGURES: Mapping[RoyaltyBase, tuple[tuple[str, int], ...]] = {
    RoyaltyBase.NET_PRICE: (
        ("sales", 1), ("taxes", -1), ("components", -1), ("packaging", -1),
        ("transport", -1), ("advertising", -1),
    ),
    RoyaltyBase.NET_REVENUE: (
        ("sales", 1), ("discounts", -1), ("reductions", -1), ("returns", -1),
    ),
    RoyaltyBase.PROFIT_BEFORE_TAX: (
        ("sales", 1), ("discounts", -1), ("reductions", -1), ("returns", -1),
        ("costs", -1),
    ),
    RoyaltyBase.PROFIT_AFTER_TAX: (
        ("sales", 1), ("discounts", -1), ("reductions", -1), ("returns", -1),
        ("costs", -1), ("income_tax", -1),
    ),
}  # fmt: skip
"""Which figures make each base, and whether they are added or taken off."""
MOST_PERIODS = 240


@dataclass(frozen=True, slots=True)
class Period:
    """A time for which a report is due; both days count."""

    number: int
    first: date
    last: date


def periods(royalty: Royalty, effective_on: date, done: int = 0) -> Iterator[Period]:
    """Yield the periods of a royalty from the day the contract takes effect; the last may be shorter.

    `done` months from that day are left out: what is over keeps the periods it had.
    """
    count = -(-max(royalty.months - done, 0) // royalty.every_months)
    for number in range(1, min(count, MOST_PERIODS) + 1):
        first = add_months(effective_on, done + (number - 1) * royalty.every_months)
        months = min(done + number * royalty.every_months, royalty.months)
        yield Period(
            number, first, add_months(effective_on, months) - timedelta(days=1)
        )


def months_between(first: date, later: date) -> int:
    """Return how many months lie between a day and one `add_months` gave for it."""
    return (later.year - first.year) * 12 + later.month - first.month


def whole_periods(royalty: Royalty, first: date, day: date) -> int:
    """Return the months of the periods that are over before a day; the first began on `first`."""
    months = 0
    while add_months(first, months + royalty.every_months) <= day:
        months += royalty.every_months
    return months


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def base_of(base: RoyaltyBase, figures: Mapping[str, int]) -> int:
    """Return the base in đồng; a loss is no base, so that it is never below nought.

    Raises RuleBroken for a figure that is missing or negative.
    """
    total = 0
    for name, sign in FIGURES[base]:
        value = figures.get(name)
        if value is None or value < 0:
            raise RuleBroken(
                N_("Give every figure in đồng, 0 where there is none."), field=name
            )
        total += sign * value
    return max(total, 0)


def royalty_of(royalty: Royalty, figures: Mapping[str, int]) -> tuple[int, int]:
    """Return base and royalty in đồng, rounded half up, never below the least agreed."""
    base = base_of(royalty.base, figures)
    return base, max(part(base, royalty.rate), royalty.least)
