"""What paying a deposit means to payments."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, register_payable

from .access import may_run
from .actions import admit, note_refunded
from .models import Auction, Bidder


def _bidder(subject: str) -> Bidder:
    key = UUID(subject.partition(":")[2])
    return Bidder.objects.select_related("auction").get(pk=key)


def _paid(subject: str, order: OrderView, by: Person | None) -> None:
    admit(bidder=_bidder(subject), order=order, by=by)


def _refunded(subject: str, order: OrderView, by: Person | None) -> None:
    note_refunded(bidder=_bidder(subject), order=order, by=by)


def _lock(subject: str) -> None:
    auction_id = _bidder(subject).auction_id
    Auction.objects.select_for_update().filter(pk=auction_id).first()


def _describe(subject: str) -> str:
    return _bidder(subject).auction.code


def _may_handle(subject: str, person: Person) -> bool:
    return may_run(person, _bidder(subject).auction)


register_payable(
    "auctions.bidder",
    on_paid=_paid,
    describe=_describe,
    may_handle=_may_handle,
    lock=_lock,
    payer_may_cancel=True,
    on_refunded=_refunded,
)
