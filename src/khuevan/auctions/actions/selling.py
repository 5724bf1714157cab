"""After the award: the price is asked for, paid or not, and what the seller gets is paid out."""

from __future__ import annotations

from django.db import transaction

from khuevan.auctions.access import may_run
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction
from khuevan.auctions.queries import events_of, price_order, sale_of
from khuevan.auctions.rules.replay import Kind, next_bid
from khuevan.auctions.rules.terms import State
from khuevan.books.public import (
    Kind as AccountKind,
    balance,
    enter,
    move,
    open_account,
    post_hold,
)
from khuevan.directory.public import Person
from khuevan.payments.public import (
    OrderView,
    State as OrderState,
    exchange_fee_on,
    note_payout,
    withdraw_orders,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .awarding_common import WHOLE, ask_for_price
from .common import (
    BANK,
    FEES,
    PRICE,
    SELLER,
    add_event,
    deposit_held,
    locked,
    move_to,
    require,
    require_state,
)


# What stands in books and on orders is Vietnamese, as they are read.
BECOMES_PRICE = "Tiền đặt trước chuyển thành tiền đặt cọc"
FORFEITED = "Người trúng đấu giá từ chối: không được nhận lại tiền đặt trước"
TAKEN_BACK = "Ngân hàng lấy lại tiền người mua đã nộp"
PAID, FEE, OUT = "Người mua nộp tiền", "Phí của sàn", "Chi trả cho bên bán"


@transaction.atomic
def settle(*, auction: Auction, order: OrderView, by: Person | None) -> Auction:
    """Enter the price that was paid: it is the seller's, less the fee; payments calls this.

    The deposit becomes part of it (Law on Auction of Assets, Article 39.5). Raises
    RuleBroken where nobody is to pay any more: the money then goes back.
    """
    auction = locked(auction)
    if auction.state == State.SETTLED:
        return auction
    require_state(auction, State.DECIDED, State.OFFERED)
    number, price = _sale(auction)
    enter(
        book=auction.book, key=f"price:{order.id}", words=PAID, about=auction.ref, by=by,
        lines=move(order.amount, debit=BANK, credit=SELLER),
    )  # fmt: skip
    if auction.state == State.DECIDED:
        _post_deposit(auction, number, BECOMES_PRICE, by)
    fee = _take_fee(auction, price, by)
    add_event(auction, Kind.SETTLED, bidder=number)
    move_to(auction, State.SETTLED)
    record_in(auction, "auction_settled", by=by, bidder=number, price=price, fee=fee)
    return auction


def _post_deposit(auction: Auction, number: int, words: str, by: Person | None) -> None:
    """Give the winner's deposit to the seller, unless the bank took it back meanwhile."""
    winner = auction.bidders.get(number=number)
    if deposit_held(auction, winner):
        post_hold(book=auction.book, key=winner.account, words=words, by=by)


def _take_fee(auction: Auction, price: int, by: Person | None) -> int:
    """Take the exchange's fee from what the seller gets; return how much; đồng, rounded down."""
    fee = price * exchange_fee_on(clock.today()) // 10_000
    if fee:
        open_account(book=auction.book, code=FEES, name=FEE, kind=AccountKind.INCOME, about=auction.ref, by=None)  # fmt: skip
        enter(
            book=auction.book, key="fee", words=FEE, about=auction.ref, by=by,
            lines=move(fee, debit=SELLER, credit=FEES),
        )  # fmt: skip
    return fee


@transaction.atomic
def note_price_returned(*, auction: Auction, order: OrderView, by: Person | None) -> Auction:  # fmt: skip
    """Enter that the bank took the paid price back, and tell the keeper; payments calls this.

    Where the seller has been paid out by then nothing is left to take it from: the keeper
    settles it. What was never settled is in no book.
    """
    auction = locked(auction)
    if auction.state != State.SETTLED:
        return auction
    if _owed(auction) >= order.amount:
        enter(
            book=auction.book, key=f"price-back:{order.id}", words=TAKEN_BACK, about=auction.ref,
            lines=move(order.amount, debit=SELLER, credit=BANK), by=by,
        )  # fmt: skip
    record_in(auction, "price_taken_back", by=by, amount=order.amount)
    return auction


@transaction.atomic
def declare_default(*, auction: Auction, by: Person) -> Auction:
    """Say that whoever buys did not pay in time; a winner's deposit goes to the seller.

    Law on Auction of Assets, Article 39.6. Raises RuleBroken while there is still time,
    but not where the buyer called the payment off.
    """
    auction = locked(auction)
    require(may_run(by, auction))
    require_state(auction, State.DECIDED, State.OFFERED)
    number, _price = _sale(auction)
    order = price_order(auction)
    if order and order.state is OrderState.WAITING and order.due_at and order.due_at > clock.now():  # fmt: skip
        raise RuleBroken(
            N_("The buyer has until %(until)s to pay."),
            until=f"{order.due_at.astimezone(clock.HANOI):%H:%M %d/%m/%Y}",
        )  # fmt: skip
    withdraw_orders(subject=auction.ref, purpose=PRICE, by=None)
    if auction.state == State.DECIDED:
        # Of whoever came next nothing is held: their deposit went back long ago.
        _post_deposit(auction, number, FORFEITED, by)
    add_event(auction, Kind.DEFAULTED, bidder=number)
    move_to(auction, State.DEFAULTED)
    record_in(auction, "winner_defaulted", by=by, bidder=number)
    return auction


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
    number, price = found
    add_event(auction, Kind.RUNNER_UP, bidder=number, price=price)
    move_to(auction, State.OFFERED)
    ask_for_price(auction, auction.bidders.get(number=number), price, WHOLE)
    record_in(auction, "runner_up_named", by=by, bidder=number, price=price)
    return auction


@transaction.atomic
def pay_out(*, auction: Auction, amount: int, reference: str, by: Person) -> Auction:
    """Note that what the seller is owed left for the seller's bank, with the transfer's number.

    The same number again changes nothing; the daily comparison looks for it in the bank's
    list. Raises RuleBroken for more than is owed.
    """
    auction = locked(auction)
    require(may_run(by, auction))
    number = note_payout(subject=auction.ref, owner=auction.keeper, amount=amount, number=reference, by=by)  # fmt: skip
    owed = _owed(auction)
    enter(
        book=auction.book, key=f"paid:{number}", words=f"{OUT}, {number}",
        lines=move(amount, debit=SELLER, credit=BANK), about=auction.ref, by=by,
    )  # fmt: skip
    if _owed(auction) != owed:
        record_in(auction, "seller_paid", by=by, amount=amount)
    return auction


def _owed(auction: Auction) -> int:
    found = balance(auction.book, SELLER)
    return found.standing if found else 0


def _sale(auction: Auction) -> tuple[int, int]:
    found = sale_of(auction)
    if found is None:
        raise RuleBroken(N_("Nobody won this auction."))
    return found
