"""Prices of auctions that were paid, kept for whoever values something alike.

An auction's audit is public, so is its price. A buyer counts as a house where they hold
a post of one, else as themselves.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from khuevan.auctions.public import auctions_about, buyer_of
from khuevan.directory.public import Person
from khuevan.journal.public import batch
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.valuation.public import Right, Source, record_price

from .models import ListingAuction
from .models.members import ACTING
from .rules.listings import Licence


log = logging.getLogger("khuevan.exchange")
READER = "exchange.prices"
RIGHTS = {
    Licence.ASSIGNMENT: Right.OWNERSHIP,
    Licence.EXCLUSIVE: Right.EXCLUSIVE,
    Licence.NON_EXCLUSIVE: Right.NON_EXCLUSIVE,
}


def take_prices(limit: int = 500) -> int:
    """Keep the price of every auction that was paid; return how many facts were read."""
    with batch(READER, limit=limit) as facts:
        paid = [
            f.figures["auction"] for f in facts if f.kind == "auctions.auction_settled"
        ]
        rows = ListingAuction.objects.filter(code__in=paid)
        for row in rows.select_related("listing__member").order_by("code"):
            try:
                with transaction.atomic():
                    _keep(row)
            except RuleBroken as refused:
                log.warning("no price kept of %s: %s", row.code, refused)
    return len(facts)


def _keep(row: ListingAuction) -> None:
    listing = row.listing
    [sold] = [one for one in auctions_about(listing.ref) if one.code == row.code]
    buyer, right = buyer_of(row.code), RIGHTS.get(Licence(listing.licence))
    if buyer is None or right is None or not sold.price:
        return
    member = listing.member
    seller = member.organisation_id or member.person_id
    assert seller is not None
    record_price(
        subject=sold.ref, title=listing.title_vi, agreed_on=min(clock.local_day(sold.closes_at), clock.today()),
        field=listing.field, kind=listing.kind, right=right, price=sold.price,
        trl=listing.trl, seller=seller, buyer=_house(buyer), source=Source.AUCTION,
        public=True, by=None,
    )  # fmt: skip


def _house(person: Person) -> UUID:
    posts = [h.organisation_id for h in person.authority.holdings if h.role in ACTING]
    return posts[0] if len(posts) == 1 else person.pk
