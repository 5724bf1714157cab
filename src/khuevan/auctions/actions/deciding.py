"""The end: bidding closes, sealed bids are opened, the audit says who won."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from khuevan.auctions.access import may_run
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction, Bid, event_of, terms_of
from khuevan.auctions.queries import is_opened
from khuevan.auctions.rules.replay import Kind, box_digest, commitment
from khuevan.auctions.rules.terms import Form, State
from khuevan.auctions.sealing import Fault, joined, opened, public_of
from khuevan.directory.public import Person
from khuevan.platform.errors import N_, RuleBroken

from .awarding_common import decide_unless_flagged
from .common import add_event, locked, require, require_state


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
    if auction.form != Form.SEALED or not _counted(auction):
        decide_unless_flagged(auction, by=by)
    return auction


@transaction.atomic
def open_bids(*, auction: Auction, shares: Sequence[str], by: Person) -> Auction:
    """Open the sealed bids with the keepers' shares and decide.

    Raises RuleBroken before the end, and where the shares are wrong or too few; then
    nothing was opened and the shares are not kept. The key and what was opened become
    public.
    """
    auction = locked(auction)
    require(may_run(by, auction))
    require_state(auction, State.CLOSED)
    if is_opened(auction):
        raise RuleBroken(N_("The bids of this auction are opened."))
    terms = terms_of(auction)
    private = joined(shares, terms.shares, terms.threshold)
    if public_of(private) != terms.public_key:
        raise RuleBroken(N_("These shares do not make the key of this auction."))
    # The key serves this auction alone: told now, anybody opens the boxes again.
    add_event(auction, Kind.KEY, private_key=private.hex())
    for bid in _counted(auction):
        number = bid.bidder.number
        assert number is not None
        found = _look_into(bid, private, terms.public_key)
        told = {"bid": bid.event.number, "bidder": number, "box": bid.sealed}
        if isinstance(found, Fault):
            add_event(auction, Kind.UNREADABLE, why=found, **told)
        else:
            add_event(auction, Kind.OPENED, amount=found[0], nonce=found[1], **told)
    record_in(auction, "bids_opened", by=by, shares=terms.threshold)
    decide_unless_flagged(auction, by=by)
    return auction


def _look_into(bid: Bid, private: bytes, public_key: str) -> tuple[int, str] | Fault:
    """Return the amount and nonce of a bid, or why it does not count."""
    told = event_of(bid.event).told
    if told.get("box", box_digest(bid.sealed)) != box_digest(bid.sealed):
        return Fault.CHANGED
    found = opened(private, public_key, bid.sealed, bid.commitment)
    if isinstance(found, Fault):
        return found
    bound = commitment(bid.bidder.auction.code, told["bidder"], *found)
    return found if bound == bid.commitment else Fault.UNBOUND


def _counted(auction: Auction) -> list[Bid]:
    """Return the last sealed bid of every bidder, in the order of the audit."""
    rows = Bid.objects.filter(bidder__auction=auction).exclude(sealed="")
    last = {
        bid.bidder_id: bid
        for bid in rows.select_related("event", "bidder__auction").order_by(
            "event__number"
        )
    }
    return sorted(last.values(), key=lambda bid: bid.event.number)
