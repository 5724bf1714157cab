"""From worksheets to one value, and from two opinions to what stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


WHOLE = 100
SHORTEST = 20


class State(StrEnum):
    """How far a valuation is."""

    ASKED = "asked"
    WORKING = "working"
    DIFFERING = "differing"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class Right(StrEnum):
    """Which right is valued."""

    OWNERSHIP = "ownership"
    EXCLUSIVE = "exclusive"
    NON_EXCLUSIVE = "non_exclusive"


class Purpose(StrEnum):
    """What the value is for."""

    TRANSFER = "transfer"
    LICENCE = "licence"
    CAPITAL = "capital"
    COLLATERAL = "collateral"
    AUCTION = "auction"
    OTHER = "other"


def weighted(parts: Sequence[tuple[int, int]]) -> int:
    """Return the mean of values by their weights in per cent; đồng, half to even.

    RuleBroken where the weights do not make up the whole, or nothing is weighed.
    """
    total = sum(weight for _value, weight in parts)
    if not parts or total != WHOLE:
        raise RuleBroken(
            N_("The weights of the worksheets add up to %(total)s %%: make it 100."),
            field="weights",
            total=total,
        )
    if any(weight < 0 for _value, weight in parts):
        raise RuleBroken(N_("A weight is not below nought."), field="weights")
    return round(Decimal(sum(value * weight for value, weight in parts)) / WHOLE)


def check_conclusion(amount: int, values: Sequence[int], reasoning: str) -> None:
    """Refuse a conclusion outside what the worksheets came to, or without its reasons."""
    low, high = min(values), max(values)
    if not low <= amount <= high:
        raise RuleBroken(
            N_("The worksheets came to between %(low)s and %(high)s đồng; a conclusion lies among them."),
            field="amount", low=low, high=high,
        )  # fmt: skip
    if amount <= 0:
        raise RuleBroken(N_("A value is above nought."), field="amount")
    if len(reasoning.strip()) < SHORTEST:
        raise RuleBroken(
            N_("Say in at least %(least)s characters why this value and these weights."),
            field="reasoning", least=SHORTEST,
        )  # fmt: skip


def spread(first: int, second: int) -> Decimal:
    """Return how far two opinions lie apart, in per cent of their mean, to two places."""
    mean = Decimal(first + second) / 2
    return (abs(first - second) / mean * 100).quantize(Decimal("0.01"))


def check_settled(amount: int, first: int, second: int, why: str) -> None:
    """Refuse a settled value outside the two opinions, or one nobody explained."""
    low, high = sorted((first, second))
    if not low <= amount <= high:
        raise RuleBroken(
            N_("The two opinions are %(low)s and %(high)s đồng; the settled value lies between them."),
            field="amount", low=low, high=high,
        )  # fmt: skip
    if len(why.strip()) < SHORTEST:
        raise RuleBroken(
            N_("Say in at least %(least)s characters what explains the difference."),
            field="why",
            least=SHORTEST,
        )


def years_left(base: date, until: date | None) -> int | None:
    """Return how many years, the last one begun included, a right lasts from a day on."""
    if until is None:
        return None
    years = until.year - base.year
    return years + ((until.month, until.day) > (base.month, base.day))
