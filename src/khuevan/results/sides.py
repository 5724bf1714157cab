"""Deals by the region of their sides, and what contracts cost their sides here; queries only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from khuevan.contracts.public import registrations_of
from khuevan.deals.public import (
    Cost,
    Part,
    Reached,
    SideCount,
    costs_between,
    sides_between,
)
from khuevan.exchange.public import regions_of
from khuevan.experts.public import paid_about
from khuevan.payments.public import State, orders_of_many

from .dated import disclosure_on


SHOWN = (Reached.CONTACT, Reached.SIGNED, Reached.DELIVERED)
"""The steps told by region."""


@dataclass(frozen=True, slots=True)
class Region:
    """How far deals came whose provider, and whose recipient, sits in a region.

    `code` is the province's, `ABROAD`, or "" where the member says none or is hidden.
    """

    code: str
    provided: dict[Reached, int]
    received: dict[Reached, int]


@dataclass(frozen=True, slots=True)
class Costs:
    """What contracts cost their sides here beside the price; đồng, each of what was paid.

    `broker` is the share agreed. Whoever is not inside is told sums of whole groups whose
    deals have all ended.
    """

    contracts: int
    value: int
    exchange: int
    broker: int
    experts: int
    registration: int

    @property
    def total(self) -> int:
        """Return all of them together."""
        return self.exchange + self.broker + self.experts + self.registration

    @property
    def share(self) -> float | None:
        """Return them as a share of the value; None without a value."""
        return self.total / self.value if self.value else None


def regions(since: date, until: date, field: str = "") -> tuple[Region, ...]:
    """Return deals asked for between two days by the regions of their sides: two queries."""
    rows = sides_between(since, until, field)
    known = regions_of(row.member for row in rows if row.member)
    found: dict[tuple[str, Part], Counter[Reached]] = {}
    for row in rows:
        code = known.get(row.member, "") if row.member else ""
        found.setdefault((code, row.part), Counter()).update(_told(row))
    codes = sorted({code for code, _part in found}, key=lambda code: (not code, code))
    return tuple(
        Region(code, _of(found.get((code, Part.PROVIDER))), _of(found.get((code, Part.RECIPIENT))))
        for code in codes
    )  # fmt: skip


def costs(since: date, until: date, field: str = "", *, inside: bool = False) -> Costs | None:  # fmt: skip
    """Return what the contracts signed between two days cost; None where nothing is told."""
    least = disclosure_on(until).least_contracts
    rows = [
        row for row in costs_between(since, until, least=least)
        if (inside or row.told) and field in ("", row.field)
    ]  # fmt: skip
    return _summed(rows) if rows else None


def _summed(rows: list[Cost]) -> Costs:
    refs = [row.ref for row in rows]
    dossiers = [one for found in registrations_of(refs).values() for one in found]
    orders = [order for found in orders_of_many(dossiers).values() for order in found]
    return Costs(
        contracts=len(rows),
        value=sum(row.value for row in rows),
        exchange=sum(row.exchange for row in rows),
        broker=sum(row.broker for row in rows),
        experts=sum(paid_about(refs).values()),
        registration=sum(order.amount for order in orders if order.state is State.PAID),
    )


def _told(row: SideCount) -> dict[Reached, int]:
    return {step: row.reached[step] for step in SHOWN}


def _of(found: Counter[Reached] | None) -> dict[Reached, int]:
    return {step: found[step] if found else 0 for step in SHOWN}
