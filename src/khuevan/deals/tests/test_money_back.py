"""Money that is held goes back by what the deal decides; what the bank takes back is no longer held."""

from __future__ import annotations

import pytest
from django.core.exceptions import ObjectDoesNotExist

from khuevan.books.public import HoldState, balance, holds_about
from khuevan.books.tests.factories import faults
from khuevan.deals import actions
from khuevan.deals.actions.escrow_common import BANK
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.rules.states import State, Turn
from khuevan.journal.public import facts_about
from khuevan.notices.tests.factories import notices_of
from khuevan.payments.public import ask_refund, orders_of
from khuevan.payments.tests.factories import refund_of, send_back, take_back
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import finish_work, later, make_deal, pay, with_royalty
from .test_performing import FIGURES


pytestmark = pytest.mark.django_db
ONE = 300_000_001
WHY = "Bên nộp đề nghị trả lại tiền"


@pytest.fixture
def deal(cast):
    return make_deal(cast, State.PERFORMING)


@pytest.fixture
def held(deal):
    """The first milestone of a deal, its money held."""
    first = deal.milestones.first()
    pay(first)
    first.refresh_from_db()
    return first


def stands(deal):
    return tuple(balance(deal.book, a).standing for a in (BANK, deal.account, deal.owed))  # fmt: skip


def order_of(thing):
    return orders_of(thing.ref)[-1]


def test_nobody_gives_held_money_back_by_hand(cast, deal, held):
    with pytest.raises(RuleBroken, match=deal.code):
        ask_refund(order_id=held.order, amount=ONE, note=WHY, by=cast.staff)
    with pytest.raises(ObjectDoesNotExist):
        refund_of(held.ref)
    assert [h.state for h in holds_about(deal.ref)] == [HoldState.OPEN]
    assert stands(deal) == (ONE, ONE, 0)


def test_nobody_gives_released_money_back_by_hand(cast, deal, held):
    actions.deliver(milestone=held, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=held, by=cast.recipient)
    with pytest.raises(RuleBroken, match=deal.code):
        ask_refund(order_id=held.order, amount=1, note=WHY, by=cast.staff)
    with pytest.raises(ObjectDoesNotExist):
        refund_of(held.ref)


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_what_the_bank_takes_back_is_held_no_more_and_asked_for_anew(cast, deal, held):
    take_back(held.ref, ONE)
    assert stands(deal) == (0, 0, 0)
    assert [h.state for h in holds_about(deal.ref)] == [HoldState.VOID]
    held.refresh_from_db()
    deal.refresh_from_db()
    assert (held.paid_at, held.returning, held.returned, held.taken_back) == (None, 0, 0, 1)  # fmt: skip
    assert deal.turn == Turn.STAFF
    told = {notice.person for notice in notices_of("deals.payment_taken_back")}
    assert {cast.provider, cast.recipient} <= told
    assert order_of(held).missing == ONE
    actions.deliver(milestone=held, evidence="Biên bản kèm theo", by=cast.provider)
    with pytest.raises(RuleBroken, match="Pay in"):
        actions.accept_work(milestone=held, by=cast.recipient)
    pay(held)
    assert stands(deal) == (ONE, ONE, 0)
    actions.accept_work(milestone=held, by=cast.recipient)
    assert stands(deal) == (ONE, 0, ONE)
    assert faults(deal.book) == []


def test_taken_back_twice_each_payment_is_entered_under_its_own_name(deal, held):
    for count in (1, 2):
        take_back(held.ref, ONE)
        held.refresh_from_db()
        assert (held.taken_back, stands(deal)) == (count, (0, 0, 0))
        pay(held)
        assert stands(deal) == (ONE, ONE, 0)
    assert faults(deal.book) == []


def test_of_what_the_bank_takes_in_part_the_rest_goes_back_too(deal, held):
    take_back(held.ref, 1)
    held.refresh_from_db()
    assert (held.paid_at, held.returned, held.taken_back) == (None, 1, 0)
    assert stands(deal) == (ONE - 1, ONE - 1, 0)
    assert send_back(held.ref) == ONE - 1
    held.refresh_from_db()
    assert (held.returned, held.taken_back, stands(deal)) == (0, 1, (0, 0, 0))
    assert order_of(held).missing == ONE


def test_after_the_end_nothing_is_asked_for_anew(cast, deal, held):
    take_back(held.ref, 1)
    actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)
    actions.agree_end(deal=deal, by=cast.provider_head)
    assert send_back(held.ref) == ONE - 1
    held.refresh_from_db()
    assert (held.state, held.returned) == (MilestoneState.DROPPED, ONE)
    assert stands(deal) == (0, 0, 0)
    assert [order.missing for order in orders_of(held.ref)] == [0]


def test_what_was_released_and_is_taken_back_is_put_before_the_exchanges_people(cast, deal, held):  # fmt: skip
    actions.deliver(milestone=held, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=held, by=cast.recipient)
    take_back(held.ref, ONE)
    deal.refresh_from_db()
    assert deal.turn == Turn.STAFF
    assert facts_about(deal.ref)[-1].kind == "deals.payment_taken_back"
    assert stands(deal) == (ONE, 0, ONE)


def test_a_royalty_goes_back_by_nobodys_hand_and_the_bank_is_reported(cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    finish_work(cast, deal)
    first = deal.reports.first()
    with later((first.last - clock.today()).days + 1):
        actions.file_report(report=first, figures=FIGURES, by=cast.recipient)
        pay(first)
        with pytest.raises(RuleBroken, match=deal.code):
            ask_refund(order_id=order_of(first).id, amount=1, note=WHY, by=cast.staff)
        before = stands(deal)
        take_back(first.ref, 63_000_000)
    deal.refresh_from_db()
    assert (deal.turn, stands(deal)) == (Turn.STAFF, before)
    assert facts_about(deal.ref)[-1].kind == "deals.royalty_taken_back"
