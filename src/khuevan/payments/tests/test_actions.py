"""Orders, cash, refunds, accounts and the comparison with the bank."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.journal.public import facts_about
from khuevan.payments import actions, public, tasks
from khuevan.payments.gateways import gateway_named, gateways
from khuevan.payments.models import (
    Order,
    Payout,
    Refund,
    SandboxMovement,
    StatementLine,
)
from khuevan.payments.payables import register_payable
from khuevan.payments.queries import order_list, orders_of, totals, transfer_payload
from khuevan.payments.rules.books import Line, Payer, RefundState, State
from khuevan.payments.rules.reconciling import Kind, Movement, Verdict
from khuevan.payments.rules.vietqr import parse
from khuevan.payments.sandbox import event_of, remember_payment
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import FEE, LINES, make_order, pay, tell


def test_an_order_asks_only_for_what_the_applicant_bears(cast):
    order = make_order(cast)
    [view] = orders_of(order.subject)
    assert (view.amount, view.covered, view.missing) == (FEE, 30_000, FEE)
    assert view.lines == LINES
    assert facts_about(order.ref)[-1].figures["for"] == order.subject


def test_an_order_the_city_bears_is_paid_at_once_without_a_receipt(cast):
    woken = []
    register_payable("thing.dossier", on_paid=lambda *told: woken.append(told))
    order = make_order(cast, lines=[Line("le_phi", "Lệ phí", 5, Payer.CITY)])
    assert order.state == State.PAID
    assert len(woken) == 1
    assert orders_of(order.subject)[0].receipt_number == ""
    assert not orders_of(order.subject)[0].online


def test_a_due_day_in_the_past_is_refused(cast):
    with pytest.raises(RuleBroken, match="lies in the past"):
        make_order(cast, due_at=clock.now())
    assert not Order.objects.exists()


def test_only_the_payer_and_the_beneficiary_cancel(cast):
    order = make_order(cast)
    for person in (cast.outsider, cast.inspector, cast.operator):
        with pytest.raises(PermissionDenied):
            actions.cancel_order(order=order, by=person)
    order.refresh_from_db()
    assert order.state == State.WAITING
    assert actions.cancel_order(order=order, by=cast.official).state == State.CANCELLED
    with pytest.raises(RuleBroken, match="Only an unpaid order"):
        actions.cancel_order(order=order, by=cast.official)


def test_a_payer_who_has_to_pay_cannot_cancel_and_the_beneficiary_can(cast):
    register_payable("thing.dossier", on_paid=lambda *_: None, payer_may_cancel=False)
    order = make_order(cast)
    with pytest.raises(PermissionDenied):
        actions.cancel_order(order=order, by=cast.payer)
    order.refresh_from_db()
    assert (order.state, order.closed_as) == (State.WAITING, "")
    assert actions.cancel_order(order=order, by=cast.official).state == State.CANCELLED


def test_the_owner_of_the_subject_may_let_others_handle_its_orders(cast):
    register_payable(
        "thing.dossier",
        on_paid=lambda *_: None,
        may_handle=lambda subject, person: person == cast.outsider,
    )
    credit = actions.take_cash(order=make_order(cast), by=cast.outsider)
    assert (credit.gateway, credit.amount) == ("cash", FEE)


def test_cash_is_taken_once_and_counts_as_offline(cast):
    order = make_order(cast)
    with pytest.raises(PermissionDenied):
        actions.take_cash(order=order, by=cast.payer)
    view = public.take_cash(order_id=order.pk, by=cast.official)
    assert (view.state, view.online) == (State.PAID, False)
    with pytest.raises(RuleBroken, match="Nothing is to pay"):
        actions.take_cash(order=order, by=cast.official)
    assert order.credits.count() == 1


def test_withdrawing_a_subject_cancels_what_waits_and_leaves_what_is_paid(cast):
    paid = pay(make_order(cast, subject="thing.dossier:x"))
    waiting = make_order(cast, subject="thing.dossier:x")
    assert actions.withdraw_orders(subject="thing.dossier:x", by=cast.payer) == 1
    paid.refresh_from_db()
    waiting.refresh_from_db()
    assert (paid.state, waiting.state) == (State.PAID, State.CANCELLED)


def test_the_worker_closes_orders_past_their_day(cast):
    order, later = make_order(cast), make_order(cast, due_at=None)
    tasks.expire_orders()
    with clock.telling(order.due_at + timedelta(minutes=1)):
        tasks.expire_orders()
    order.refresh_from_db()
    later.refresh_from_db()
    assert (order.state, later.state) == (State.EXPIRED, State.WAITING)


# ------------------------------------------------------------------ refunds


def test_a_refund_goes_from_asked_over_sent_to_done(cast):
    order = pay(make_order(cast))
    refund = actions.ask_refund(
        order=order, amount=FEE, note="Hồ sơ bị từ chối", by=cast.official
    )
    refund = actions.send_refund(refund=refund, by=cast.official)
    assert refund.state == RefundState.SENT
    for _ in range(2):
        tasks.carry_out_refund(str(refund.pk))
    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, order.state) == (RefundState.DONE, State.REFUNDED)
    assert SandboxMovement.objects.get(kind=Kind.REFUND).amount == FEE
    # The gateway also tells of it: nothing moves twice.
    tell(event_of(SandboxMovement.objects.get(kind=Kind.REFUND)))
    assert Refund.objects.count() == 1


def test_nobody_else_refunds_and_nothing_more_than_is_held(cast):
    order = pay(make_order(cast))
    with pytest.raises(PermissionDenied):
        actions.ask_refund(order=order, amount=1, note="x" * 10, by=cast.outsider)
    with pytest.raises(RuleBroken, match="Between 1 and 120000"):
        actions.ask_refund(order=order, amount=FEE + 1, note="x" * 10, by=cast.head)
    with pytest.raises(RuleBroken, match="ten characters"):
        actions.ask_refund(order=order, amount=FEE, note="ngắn", by=cast.head)
    assert not Refund.objects.exists()


def test_a_decided_refund_that_failed_is_tried_again_under_its_key(cast):
    order = pay(make_order(cast))
    refund = actions.ask_refund(order=order, amount=FEE, note="Hồ sơ bị từ chối", by=cast.official)  # fmt: skip
    refund = actions.send_refund(refund=refund, by=cast.official)
    with pytest.raises(RuleBroken, match="decided and failed"):
        actions.retry_refund(refund=refund, by=cast.official)
    assert order.refunds.get().state == RefundState.SENT
    refund = actions.settle_refund(refund=refund, done=False, by=None)
    with pytest.raises(PermissionDenied):
        actions.retry_refund(refund=refund, by=cast.outsider)
    assert order.refunds.get().state == RefundState.FAILED
    again = actions.retry_refund(refund=refund, by=cast.official)
    assert (again.pk, again.state, again.settled_at) == (refund.pk, RefundState.ASKED, None)  # fmt: skip
    actions.send_refund(refund=again, by=cast.official)
    tasks.carry_out_refund(str(again.pk))
    order.refresh_from_db()
    assert (order.refunds.get().state, order.state) == (RefundState.DONE, State.REFUNDED)  # fmt: skip


def test_a_surplus_that_failed_to_go_back_is_to_do_again(cast):
    order = pay(make_order(cast), FEE + 7)
    refund = actions.send_refund(refund=order.refunds.get(), by=cast.official)
    actions.settle_refund(refund=refund, done=False, by=None)
    assert sorted(order.refunds.values_list("state", "amount")) == [
        ("asked", 7), ("failed", 7),
    ]  # fmt: skip


def test_cash_goes_back_over_the_counter(cast):
    order = make_order(cast)
    actions.take_cash(order=order, by=cast.official)
    refund = actions.ask_refund(
        order=order, amount=5, note="Thu thừa 5 đồng", by=cast.head
    )
    with pytest.raises(RuleBroken, match="paid in cash"):
        actions.send_refund(refund=refund, by=cast.head)
    refund = actions.settle_refund(refund=refund, done=True, by=cast.head)
    assert refund.state == RefundState.DONE
    assert actions.settle_refund(refund=refund, done=True, by=cast.head) == refund
    with pytest.raises(RuleBroken, match="settled already"):
        actions.settle_refund(refund=refund, done=False, by=cast.head)


# -------------------------------------------------------------- reconciliation


def test_a_day_is_compared_and_every_difference_has_an_owner(cast):
    today = clock.today()
    matched, lost, ours = (make_order(cast) for _ in range(3))
    tell(event_of(remember_payment(matched.pay_reference, FEE)))
    remember_payment(lost.pay_reference, FEE)
    pay(ours)
    statement = actions.reconcile_day(
        day=today,
        gateway="sandbox",
        listed=gateway_named("sandbox").statement(today),
        by=cast.operator,
    )
    found = {line.order: line.verdict for line in statement.lines.all()}
    assert found == {
        matched: Verdict.MATCHED,
        lost: Verdict.MISSING_HERE,
        ours: Verdict.MISSING_THERE,
    }
    assert {line.owner for line in statement.lines.all()} == {cast.beneficiary}


def test_money_only_the_bank_knows_is_entered_from_its_list(cast):
    order = make_order(cast)
    remember_payment(order.pay_reference, FEE)
    tasks.compare_day(clock.today(), "sandbox", None)
    line = StatementLine.objects.get()
    with pytest.raises(PermissionDenied):
        actions.take_from_statement(line=line, by=cast.outsider)
    actions.take_from_statement(line=line, by=cast.official)
    order.refresh_from_db()
    assert order.state == State.PAID
    tasks.compare_day(clock.today(), "sandbox", None)
    assert StatementLine.objects.get().verdict == Verdict.MATCHED


def test_a_settled_difference_stays_settled_until_it_changes(cast):
    order = pay(make_order(cast))
    key = order.credits.get().transaction
    today = clock.today()

    def compare(listed):
        return actions.reconcile_day(
            day=today, gateway="sandbox", listed=listed, by=None
        )

    compare([])
    line = StatementLine.objects.get()
    actions.resolve_difference(line=line, note="Ngân hàng đã bổ sung", by=cast.official)
    compare([])
    assert StatementLine.objects.get().note == "Ngân hàng đã bổ sung"
    compare([Movement(key, Kind.PAYMENT, FEE - 1)])
    line = StatementLine.objects.get()
    assert (line.verdict, line.is_open) == (Verdict.DIFFERENT_AMOUNT, True)


def test_money_that_was_paid_out_is_looked_for_in_the_banks_list(cast):
    def paid_out(number, amount=500):
        return actions.note_payout(subject="deals.deal:1", owner=cast.beneficiary, amount=amount, number=number, by=cast.official)  # fmt: skip

    by_sandbox, by_hand, never = paid_out(""), paid_out("FT1"), paid_out("FT2", 700)
    assert paid_out("FT1") == by_hand
    with pytest.raises(RuleBroken, match="something else"):
        paid_out("FT1", 501)
    assert Payout.objects.count() == 3
    today = clock.today()
    tasks.compare_day(today, "sandbox", None)
    [line] = StatementLine.objects.filter(statement__gateway="sandbox")
    assert (line.transaction, line.verdict) == (by_sandbox.transaction, Verdict.MATCHED)
    # A bank's own list says that money left, not why.
    listed = [Movement("FT1", Kind.REFUND, 500), Movement("FT9", Kind.REFUND, 20)]
    actions.reconcile_day(day=today, gateway="transfer", listed=listed, by=None)
    lines = StatementLine.objects.filter(statement__gateway="transfer")
    assert {row.transaction: (row.verdict, row.owner) for row in lines} == {
        "FT1": (Verdict.MATCHED, cast.beneficiary),
        "FT2": (Verdict.MISSING_THERE, cast.beneficiary),
        "FT9": (Verdict.MISSING_HERE, None),
    }
    assert never.amount == 700


def test_a_transfer_without_its_number_is_not_noted_where_no_bank_is_invented(cast, settings):  # fmt: skip
    settings.PAYMENTS_SANDBOX = False
    with pytest.raises(RuleBroken, match="number of the transfer"):
        actions.note_payout(subject="x", owner=cast.beneficiary, amount=5, number=" ", by=None)  # fmt: skip
    assert not Payout.objects.exists()
    assert not SandboxMovement.objects.exists()


def test_a_day_to_come_and_a_person_without_the_post_cannot_compare(cast):
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(RuleBroken, match="still to come"):
        actions.reconcile_day(day=tomorrow, gateway="sandbox", listed=[], by=None)
    with pytest.raises(PermissionDenied):
        actions.reconcile_day(
            day=clock.today(), gateway="sandbox", listed=[], by=cast.official
        )


def test_the_nightly_comparison_takes_yesterday(cast):
    order = make_order(cast)
    remember_payment(order.pay_reference, FEE)
    with clock.telling(clock.now() + timedelta(days=1)):
        tasks.reconcile_yesterday()
    assert StatementLine.objects.get().verdict == Verdict.MISSING_HERE


# ------------------------------------------------------------ accounts, reading


def test_a_bodys_account_makes_a_transfer_picture(cast):
    order = make_order(cast)
    assert transfer_payload(order, FEE) is None
    account = {
        "bin": "970415",
        "bank": "VietinBank",
        "number": "113366",
        "holder": "TTPVHCC",
    }
    with pytest.raises(PermissionDenied):
        actions.name_account(organisation=cast.beneficiary, **account, by=cast.official)
    actions.name_account(organisation=cast.beneficiary, **account, by=cast.head)
    _, payload = transfer_payload(order, FEE)
    asked = parse(payload)
    assert (asked.amount, asked.words, asked.account) == (
        FEE,
        order.pay_reference,
        "113366",
    )
    with pytest.raises(RuleBroken, match="six digits"):
        actions.name_account(
            organisation=cast.beneficiary, **(account | {"bin": "1"}), by=cast.head
        )


def test_one_sees_ones_own_orders_and_those_of_ones_bodies(cast):
    order = make_order(cast)
    sees = {
        name: order in Order.objects.visible_to(person)
        for name, person in vars(cast).items() if name != "beneficiary"
    }  # fmt: skip
    assert sees == {
        "official": True, "head": True, "payer": True, "outsider": False,
        "operator": False, "inspector": True,
    }  # fmt: skip


def test_totals_add_up(cast):
    pay(make_order(cast), FEE + 10)
    actions.take_cash(order=make_order(cast), by=cast.official)
    make_order(cast)
    today = clock.today()
    found = totals(since=today, until=today, beneficiary=cast.beneficiary.pk)
    assert (found.orders, found.paid, found.paid_online) == (3, 2, 1)
    assert (found.asked, found.received) == (3 * FEE, 2 * FEE + 10)


def test_a_list_asks_a_fixed_number_of_queries(cast, django_assert_max_num_queries):
    for _ in range(5):
        pay(make_order(cast))
    person = type(cast.official).objects.get(pk=cast.official.pk)
    with django_assert_max_num_queries(5):
        rows, count = order_list(person, state="paid")
    assert (len(rows), count) == (5, 5)


def test_without_the_sandbox_there_is_no_gateway(settings):
    settings.PAYMENTS_SANDBOX = None
    assert gateways() == {}
    assert gateway_named("sandbox") is None


def test_orders_of_many_subjects_cost_three_queries(cast, django_assert_num_queries):
    subjects = [make_order(cast).subject for _ in range(4)]
    pay(Order.objects.get(subject=subjects[0]))
    with django_assert_num_queries(3):
        found = public.orders_of_many(subjects)
    assert [found[s][0].state for s in subjects] == [State.PAID, *[State.WAITING] * 3]
    assert found[subjects[0]][0].receipt_number
