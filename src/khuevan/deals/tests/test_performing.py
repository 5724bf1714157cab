"""After agreement: money held and released, milestones, reports, disputes, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.books.public import balance, holds_about
from khuevan.books.tests.factories import faults
from khuevan.deals import actions, dated
from khuevan.deals.actions.escrow_common import BANK, FEES
from khuevan.deals.documents.invoices import invoice_of
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.rules.states import State, Turn
from khuevan.deals.tasks import look
from khuevan.journal.public import facts_about
from khuevan.payments.public import orders_of
from khuevan.payments.tests.factories import refund_of, send_back
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import (
    TERMS,
    day,
    finish_work,
    later,
    make_deal,
    open_dispute,
    pay,
    with_royalty,
)


pytestmark = pytest.mark.django_db
ONE, TWO = 300_000_001, 499_999_999
WRONG = "Công suất đo được chỉ bằng một nửa"


def stands(deal, account):
    return balance(deal.book, account).standing


def money(deal):
    """Return what stands on the deal's accounts: bank, escrow, owed to the provider, fees."""
    return tuple(stands(deal, a) for a in (BANK, deal.account, deal.owed, FEES))


def sound(deal):
    """The book holds together, and Beancount itself reads it without an error."""
    assert faults(deal.book) == []


def deliver(milestone, cast):
    return actions.deliver(milestone=milestone, evidence="Biên bản bàn giao kèm theo", by=cast.provider)  # fmt: skip


# ---------------------------------------------------------------- contract, effect


def test_the_exchange_notes_signature_registration_and_effect_in_their_order(cast):
    deal = make_deal(cast, State.CONTRACTING)
    with pytest.raises(RuleBroken, match="after it was signed"):
        actions.take_effect(deal=deal, effective_on=day(), by=cast.staff)
    with pytest.raises(RuleBroken, match="once the day"):
        actions.note_signed(deal=deal, signed_on=day(1), by=cast.staff)
    with pytest.raises(RuleBroken, match="after its terms"):
        actions.note_signed(deal=deal, signed_on=day(-1), by=cast.staff)
    for person in (cast.provider_head, cast.recipient, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.note_signed(deal=deal, signed_on=day(), by=person)
    actions.note_signed(deal=deal, signed_on=day(), by=cast.staff)
    with later(20):
        actions.note_registered(deal=deal, registered_on=day(), by=cast.staff)
        with pytest.raises(RuleBroken, match="registered"):
            actions.take_effect(deal=deal, effective_on=day(-5), by=cast.staff)
        deal = actions.take_effect(deal=deal, effective_on=day(), by=cast.staff)
        assert (deal.state, deal.turn) == (State.PERFORMING, Turn.PROVIDER)
        assert [m.due_on for m in deal.milestones.all()] == [day(30), day(90)]
        assert clock.local_day(deal.due_at) == day(30)
        assert [orders_of(m.ref)[0].amount for m in deal.milestones.all()] == [ONE, TWO]
    assert not deal.reports.exists()


# ---------------------------------------------------------------------- milestones


def test_a_deal_played_through_is_paid_accepted_released_and_closed(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, second = deal.milestones.all()
    pay(first)
    assert money(deal) == (ONE, ONE, 0, 0)
    assert [h.amount for h in holds_about(deal.ref)] == [ONE]
    deliver(first, cast)
    deal.refresh_from_db()
    assert deal.turn == Turn.RECIPIENT
    actions.accept_work(milestone=first, by=cast.recipient)
    assert money(deal) == (ONE, 0, ONE, 0)
    for _ in range(2):
        actions.pay_out(deal=deal, amount=ONE, reference="FT26001", by=cast.staff)
        assert money(deal) == (0, 0, 0, 0)
    paid = [f for f in facts_about(deal.ref) if f.kind == "deals.money_paid_out"]
    assert len(paid) == 1
    pay(second)
    deliver(second, cast)
    actions.accept_work(milestone=second, by=cast.recipient)
    deal.refresh_from_db()
    assert (deal.state, deal.turn) == (State.CLOSED, Turn.NOBODY)
    assert deal.delivered_at is not None
    assert money(deal) == (TWO, 0, TWO, 0)
    sound(deal)


def test_accepting_needs_the_money_and_delivering_comes_first(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, _second = deal.milestones.all()
    with pytest.raises(RuleBroken, match="not delivered"):
        actions.accept_work(milestone=first, by=cast.recipient)
    deliver(first, cast)
    with pytest.raises(RuleBroken, match=r"300\.000\.001"):
        actions.accept_work(milestone=first, by=cast.recipient)
    for person in (cast.provider, cast.staff, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.accept_work(milestone=first, by=person)
    first.refresh_from_db()
    assert (first.state, first.released) == (MilestoneState.DELIVERED, 0)
    assert money(deal) == (0, 0, 0, 0)


def test_sent_back_with_reasons_the_money_stays_held(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, _second = deal.milestones.all()
    pay(first)
    deliver(first, cast)
    actions.send_back_work(milestone=first, words=WRONG, by=cast.recipient)
    first.refresh_from_db()
    deal.refresh_from_db()
    assert (first.state, first.sent_back, deal.turn) == (MilestoneState.DUE, WRONG, Turn.PROVIDER)  # fmt: skip
    assert money(deal) == (ONE, ONE, 0, 0)


def test_the_fee_is_dated_and_has_its_own_line_and_invoice(client, cast, monkeypatch):
    deal = make_deal(cast, State.PERFORMING)
    first, _second = deal.milestones.all()
    pay(first)
    deliver(first, cast)
    monkeypatch.setattr(
        "khuevan.deals.actions.escrow_common.exchange_fee_on", lambda day: 150
    )
    actions.accept_work(milestone=first, by=cast.recipient)
    first.refresh_from_db()
    assert (first.released, first.fee) == (ONE, 4_500_000)
    assert money(deal) == (ONE, 0, ONE - 4_500_000, 4_500_000)
    sound(deal)
    answers = {}
    for who in (cast.provider, cast.staff, cast.recipient):
        client.force_login(who)
        answers[who] = client.get(reverse("deal-invoice", args=[deal.code, "milestone-fee", 1, "json"]))  # fmt: skip
    told = answers[cast.staff].json()
    assert answers[cast.provider].json() == told
    assert (told["amount"], told["buyer"]) == (4_500_000, cast.exchange.institute.name)
    assert (told["issued_for"], told["seller"] != told["buyer"]) == ("phi-moc-1", True)
    assert deal.title not in str(told)
    assert answers[cast.recipient].status_code == 404


def test_no_more_is_paid_out_than_was_released(cast):
    deal = make_deal(cast, State.PERFORMING)
    pay(deal.milestones.first())
    with pytest.raises(RuleBroken):
        actions.pay_out(deal=deal, amount=1, reference="FT1", by=cast.staff)
    with pytest.raises(PermissionDenied):
        actions.pay_out(deal=deal, amount=1, reference="FT1", by=cast.provider)
    assert money(deal) == (ONE, ONE, 0, 0)


# ---------------------------------------------------------------------- the end


def test_ended_by_both_what_was_not_released_goes_back(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, second = deal.milestones.all()
    pay(first)
    actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)
    with pytest.raises(RuleBroken, match="has not asked"):
        actions.agree_end(deal=deal, by=cast.recipient_head)
    actions.agree_end(deal=deal, by=cast.provider_head)
    deal.refresh_from_db()
    assert deal.state == State.TERMINATED
    assert {m.state for m in deal.milestones.all()} == {MilestoneState.DROPPED}
    assert orders_of(second.ref)[0].state == "cancelled"
    assert send_back(first.ref) == ONE
    assert money(deal) == (0, 0, 0, 0)
    sound(deal)


def test_the_other_side_may_want_to_go_on(cast):
    deal = make_deal(cast, State.PERFORMING)
    actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)
    with pytest.raises(RuleBroken, match="already"):
        actions.ask_end(deal=deal, words="Chúng tôi cũng vậy", by=cast.provider)
    actions.refuse_end(deal=deal, words="Chúng tôi đã làm gần xong", by=cast.provider)
    deal.refresh_from_db()
    assert (deal.state, deal.end_asked_by) == (State.PERFORMING, "")


def test_money_that_comes_after_the_end_is_not_taken_into_the_escrow(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, _second = deal.milestones.all()
    actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)
    actions.agree_end(deal=deal, by=cast.provider_head)
    pay(first)
    first.refresh_from_db()
    assert first.paid_at is None
    assert money(deal) == (0, 0, 0, 0)
    assert refund_of(first.ref).amount == ONE


# ---------------------------------------------------------------------- disputes


def test_a_mediator_parts_the_money_and_the_deal_ends(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, _second = deal.milestones.all()
    pay(first)
    deliver(first, cast)
    deal = open_dispute(cast, deal)
    with pytest.raises(RuleBroken, match="moved on"):
        actions.accept_work(milestone=first, by=cast.recipient)
    for parts, why in (({}, "too how much"), ({1: ONE + 1}, "between 0"), ({2: 1}, "No money")):  # fmt: skip
        with pytest.raises(RuleBroken, match=why):
            actions.decide_dispute(deal=deal, parts=parts, goes_on=False, words=WRONG, by=cast.expert)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.decide_dispute(deal=deal, parts={1: 0}, goes_on=False, words=WRONG, by=cast.staff)  # fmt: skip
    assert money(deal) == (ONE, ONE, 0, 0)
    actions.decide_dispute(deal=deal, parts={1: 100_000_000}, goes_on=False, words=WRONG, by=cast.expert)  # fmt: skip
    deal.refresh_from_db()
    assert deal.state == State.TERMINATED
    assert money(deal) == (ONE, ONE - 100_000_000, 100_000_000, 0)
    # The books have it the moment it left the bank, before anybody looks.
    assert send_back(first.ref) == ONE - 100_000_000
    first.refresh_from_db()
    assert (first.released, first.returned) == (100_000_000, ONE - 100_000_000)
    assert money(deal) == (100_000_000, 0, 100_000_000, 0)
    look()
    assert money(deal) == (100_000_000, 0, 100_000_000, 0)
    sound(deal)


def test_what_a_mediator_gave_the_provider_is_invoiced(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, _second = deal.milestones.all()
    pay(first)
    deal = open_dispute(cast, deal)
    with later(3):
        actions.decide_dispute(deal=deal, parts={1: 100_000_000}, goes_on=True, words=WRONG, by=cast.expert)  # fmt: skip
        first.refresh_from_db()
        told = invoice_of(deal, first, "KV1")
        assert told is not None
        assert (told.amount, told.day) == (100_000_000, clock.today())


def test_a_decided_deal_may_go_on_to_its_end(cast):
    deal = make_deal(cast, State.PERFORMING)
    first, second = deal.milestones.all()
    pay(first)
    deal = open_dispute(cast, deal)
    actions.decide_dispute(deal=deal, parts={1: 0}, goes_on=True, words=WRONG, by=cast.expert)  # fmt: skip
    deal.refresh_from_db()
    assert (deal.state, deal.turn) == (State.PERFORMING, Turn.PROVIDER)
    pay(second)
    deliver(second, cast)
    actions.accept_work(milestone=second, by=cast.recipient)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED


def test_a_mediator_stands_apart(cast):
    deal = make_deal(cast, State.PERFORMING)
    actions.open_dispute(deal=deal, words=WRONG, by=cast.recipient)
    for person, why in ((cast.stranger, "expert"), (cast.provider_head, "expert")):
        with pytest.raises(RuleBroken, match=why):
            actions.name_mediator(deal=deal, person=person, by=cast.staff)
    with pytest.raises(PermissionDenied):
        actions.name_mediator(deal=deal, person=cast.expert, by=cast.recipient)


# ---------------------------------------------------------------------- royalties


FIGURES = {"sales": 2_000_000_000, "discounts": 50_000_000, "reductions": 0, "returns": 150_000_000}  # fmt: skip


def test_reports_follow_the_work_and_the_last_royalty_closes(cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    finish_work(cast, deal)
    deal.refresh_from_db()
    assert (deal.state, deal.turn) == (State.REPORTING, Turn.RECIPIENT)
    first, second, third = deal.reports.all()
    assert clock.local_day(deal.due_at) == first.due_on == first.last + timedelta(days=30)  # fmt: skip
    with pytest.raises(RuleBroken, match="not over"):
        actions.file_report(report=first, figures=FIGURES, by=cast.recipient)
    with later((third.last - clock.today()).days + 1):
        with pytest.raises(RuleBroken, match="every figure"):
            actions.file_report(report=first, figures={"sales": 1}, by=cast.recipient)
        with pytest.raises(PermissionDenied):
            actions.file_report(report=first, figures=FIGURES, by=cast.provider)
        first = actions.file_report(report=first, figures=FIGURES, by=cast.recipient)
        assert (first.base, first.royalty) == (1_800_000_000, 63_000_000)
        assert first.late_at is not None
        assert third.late_at is None
        none = dict.fromkeys(FIGURES, 0)
        assert actions.file_report(report=second, figures=none, by=cast.recipient).royalty == 10_000_000  # fmt: skip
        third = actions.file_report(report=third, figures=none, by=cast.recipient)
        assert third.late_at is None
        deal.refresh_from_db()
        assert (deal.state, deal.turn) == (State.REPORTING, Turn.RECIPIENT)
        before = stands(deal, deal.owed)
        pay(first)
        first.refresh_from_db()
        assert first.paid_at is not None
        assert stands(deal, deal.owed) == before + 63_000_000
        for report, state in ((second, State.REPORTING), (third, State.CLOSED)):
            pay(report)
            deal.refresh_from_db()
            assert deal.state == state
        sound(deal)


@pytest.fixture
def unpaid(cast):
    """A deal of which every report is filed and no royalty paid."""
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    finish_work(cast, deal)
    with later((deal.reports.last().last - clock.today()).days + 1):
        for report in deal.reports.all():
            actions.file_report(report=report, figures=FIGURES, by=cast.recipient)
    deal.refresh_from_db()
    return deal


def test_who_does_not_pay_the_royalty_is_chased_and_the_deal_stays_open(unpaid):
    last = unpaid.reports.last()
    filed = clock.local_day(last.filed_at)
    assert last.pay_by == filed + timedelta(days=dated.royalty_days_on(filed))
    assert clock.local_day(unpaid.due_at) == last.pay_by
    [order] = orders_of(last.ref)
    assert order.due_at is None
    for chased, turn in ((1, Turn.RECIPIENT), (2, Turn.STAFF)):
        with clock.telling(unpaid.due_at + timedelta(minutes=1)):
            look()
        unpaid.refresh_from_db()
        assert (unpaid.state, unpaid.chased, unpaid.turn) == (State.REPORTING, chased, turn)  # fmt: skip
    with later((last.pay_by - clock.today()).days + 60):
        pay(last)
    unpaid.refresh_from_db()
    assert (unpaid.state, unpaid.chased, unpaid.turn) == (State.REPORTING, 0, Turn.RECIPIENT)  # fmt: skip


def test_an_unpaid_royalty_is_disputed_and_decided(cast, unpaid):
    deal = open_dispute(cast, unpaid)
    actions.decide_dispute(deal=deal, parts={}, goes_on=True, words="Bên nhận phải trả đủ phí kỳ vụ", by=cast.expert)  # fmt: skip
    deal.refresh_from_db()
    assert deal.state == State.REPORTING
    actions.open_dispute(deal=deal, words="Bên nhận vẫn chưa trả phí kỳ vụ", by=cast.provider)  # fmt: skip
    pay(deal.reports.first())
    deal.refresh_from_db()
    assert deal.state == State.DISPUTED


def test_a_late_report_is_marked_once(cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    finish_work(cast, deal)
    first = deal.reports.first()
    with later((first.due_on - clock.today()).days + 1):
        assert actions.note_late_report(report=first, by=None)
        assert not actions.note_late_report(report=first, by=None)
        with pytest.raises(PermissionDenied):
            actions.note_late_report(report=first, by=cast.staff)


def test_a_milestone_without_a_price_needs_no_money(cast):
    free = tuple(replace(m, amount=0) for m in TERMS.milestones)
    deal = make_deal(cast, State.PERFORMING, replace(with_royalty(), milestones=free))
    for milestone in deal.milestones.all():
        deliver(milestone, cast)
        actions.accept_work(milestone=milestone, by=cast.recipient)
    deal.refresh_from_db()
    assert deal.state == State.REPORTING
    assert money(deal) == (0, 0, 0, 0)
