"""Money of an auction that goes back otherwise than the auction sends it."""

from __future__ import annotations

import pytest

from khuevan.auctions import actions
from khuevan.auctions.models import Bidder, Flag
from khuevan.auctions.queries import price_order
from khuevan.auctions.rules.terms import State
from khuevan.books.public import HoldState, balance, holds_about
from khuevan.books.tests.factories import faults
from khuevan.journal.public import facts_about
from khuevan.notices.tests.factories import notices_of
from khuevan.payments.public import ask_refund, orders_of
from khuevan.payments.tests.factories import send_back, take_back
from khuevan.platform.errors import RuleBroken

from .factories import (
    DEPOSIT,
    RESERVE,
    START,
    clock_restored,
    let_lapse,
    make_cast,
    pay_price,
)


pytestmark = pytest.mark.django_db
WHY = "Người nộp đề nghị trả lại tiền"


@pytest.fixture(autouse=True)
def real_clock_afterwards(db):
    with clock_restored():
        yield


@pytest.fixture
def cast(db):
    return make_cast()


def bidder(cast, number):
    return Bidder.objects.get(auction=cast.auction, number=number)


def states(cast):
    return [hold.state for hold in holds_about(cast.auction.ref)]


def bank(cast):
    return balance(cast.auction.book, "BANK").standing


def test_nobody_gives_a_deposit_back_by_hand_while_it_stands(cast):
    [order] = orders_of(bidder(cast, 1).ref)
    with pytest.raises(RuleBroken, match="goes back by itself"):
        ask_refund(order_id=order.id, amount=DEPOSIT, note=WHY, by=cast.official)
    assert orders_of(order.subject)[0].state == "paid"
    assert states(cast) == [HoldState.OPEN] * 3


def test_nobody_gives_a_settled_price_back_by_hand(cast):
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    auction = pay_price(cast.auction)
    order = price_order(auction)
    with pytest.raises(RuleBroken, match="is settled"):
        ask_refund(order_id=order.id, amount=1, note=WHY, by=cast.official)
    assert balance(auction.book, "SELLER").standing == RESERVE


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_a_deposit_the_bank_took_back_is_held_no_more_and_its_bidder_flagged(cast):
    take_back(bidder(cast, 1).ref, DEPOSIT)
    assert states(cast) == [HoldState.VOID, HoldState.OPEN, HoldState.OPEN]
    assert bank(cast) == 2 * DEPOSIT
    assert orders_of(bidder(cast, 1).ref)[0].state == "refunded"
    [flag] = Flag.objects.all()
    assert (flag.bidder.number, flag.rule) == (1, "deposit_taken_back")
    assert {n.person for n in notices_of("auctions.deposit_taken_back")} == {cast.official}  # fmt: skip
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    assert cast.auction.state == State.CLOSED
    assert facts_about(cast.auction.ref)[-1].kind == "auctions.award_held"
    assert faults(cast.auction.book) == []


def test_of_a_deposit_taken_back_in_part_the_rest_goes_back_too(cast):
    one = bidder(cast, 1)
    take_back(one.ref, 1)
    assert states(cast)[0] == HoldState.VOID
    assert bank(cast) == 3 * DEPOSIT
    assert send_back(one.ref) == DEPOSIT - 1
    assert bank(cast) == 2 * DEPOSIT
    assert Flag.objects.count() == 1


def test_a_winner_without_a_deposit_owes_the_whole_price(cast):
    take_back(bidder(cast, 1).ref, DEPOSIT)
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    auction = actions.award(auction=cast.auction, words="Đã gặp người trúng đấu giá", by=cast.official)  # fmt: skip
    assert price_order(auction).amount == RESERVE
    auction = pay_price(auction)
    assert auction.state == State.SETTLED
    assert balance(auction.book, "SELLER").standing == RESERVE
    assert faults(auction.book) == []


def test_a_winner_whose_deposit_the_bank_took_may_still_default(cast):
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    take_back(bidder(cast, 1).ref, DEPOSIT)
    assert let_lapse(cast).state == State.DEFAULTED
    assert balance(cast.auction.book, "SELLER").standing == 0


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_a_price_the_bank_took_back_leaves_the_book_and_the_keeper_is_told(cast):
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    auction = pay_price(cast.auction)
    take_back(auction.ref, RESERVE - DEPOSIT)
    assert balance(auction.book, "SELLER").standing == DEPOSIT
    # The losers' deposits are on their way back; of the winner's price only the deposit is left.
    assert bank(cast) == 3 * DEPOSIT
    assert {n.person for n in notices_of("auctions.price_taken_back")} == {cast.official}  # fmt: skip
    assert faults(auction.book) == []


def test_a_price_taken_back_after_the_seller_was_paid_is_left_to_the_keeper(cast):
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    auction = pay_price(cast.auction)
    actions.pay_out(auction=auction, amount=RESERVE, reference="FT26001", by=cast.official)  # fmt: skip
    take_back(auction.ref, RESERVE - DEPOSIT)
    assert balance(auction.book, "SELLER").standing == 0
    assert facts_about(auction.ref)[-1].kind == "auctions.price_taken_back"


def test_what_the_auction_sends_back_itself_is_entered_once_and_flags_nobody(cast):
    cast.open()
    cast.bid(1, START)
    cast.end()
    assert send_back(bidder(cast, 2).ref) == DEPOSIT
    assert not Flag.objects.exists()
    assert bank(cast) == 2 * DEPOSIT
