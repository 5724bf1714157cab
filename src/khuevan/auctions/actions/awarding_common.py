"""Who won, by the audit alone; what follows for everybody's money."""

from __future__ import annotations

from datetime import timedelta

from khuevan.auctions.dated import payment_days_on
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction, Bidder, Flag
from khuevan.auctions.queries import database_now, doubts_of, events_of, flags_of
from khuevan.auctions.rules.replay import CHANGED, Kind, result_of
from khuevan.auctions.rules.terms import State
from khuevan.directory.public import Person
from khuevan.payments.public import Line, open_order
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .common import PRICE, add_event, deposit_held, move_to, return_deposits


REST = "Giá trúng đấu giá, trừ tiền đặt trước"
WHOLE = "Giá mua tài sản đấu giá"
BOX_CHANGED = "box_changed"
"""The rule by which a bidder is flagged whose sealed bid somebody changed."""


def decide(auction: Auction, *, by: Person | None) -> None:
    """Write who won by the audit of a closed, locked auction; the others get their deposits."""
    auction.refresh_from_db()
    outcome = result_of(auction.code, events_of(auction))
    add_event(
        auction, Kind.DECIDED, winner=outcome.winner, price=outcome.price,
        why=outcome.why,
    )  # fmt: skip
    move_to(auction, State.DECIDED)
    winner = None
    if outcome.winner is not None:
        winner = auction.bidders.get(number=outcome.winner)
    return_deposits(auction, but=winner)
    if winner is not None and outcome.price is not None:
        held = auction.deposit if deposit_held(auction, winner) else 0
        ask_for_price(auction, winner, outcome.price - held, REST if held else WHOLE)
    record_in(
        auction, "auction_decided", by=by, winner=outcome.winner, price=outcome.price,
        why=outcome.why,
    )  # fmt: skip


def decide_unless_flagged(auction: Auction, *, by: Person | None) -> None:
    """Decide a closed, locked auction, or leave it to a person.

    That is where its winner is flagged, and where somebody changed the box of a bid that
    might have won.
    """
    raise_flags(auction)
    _flag_changed_boxes(auction)
    winner = result_of(auction.code, events_of(auction)).winner
    flags = [flag for flag in flags_of(auction) if not flag.passed_at]
    holding = [f for f in flags if f.rule == BOX_CHANGED or f.bidder.number == winner]
    if holding:
        record_in(auction, "award_held", by=None, bidder=holding[0].bidder.number)
        return
    decide(auction, by=by)


def raise_flags(auction: Auction) -> int:
    """Flag whom what is known today would refuse, one fact each; return how many are new."""
    raised = 0
    for bidder, refused in doubts_of(auction):
        rule = refused.misuse or "undeclared"
        told = {"sentence": refused.sentence, "params": refused.params}
        _flag, is_new = Flag.objects.get_or_create(bidder=bidder, rule=rule, defaults=told)  # fmt: skip
        if is_new:
            record_in(auction, "bidder_flagged", by=None, bidder=bidder.number, rule=rule)  # fmt: skip
        raised += is_new
    return raised


def _flag_changed_boxes(auction: Auction) -> None:
    for event in events_of(auction):
        if event.kind is Kind.UNREADABLE and event.told["why"] == CHANGED:
            bidder = auction.bidders.get(number=event.told["bidder"])
            told = {"sentence": N_("The box of this bidder is not the one that was handed in: somebody with every right on the database changed it, and nobody knows what was bid.")}  # fmt: skip
            Flag.objects.create(bidder=bidder, rule=BOX_CHANGED, **told)
            record_in(auction, "bidder_flagged", by=None, bidder=bidder.number, rule=BOX_CHANGED)  # fmt: skip


def ask_for_price(auction: Auction, bidder: Bidder, amount: int, words: str) -> None:
    """Ask whoever buys for what is left of the price, until a day the rules set.

    It is counted from the auction's own day: what its page shows has one calendar.
    """
    today = clock.local_day(database_now())
    last = today + timedelta(days=payment_days_on(today))
    open_order(
        subject=auction.ref, purpose=PRICE, payer=bidder.person,
        lines=[Line("gia_dau_gia", words, amount)], beneficiary=auction.keeper,
        due_at=clock.end_of_day(last), by=None,
    )  # fmt: skip
