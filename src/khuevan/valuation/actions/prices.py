"""Prices people agreed on, kept for whoever values something alike."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.access import keeps_the_list
from khuevan.valuation.models import ReferencePrice
from khuevan.valuation.rules.concluding import Right
from khuevan.valuation.rules.prices import Source

from .common import require


@transaction.atomic
def record_price(
    *, subject: str, title: str, agreed_on: date, field: str, kind: str, right: Right,
    price: int, royalty: int | None = None, trl: int | None = None, seller: UUID,
    buyer: UUID, source: Source, public: bool = False, by: Person | None,
) -> ReferencePrice:  # fmt: skip
    """Keep a price two sides agreed on, once per subject: again it is the same record.

    `price` in đồng, `royalty` in hundredths of a per cent, `seller` and `buyer` the keys
    of the two houses. RuleBroken for a day to come, and for a price nobody pays.
    """
    require(keeps_the_list(by))
    if price <= 0:
        raise RuleBroken(N_("A price is above nought."), field="price")
    if agreed_on > clock.today():
        raise RuleBroken(
            N_("Nobody has agreed on it yet: the day is to come."), field="agreed_on"
        )
    if seller == buyer:
        raise RuleBroken(
            N_("Seller and buyer are one: that is no price of a market."), field="buyer"
        )
    kept, is_new = ReferencePrice.objects.get_or_create(
        subject=subject,
        defaults={"title": title.strip(), "agreed_on": agreed_on, "field": field, "kind": kind,
                  "right": right, "price": price, "royalty": royalty, "trl": trl,
                  "seller": seller, "buyer": buyer, "source": source, "open": public},
    )  # fmt: skip
    if is_new:
        record(
            "valuation.price_recorded",
            subject=kept.ref,
            by=by,
            field=field,
            source=source,
        )
    return kept


@transaction.atomic
def open_price(*, subject: str, by: Person | None) -> ReferencePrice:
    """Let a price be read by everybody, since both its sides agreed to it."""
    require(keeps_the_list(by))
    kept = ReferencePrice.objects.select_for_update().filter(subject=subject).first()
    if kept is None:
        raise RuleBroken(N_("No price is kept of this."))
    if not kept.open:
        kept.open = True
        kept.save(update_fields=["open"])
        record("valuation.price_opened", subject=kept.ref, by=by)
    return kept
