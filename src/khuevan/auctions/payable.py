"""What paying a deposit, or the price, means to payments."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, register_payable
from khuevan.platform.errors import N_, RuleBroken

from .access import may_run
from .actions import admit, note_price_returned, note_refunded, note_returned, settle
from .models import Auction, Bidder
from .rules.terms import State


def _bidder(subject: str) -> Bidder:
    key = UUID(subject.partition(":")[2])
    return Bidder.objects.select_related("auction").get(pk=key)


def _paid(subject: str, order: OrderView, by: Person | None) -> None:
    admit(bidder=_bidder(subject), order=order, by=by)


def _refunded(subject: str, order: OrderView, by: Person | None) -> None:
    note_refunded(bidder=_bidder(subject), order=order, by=by)


def _price_paid(subject: str, order: OrderView, by: Person | None) -> None:
    settle(auction=_auction(subject), order=order, by=by)


def _returned(subject: str, order: OrderView, by: Person | None) -> None:
    note_returned(bidder=_bidder(subject), order=order, by=by)


def _price_refunded(subject: str, order: OrderView, by: Person | None) -> None:
    note_price_returned(auction=_auction(subject), order=order, by=by)


def _check_deposit(subject: str, order: OrderView) -> None:
    bidder = _bidder(subject)
    if bidder.number is not None:
        raise RuleBroken(
            N_("This deposit stands in auction %(code)s: it goes back by itself, or becomes the seller's."),
            code=bidder.auction.code,
        )  # fmt: skip


def _check_price(subject: str, order: OrderView) -> None:
    auction = _auction(subject)
    if auction.state == State.SETTLED:
        raise RuleBroken(
            N_("This is the price of auction %(code)s, which is settled: it is the seller's."),
            code=auction.code,
        )  # fmt: skip


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
    on_refunded=_price_refunded,
    check_refund=_check_price,
    paper="Giấy xác nhận đã nhận tiền mua tài sản đấu giá",
    booked=True,
)
register_payable(
    "auctions.bidder",
    on_paid=_paid,
    describe=_describe,
    may_handle=_may_handle,
    lock=_lock,
    payer_may_cancel=True,
    on_refunded=_refunded,
    on_returned=_returned,
    check_refund=_check_deposit,
    paper="Giấy xác nhận đã nhận tiền đặt trước",
    booked=True,
)
