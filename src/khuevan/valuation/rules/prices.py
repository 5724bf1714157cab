"""Reference prices: what may be said of prices people agreed on, and which are alike.

A price whose sides agreed that it be public is public. Of all others only groups speak:
a group tells its middle and its quarters when enough prices that are not open, of enough
sellers, stand in it and nobody sells or buys most of them. Prices enter together, in
rounded figures, once the quarter of a year is over in which they were kept, so that nobody
finds one by what it changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from uuid import UUID

from khuevan.platform.errors import N_

from .concluding import Right


MONTHS_OF_A_QUARTER = 3
FIGURES = 2
"""How many figures of a published quantile are exact."""


class Source(StrEnum):
    """Where a price was agreed."""

    DEAL = "deal"
    AUCTION = "auction"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Price:
    """A price two sides agreed on; đồng, `royalty` in hundredths of a per cent.

    `open` tells that both sides let it be read; else it speaks in groups only.
    `recorded_on` is the day it was kept here, which may be long after it was agreed.
    """

    id: UUID
    title: str
    agreed_on: date
    recorded_on: date
    field: str
    kind: str
    right: Right
    price: int
    royalty: int | None
    trl: int | None
    seller: UUID
    buyer: UUID
    source: Source
    open: bool


@dataclass(frozen=True, slots=True)
class Disclosure:
    """From how many closed prices and sellers on a group speaks, and how much of them is one's.

    `most_of_one`, in per cent, holds for whoever sells and for whoever buys.
    """

    prices: int
    sellers: int
    most_of_one: int


@dataclass(frozen=True, slots=True)
class Group:
    """What is said of prices that belong together; đồng, rounded. `why` where nothing is said."""

    field: str
    right: Right | None
    count: int | None
    low: int | None = None
    middle: int | None = None
    high: int | None = None
    why: str = ""


TOO_FEW = N_(
    "Fewer than %(prices)s closed prices of %(sellers)s sellers: nothing is said, so that nobody's price is."
)
ONE_SELLS_MOST = N_(
    "One seller stands behind more than %(most)s %% of it: nothing is said."
)
ONE_BUYS_MOST = N_(
    "One buyer stands behind more than %(most)s %% of it: nothing is said."
)


def last_quarter_end(today: date) -> date:
    """Return the last day of the newest quarter of a year that is over."""
    first_month = (today.month - 1) // MONTHS_OF_A_QUARTER * MONTHS_OF_A_QUARTER + 1
    return date.fromordinal(date(today.year, first_month, 1).toordinal() - 1)


def group(prices: Iterable[Price], *, field: str, right: Right | None, rule: Disclosure, until: date) -> Group:  # fmt: skip
    """Return what may be said of the prices of a field and right agreed and kept up to a day.

    Prices that are open hide nobody: whoever knows four of five finds the fifth. So only
    those that are not open count for the rule; a group that has none of them speaks. A deal between the same two sides counts once, with its newest price: repeated
    contracts of two parties would make one pair look like a market.
    """
    held = _one_of_each_pair(
        p for p in prices
        if p.field == field and (right is None or p.right is right)
        and max(p.agreed_on, p.recorded_on) <= until
    )  # fmt: skip
    closed = [price for price in held if not price.open]
    if why := _silenced(closed, rule) if held else TOO_FEW:
        return Group(field, right, None, why=why)
    values = sorted(p.price for p in held)
    low, middle, high = (rounded(_quantile(values, q)) for q in (1, 2, 3))
    return Group(field, right, len(held), low, middle, high)


def _silenced(closed: Sequence[Price], rule: Disclosure) -> str:
    """Return why nothing is said of a group with these closed prices; "" where it speaks."""
    if not closed:
        return ""
    sellers, buyers = (
        Counter(p.seller for p in closed),
        Counter(p.buyer for p in closed),
    )
    if len(closed) < rule.prices or len(sellers) < rule.sellers:
        return TOO_FEW
    if max(sellers.values()) * 100 > rule.most_of_one * len(closed):
        return ONE_SELLS_MOST
    if max(buyers.values()) * 100 > rule.most_of_one * len(closed):
        return ONE_BUYS_MOST
    return ""


def rounded(value: Decimal) -> int:
    """Return a figure with its first two figures exact, the others nought."""
    if value == 0:
        return 0
    exponent = value.adjusted() - FIGURES + 1
    unit = Decimal(1).scaleb(exponent)
    return int((value / unit).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * unit)


def _one_of_each_pair(prices: Iterable[Price]) -> list[Price]:
    newest: dict[tuple[UUID, UUID], Price] = {}
    for price in sorted(prices, key=lambda p: (p.agreed_on, p.id)):
        newest[price.seller, price.buyer] = price
    return list(newest.values())


def _quantile(ordered: Sequence[int], quarter: int) -> Decimal:
    """Return a quartile by linear interpolation between the values around it."""
    place = Decimal(quarter * (len(ordered) - 1)) / 4
    below = int(place)
    if below + 1 == len(ordered):
        return Decimal(ordered[below])
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


# ------------------------------------------------------------------ comparing


@dataclass(frozen=True, slots=True)
class Lot:
    """What is valued, as far as prices are compared with it."""

    field: str
    kind: str
    right: Right
    trl: int | None
    words: frozenset[str]
    on: date


@dataclass(frozen=True, slots=True)
class Alike:
    """A price with how alike its deal is, 0 to 100, and in what."""

    price: Price
    score: int
    reasons: tuple[str, ...]


WEIGHTS = {"words": 30, "field": 25, "right": 20, "kind": 10, "trl": 10, "age": 5}
"""How much each likeness counts; together 100. A choice of this platform."""
REASONS = {
    "words": N_("the title shares words"),
    "field": N_("the same field"),
    "right": N_("the same right passed"),
    "kind": N_("the same kind"),
    "trl": N_("about as ready"),
    "age": N_("agreed within two years"),
}
NEAR_TRL = 1
RECENT_DAYS = 731


def alike(lot: Lot, price: Price, words: frozenset[str]) -> Alike:
    """Return how alike a price's deal is; `words` are those of its title, folded."""
    shared = len(lot.words & words) / len(lot.words | words) if lot.words | words else 0
    told = {
        "words": round(WEIGHTS["words"] * min(1, 2 * shared)),
        "field": WEIGHTS["field"] * (price.field == lot.field),
        "right": WEIGHTS["right"] * (price.right is lot.right),
        "kind": WEIGHTS["kind"] * (price.kind == lot.kind),
        "trl": WEIGHTS["trl"] * _near(lot.trl, price.trl),
        "age": WEIGHTS["age"] * (abs((lot.on - price.agreed_on).days) <= RECENT_DAYS),
    }
    reasons = tuple(REASONS[name] for name in WEIGHTS if told[name])
    return Alike(price, sum(told.values()), reasons)


def _near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= NEAR_TRL


def band(price: int) -> tuple[int, int]:
    """Return between which rounded prices one lies that is not to be read itself: 1-2-5 steps."""
    step = Decimal(1).scaleb(Decimal(price).adjusted())
    for low, high in ((1, 2), (2, 5), (5, 10)):
        if step * low <= price < step * high:
            return int(step * low), int(step * high)
    raise AssertionError(price)
