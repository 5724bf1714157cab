"""Money that is held goes back by what the deal decides; what the bank takes back is no longer held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from khuevan.books.public import HoldState, balance, holds_about
from khuevan.books.tests.factories import faults
from khuevan.deals import actions
from khuevan.deals.actions.escrow_common import BANK, OVERDRAWN
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


@pytest.fixture
def released(cast, deal, held):
    """The first milestone of a deal, its money released to the provider."""
    actions.deliver(milestone=held, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=held, by=cast.recipient)
    held.refresh_from_db()
    return held


def lacking(deal):
    found = balance(deal.book, deal.lacking)
    return found.standing if found else 0


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_what_was_released_and_is_taken_back_is_asked_for_again(cast, deal, released):
    take_back(released.ref, ONE)
    deal.refresh_from_db()
    released.refresh_from_db()
    assert (released.state, released.paid_at, released.lacks) == (MilestoneState.ACCEPTED, None, True)  # fmt: skip
    assert deal.turn == Turn.STAFF
    assert facts_about(deal.ref)[-1].kind == "deals.payment_taken_back"
    told = {notice.person for notice in notices_of("deals.payment_taken_back")}
    assert {cast.provider, cast.recipient, cast.staff} <= told
    assert (stands(deal), lacking(deal)) == ((0, 0, ONE), ONE)
    assert order_of(released).missing == ONE
    with pytest.raises(RuleBroken, match="took"):
        actions.pay_out(deal=deal, amount=1, reference="FT1", by=cast.staff)
    assert stands(deal) == (0, 0, ONE)
    pay(released)
    released.refresh_from_db()
    assert (released.lacks, lacking(deal)) == (False, 0)
    assert stands(deal) == (ONE, 0, ONE)
    actions.pay_out(deal=deal, amount=ONE, reference="FT1", by=cast.staff)
    assert faults(deal.book) == []


def test_what_was_paid_out_and_is_taken_back_is_owed_to_the_bank_meanwhile(cast, deal, released):  # fmt: skip
    actions.pay_out(deal=deal, amount=ONE, reference="FT1", by=cast.staff)
    take_back(released.ref, 100)
    assert (stands(deal), lacking(deal)) == ((0, 0, 0), 100)
    assert balance(deal.book, OVERDRAWN).standing == 100
    pay(released)
    assert (stands(deal), lacking(deal)) == ((0, 0, 0), 0)
    assert balance(deal.book, OVERDRAWN).standing == 0
    assert faults(deal.book) == []


def test_taken_back_again_what_was_paid_again_is_asked_for_once_more(cast, deal, released):  # fmt: skip
    for _time in range(2):
        take_back(released.ref, ONE)
        assert (stands(deal), lacking(deal)) == ((0, 0, ONE), ONE)
        pay(released)
        assert (stands(deal), lacking(deal)) == ((ONE, 0, ONE), 0)
    assert faults(deal.book) == []


def test_a_deal_is_not_closed_on_money_the_bank_took_back(cast, deal, released):
    take_back(released.ref, ONE)
    second = deal.milestones.last()
    pay(second)
    actions.deliver(milestone=second, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=second, by=cast.recipient)
    deal.refresh_from_db()
    assert (deal.state, deal.delivered_at) == (State.PERFORMING, None)
    pay(released)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED


def test_an_end_by_agreement_leaves_what_the_bank_took_back_owed(cast, deal, released):
    take_back(released.ref, ONE)
    actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)
    actions.agree_end(deal=deal, by=cast.provider_head)
    assert order_of(released).missing == ONE
    pay(released)
    assert (stands(deal), lacking(deal)) == ((ONE, 0, ONE), 0)


@pytest.fixture
def royalty(cast):
    """The first royalty of a deal, paid on the day of its report."""
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    finish_work(cast, deal)
    first = deal.reports.first()
    with later((first.last - clock.today()).days + 1):
        actions.file_report(report=first, figures=FIGURES, by=cast.recipient)
        pay(first)
        first.refresh_from_db()
        yield first


SUM = 63_000_000


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_a_royalty_the_bank_takes_back_is_unpaid_again(cast, royalty):
    deal = royalty.deal
    with pytest.raises(RuleBroken, match=deal.code):
        ask_refund(order_id=order_of(royalty).id, amount=1, note=WHY, by=cast.staff)
    before = stands(deal)
    take_back(royalty.ref, SUM)
    royalty.refresh_from_db()
    deal.refresh_from_db()
    assert (royalty.paid_at, royalty.taken_back) == (None, 1)
    assert royalty.pay_by == clock.today() + timedelta(days=30)
    assert (deal.state, deal.turn) == (State.REPORTING, Turn.RECIPIENT)
    assert clock.local_day(deal.due_at) <= royalty.pay_by
    fact = facts_about(deal.ref)[-1]
    assert (fact.kind, fact.figures["amount"]) == ("deals.royalty_taken_back", SUM)
    told = {notice.person for notice in notices_of("deals.royalty_taken_back")}
    assert {cast.provider, cast.recipient, cast.staff} <= told
    assert stands(deal) == (before[0] - SUM, *before[1:])
    assert order_of(royalty).missing == SUM
    pay(royalty)
    royalty.refresh_from_db()
    assert royalty.paid_at is not None
    assert (stands(deal), lacking(deal)) == (before, 0)
    assert faults(deal.book) == []


def test_of_a_royalty_taken_back_in_parts_each_part_is_asked_for(royalty):
    order = orders_of(royalty.ref)[0]
    take_back(royalty.ref, 1_000_000)
    royalty.refresh_from_db()
    assert order_of(royalty).missing == 1_000_000
    pay(royalty)
    royalty.refresh_from_db()
    assert royalty.paid_at is not None
    assert [o.missing for o in orders_of(royalty.ref)] == [0, 0]
    assert order.amount == SUM


def test_a_deal_closed_on_a_royalty_stays_closed_and_the_royalty_owed(client, cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    finish_work(cast, deal)
    last = deal.reports.last()
    with later((last.last - clock.today()).days + 1):
        for report in deal.reports.all():
            actions.file_report(report=report, figures=FIGURES, by=cast.recipient)
            pay(report)
        deal.refresh_from_db()
        assert deal.state == State.CLOSED
        take_back(last.ref, SUM)
        last.refresh_from_db()
        deal.refresh_from_db()
        assert (deal.state, last.paid_at, order_of(last).missing) == (State.CLOSED, None, SUM)  # fmt: skip
        client.force_login(cast.recipient)
        shown = client.get(reverse("deal", args=[deal.code])).content.decode()
        assert "Nộp lại khoản ngân hàng đã lấy" in shown
        client.force_login(cast.staff)
        lists = client.get(reverse("deals") + "?scope=exchange").content.decode()
        assert "state=lacking" in lists
        found = client.get(reverse("deals") + "?scope=exchange&state=lacking")
        assert deal.code in found.content.decode()
        pay(last)
        lists = client.get(reverse("deals") + "?scope=exchange").content.decode()
        assert "state=lacking" not in lists
    last.refresh_from_db()
    assert last.paid_at is not None
