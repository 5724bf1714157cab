"""What paying a deposit, or the price, means to payments."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, register_payable

from .access import may_run
from .actions import admit, note_refunded, settle
from .models import Auction, Bidder


def _bidder(subject: str) -> Bidder:
    key = UUID(subject.partition(":")[2])
    return Bidder.objects.select_related("auction").get(pk=key)


def _paid(subject: str, order: OrderView, by: Person | None) -> None:
    admit(bidder=_bidder(subject), order=order, by=by)


def _refunded(subject: str, order: OrderView, by: Person | None) -> None:
    note_refunded(bidder=_bidder(subject), order=order, by=by)


def _price_paid(subject: str, order: OrderView, by: Person | None) -> None:
    settle(auction=_auction(subject), order=order, by=by)


def _lock(subject: str) -> None:
    auction_id = _bidder(subject).auction_id
    Auction.objects.select_for_update().filter(pk=auction_id).first()


def _describe(subject: str) -> str:
    return _bidder(subject).auction.code


def _may_handle(subject: str, person: Person) -> bool:
    return may_run(person, _bidder(subject).auction)


def _auction(subject: str) -> Auction:
    return Auction.objects.get(pk=UUID(subject.partition(":")[2]))


def _lock_auction(subject: str) -> None:
    Auction.objects.select_for_update().filter(pk=_auction(subject).pk).first()


register_payable(
    "auctions.auction",
    on_paid=_price_paid,
    describe=lambda subject: _auction(subject).code,
    may_handle=lambda subject, person: may_run(person, _auction(subject)),
    lock=_lock_auction,
    payer_may_cancel=True,
    paper="Giấy xác nhận đã nhận tiền mua tài sản đấu giá",
)
register_payable(
    "auctions.bidder",
    on_paid=_paid,
    describe=_describe,
    may_handle=_may_handle,
    lock=_lock,
    payer_may_cancel=True,
    on_refunded=_refunded,
    paper="Giấy xác nhận đã nhận tiền đặt trước",
)
