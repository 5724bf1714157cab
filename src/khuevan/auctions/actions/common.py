"""What the actions of auctions share: the lock, public events, deposits."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection

from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction, Bidder
from khuevan.auctions.rules.replay import Kind
from khuevan.auctions.rules.terms import State
from khuevan.books.public import HoldState, holds_about, let_go
from khuevan.payments.public import (
    State as OrderState,
    ask_refund,
    orders_of,
    withdraw_orders,
)
from khuevan.platform.errors import N_, RuleBroken


BANK, SELLER, FEES = "BANK", "SELLER", "FEES"
PRICE = "auction_price"
"""The purpose of the order that asks for the price."""
RETURNED = "Trả lại tiền đặt trước của cuộc đấu giá"
"""What a refund says of itself; kept in the books as Vietnamese as they are read."""


def require(allowed: bool) -> None:
    """Refuse who may not."""
    if not allowed:
        raise PermissionDenied


def locked(auction: Auction) -> Auction:
    """Return an auction as it stands, locked until the action ends."""
    return Auction.objects.select_for_update(of=("self",)).get(pk=auction.pk)


def require_state(auction: Auction, *states: State) -> None:
    """Refuse what comes too early or too late."""
    if auction.state not in states:
        raise RuleBroken(
            N_(
                "This cannot be done with the auction as it stands now; reload its page."
            )
        )


def add_event(auction: Auction, kind: Kind, **body: Any) -> None:
    """Write a public event at the end of the auction's chain."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (auctions_add(%s, %s, %s::jsonb)).number",
            [auction.pk, kind.value, json.dumps(body)],
        )


def move_to(auction: Auction, state: State) -> None:
    """Keep the new state, and nothing else: the other columns are the database's."""
    auction.state = state
    auction.save(update_fields=["state"])


def return_deposits(auction: Auction, *, but: Bidder | None = None) -> None:
    """Free the deposits of everybody but one, and have payments send them back.

    Who never became a bidder owes nothing any more; what came too late goes back, too.
    """
    holds = {hold.key: hold.state for hold in holds_about(auction.ref)}
    for bidder in auction.bidders.order_by("applied_at", "pk"):
        if bidder.number is None:
            _give_up_on(bidder)
        elif bidder != but and holds[bidder.account] is HoldState.OPEN:
            assert bidder.order is not None
            let_go(book=auction.book, key=bidder.account, by=None)
            send_back(bidder.order, auction.deposit)
            record_in(auction, "deposit_returned", by=None, bidder=bidder.number)


def deposit_held(auction: Auction, bidder: Bidder) -> bool:
    """Tell whether a bidder's deposit is set aside: neither freed nor the seller's."""
    states = {hold.key: hold.state for hold in holds_about(auction.ref)}
    return states.get(bidder.account) is HoldState.OPEN


def _give_up_on(bidder: Bidder) -> None:
    for order in orders_of(bidder.ref):
        if order.state is OrderState.PAID:
            send_back(order.id, order.amount)
    withdraw_orders(subject=bidder.ref, by=None)


def send_back(order_id: UUID, amount: int) -> None:
    """Have payments send so much of a payment back, if anything is left of it."""
    if amount > 0:
        ask_refund(order_id=order_id, amount=amount, note=RETURNED, by=None)
