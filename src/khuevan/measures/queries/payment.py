"""The two shares both called online payment, each with its own denominator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from khuevan.indicators.public import sums_between


@dataclass(frozen=True, slots=True)
class PaymentShares:
    """Online payment of decided dossiers, reckoned both ways (services.md 11.3).

    Of those with a fee: index 766, item A of 3b. Of those that paid at all: dossiers
    whose fee is still open, or was settled at no counter, are in no denominator.
    """

    with_fee_online: int
    with_fee: int
    online: int
    paid: int


def payment_shares(since: date, until: date, unit: UUID | None = None) -> PaymentShares:
    """Return both shares of the city or a unit between two days."""
    codes = ("measures.paid_online", "measures.paid")
    cell = {"unit": str(unit)} if unit else None
    with_fee, paid = sums_between(codes, since, until, cell).values()
    return PaymentShares(
        with_fee.numerator, with_fee.denominator, paid.numerator, paid.denominator
    )
