"""The two shares both called online payment, each with its own denominator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import connection

from khuevan.platform import clock


_PAID = """
    SELECT count(*) FILTER (WHERE paid_online AND fee_due > 0),
        count(*) FILTER (WHERE fee_due > 0),
        count(*) FILTER (WHERE paid_online),
        count(*) FILTER (WHERE paid_online OR finance IN ('paid', 'refunded'))
    FROM counter_case
    WHERE business = 'decided' AND ended_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
"""


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
    """Return both shares of the city or a unit between two days: one query."""
    given = {
        "since": clock.at_local(since, time(0)),
        "until": clock.end_of_day(until),
        "unit": unit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAID, given)
        return PaymentShares(*cursor.fetchone())
