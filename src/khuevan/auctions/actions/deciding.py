"""The end: bidding closes, sealed bids are opened, the audit says who won."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from khuevan.auctions.access import may_run
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction, Bid, Bidder, terms_of
from khuevan.auctions.queries import events_of
from khuevan.auctions.rules.replay import Kind, commitment, next_bid, result_of
from khuevan.auctions.rules.terms import Form, State
from khuevan.auctions.sealing import Fault, joined, opened, public_of
from khuevan.books.public import post_hold
from khuevan.directory.public import Person
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    add_event,
    decide,
    locked,
    move_to,
    require,
    require_state,
)


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
        decide(auction, by=by)
    return auction


@transaction.atomic
def open_bids(*, auction: Auction, shares: Sequence[str], by: Person) -> Auction:
    """Open the sealed bids with the keepers' shares and decide.

    Raises RuleBroken before the end, and where the shares are wrong or too few; then
    nothing was opened and the shares are not kept.
    """
    auction = locked(auction)
    require(may_run(by, auction))
    require_state(auction, State.CLOSED)
    terms = terms_of(auction)
    private = joined(shares, terms.shares, terms.threshold)
    if public_of(private) != terms.public_key:
        raise RuleBroken(N_("These shares do not make the key of this auction."))
    for bid in _counted(auction):
        number = bid.bidder.number
        assert number is not None
        found = opened(private, terms.public_key, bid.sealed, bid.commitment)
        told = {"bid": bid.event.number, "bidder": number}
        if isinstance(found, Fault):
            add_event(auction, Kind.UNREADABLE, why=found, **told)
        elif commitment(auction.code, number, *found) != bid.commitment:
            add_event(auction, Kind.UNREADABLE, why=Fault.UNBOUND, **told)
        else:
            add_event(auction, Kind.OPENED, amount=found[0], nonce=found[1], **told)
    record_in(auction, "bids_opened", by=by, shares=terms.threshold)
    decide(auction, by=by)
    return auction


@transaction.atomic
def settle(*, auction: Auction, by: Person) -> Auction:
    """Say that the winner paid: the deposit becomes part of the price.

    Law on Auction of Assets, Article 39.5: it turns into earnest money of the sale.
    """
    return _end(auction, State.SETTLED, Kind.SETTLED, "auction_settled", "Tiền đặt trước chuyển thành tiền đặt cọc", by)  # fmt: skip


@transaction.atomic
def declare_default(*, auction: Auction, by: Person) -> Auction:
    """Say that the winner did not pay: the deposit goes to the seller.

    Law on Auction of Assets, Article 39.6.
    """
    return _end(auction, State.DEFAULTED, Kind.DEFAULTED, "winner_defaulted", "Người trúng đấu giá từ chối: không được nhận lại tiền đặt trước", by)  # fmt: skip


@transaction.atomic
def name_runner_up(*, auction: Auction, by: Person) -> Auction:
    """Let whoever bid next buy at their bid, once, after the winner did not pay.

    Law on Auction of Assets, Article 51. Raises RuleBroken where nobody's bid and deposit
    reach the winner's price.
    """
    auction = locked(auction)
    require(may_run(by, auction))
    require_state(auction, State.DEFAULTED)
    events = events_of(auction)
    found = next_bid(auction.code, events)
    if found is None or any(event.kind is Kind.RUNNER_UP for event in events):
        raise RuleBroken(
            N_("Nobody is next: no other bid and its deposit reach the winner's price, or the next bidder was asked already.")
        )  # fmt: skip
    bidder, price = found
    add_event(auction, Kind.RUNNER_UP, bidder=bidder, price=price)
    move_to(auction, State.OFFERED)
    record_in(auction, "runner_up_named", by=by, bidder=bidder, price=price)
    return auction


def _counted(auction: Auction) -> list[Bid]:
    """Return the last sealed bid of every bidder, in the order of the audit."""
    rows = Bid.objects.filter(bidder__auction=auction).exclude(sealed="")
    last = {
        bid.bidder_id: bid
        for bid in rows.select_related("event", "bidder").order_by("event__number")
    }
    return sorted(last.values(), key=lambda bid: bid.event.number)


def _end(auction: Auction, state: State, kind: Kind, fact: str, words: str, by: Person) -> Auction:  # fmt: skip
    auction = locked(auction)
    require(may_run(by, auction))
    require_state(auction, State.DECIDED, State.OFFERED)
    if auction.state == State.OFFERED:
        # The deposit of whoever is next went back when the auction was decided.
        events = events_of(auction)
        number = next(e.told["bidder"] for e in events if e.kind is Kind.RUNNER_UP)
    else:
        winner = _winner(auction)
        number = winner.number
        post_hold(book=auction.book, key=winner.account, words=words, by=by)
    add_event(auction, kind, bidder=number)
    move_to(auction, state)
    record_in(auction, fact, by=by, bidder=number)
    return auction


def _winner(auction: Auction) -> Bidder:
    outcome = result_of(auction.code, events_of(auction))
    if outcome.winner is None:
        raise RuleBroken(N_("Nobody won this auction."))
    return auction.bidders.get(number=outcome.winner)
