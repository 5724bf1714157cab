"""After the award: the price is asked for, paid or not, and everybody's money is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from beancount import loader
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from khuevan.auctions import actions, dated
from khuevan.auctions.models import EventRow
from khuevan.auctions.queries import database_now
from khuevan.auctions.rules.terms import State
from khuevan.books.public import balance
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.payments.public import State as OrderState, cancel_order, orders_of
from khuevan.payments.tests.factories import payment, send_back, tell
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import DEPOSIT, RESERVE, let_lapse, make_cast, pay_price


pytestmark = pytest.mark.django_db
REST = RESERVE - DEPOSIT


@pytest.fixture
def sold(db):
    """An auction that the first of three bidders won."""
    cast = make_cast()
    cast.open()
    cast.bid(1, RESERVE)
    cast.end()
    return cast


def order_of(cast):
    [order] = orders_of(cast.auction.ref)
    return order


def stands(cast):
    """Everything that a refusal must leave as it was."""
    cast.auction.refresh_from_db()
    book = cast.auction.book
    return (
        cast.auction.state, EventRow.objects.count(), order_of(cast).state,
        balance(book, "BANK").standing, balance(book, "SELLER").standing,
    )  # fmt: skip


def refused(cast, act, words):
    before = stands(cast)
    with pytest.raises(RuleBroken, match=words), transaction.atomic():
        act()
    assert stands(cast) == before


def test_the_winner_is_asked_for_the_price_less_the_deposit_until_a_dated_day(sold):
    order = order_of(sold)
    assert (order.amount, order.state) == (REST, OrderState.WAITING)
    today = clock.local_day(database_now())
    days = dated.payment_days_on(today)
    assert clock.local_day(order.due_at) == today + timedelta(days=days)


def test_the_price_that_was_paid_is_the_sellers_with_the_deposit(sold):
    auction = pay_price(sold.auction)
    assert auction.state == State.SETTLED
    assert balance(auction.book, "SELLER").standing == RESERVE
    # Of three deposits two are still to leave the bank; the price and the third stay.
    assert balance(auction.book, "BANK").standing == RESERVE + 2 * DEPOSIT
    fact = [f for f in facts_about(auction.ref) if f.kind == "auctions.auction_settled"][-1]  # fmt: skip
    assert (fact.figures["price"], fact.figures["fee"]) == (RESERVE, 0)


def test_a_price_paid_in_parts_settles_with_the_last_and_what_is_too_much_goes_back(sold):  # fmt: skip
    order = order_of(sold)
    tell(payment(order, REST - 1, "P1"))
    sold.auction.refresh_from_db()
    assert sold.auction.state == State.DECIDED
    tell(payment(order, 6, "P2"))
    sold.auction.refresh_from_db()
    assert sold.auction.state == State.SETTLED
    assert balance(sold.auction.book, "SELLER").standing == RESERVE
    assert send_back(sold.auction.ref) == 5


def test_the_fee_of_its_day_is_taken_from_what_the_seller_gets(sold, monkeypatch):
    monkeypatch.setattr(
        "khuevan.auctions.actions.selling.exchange_fee_on", lambda day: 150
    )
    auction = pay_price(sold.auction)
    assert balance(auction.book, "FEES").standing == RESERVE * 150 // 10_000
    assert balance(auction.book, "SELLER").standing == RESERVE - RESERVE * 150 // 10_000


def test_while_there_is_time_nobody_says_that_it_was_not_paid(sold):
    refused(sold, lambda: actions.declare_default(auction=sold.auction, by=sold.official), "has until")  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.declare_default(auction=sold.auction, by=sold.people[0])


def test_who_does_not_pay_in_time_loses_the_deposit_and_what_comes_late_goes_back(sold):
    order = order_of(sold)
    assert let_lapse(sold).state == State.DEFAULTED
    assert order_of(sold).state is OrderState.CANCELLED
    assert balance(sold.auction.book, "SELLER").standing == DEPOSIT
    tell(payment(order, REST, "LATE"))
    sold.auction.refresh_from_db()
    assert sold.auction.state == State.DEFAULTED
    assert balance(sold.auction.book, "SELLER").standing == DEPOSIT
    assert send_back(sold.auction.ref) == REST


def test_a_winner_who_calls_the_payment_off_is_not_waited_for(sold):
    cancel_order(order_id=order_of(sold).id, by=sold.people[0])
    made = actions.declare_default(auction=sold.auction, by=sold.official)
    assert made.state == State.DEFAULTED


def test_what_is_owed_is_paid_out_once_and_never_more(sold):
    auction = pay_price(sold.auction)
    refused(sold, lambda: actions.pay_out(auction=auction, amount=RESERVE + 1, reference="FT1", by=sold.official), "free")  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.pay_out(auction=auction, amount=1, reference="FT1", by=sold.people[0])
    for _again in range(2):
        actions.pay_out(auction=auction, amount=RESERVE, reference="FT1", by=sold.official)  # fmt: skip
    assert balance(auction.book, "SELLER").standing == 0
    assert [f.kind for f in facts_about(auction.ref)].count("auctions.seller_paid") == 1


def test_beancount_finds_no_fault_in_the_book_of_a_whole_auction(sold):
    auction = pay_price(sold.auction)
    actions.pay_out(auction=auction, amount=RESERVE, reference="FT1", by=sold.official)
    for bidder in auction.bidders.filter(number__in=(2, 3)):
        assert send_back(bidder.ref) == DEPOSIT
    client = Client()
    client.force_login(make_person(Role.HEAD, auction.keeper))
    address = reverse("book-export", args=[auction.book])
    text = b"".join(client.get(address).streaming_content).decode()
    entries, errors, _options = loader.load_string(text)
    assert errors == []
    kinds = [type(entry).__name__ for entry in entries]
    # Bank, seller and three deposits, every one with its balance: all at nought.
    assert (kinds.count("Open"), kinds.count("Balance")) == (5, 5)
    assert {e.amount.number for e in entries if type(e).__name__ == "Balance"} == {0}
    assert text.count("FT1") == 1
