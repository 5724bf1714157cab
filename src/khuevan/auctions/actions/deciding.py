"""The end: bidding closes, and where nothing is to be opened the audit says who won."""

from __future__ import annotations

from django.db import connection, transaction

from khuevan.auctions.access import may_run
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction
from khuevan.auctions.queries import has_bids
from khuevan.auctions.rules.terms import Form, State
from khuevan.directory.public import Person
from khuevan.platform.errors import N_, RuleBroken

from .awarding_common import decide_unless_flagged
from .common import locked, require


@transaction.atomic
def close(*, auction: Auction, by: Person | None) -> Auction:
    """End the bidding once its time is over, and decide where nothing is to be opened.

    Again, it changes nothing. Raises RuleBroken while bids are still taken.
    """
    require(may_run(by, auction))
    auction = locked(auction)
    if auction.state != State.RUNNING:
        return auction
    with connection.cursor() as cursor:
        cursor.execute("SELECT auctions_end(%s)", [auction.pk])
        [over] = cursor.fetchone()
    if not over:
        raise RuleBroken(N_("Bidding is not over yet."))
    auction.refresh_from_db()
    record_in(auction, "auction_closed", by=by)
    if auction.form != Form.SEALED or not has_bids(auction):
        decide_unless_flagged(auction, by=by)
    return auction
