"""What gateways tell, in whatever order and however often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError
from django.urls import reverse

from khuevan.journal.public import facts_about, facts_of
from khuevan.payments import actions
from khuevan.payments.models import Callback, Credit, Order, Receipt, Refund, Refusal
from khuevan.payments.payables import register_payable
from khuevan.payments.queries import view_of
from khuevan.payments.rules.books import RefundState, State
from khuevan.payments.sandbox import Plan, misreport, telling
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import FEE, make_cast, make_order, pay, payment, returned, tell


DOOR = "/payments/callback/sandbox/"


def send(client, told):
    return client.post(
        DOOR, told.body, content_type="application/json", headers=dict(told.headers)
    )


@pytest.mark.django_db(transaction=True)
def test_a_thousand_duplicates_over_several_connections_credit_once():
    order = make_order(make_cast())
    event = payment(order)

    def tell_many(times):
        try:
            for _ in range(times):
                tell(event)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell_many, [250] * 4))
    assert Credit.objects.filter(order=order).count() == 1
    assert Receipt.objects.count() == 1
    assert Callback.objects.get().times == 1_000
    order.refresh_from_db()
    assert order.state == State.PAID
    assert not Refund.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_receipt_numbers_have_no_gaps_when_many_pay_at_once():
    cast = make_cast()
    orders = [make_order(cast) for _ in range(12)]

    def pay_one(order):
        try:
            tell(payment(order))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pay_one, orders))
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [*range(1, 13)]


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_its_refund_told_at_the_same_moment_find_each_other():
    cast = make_cast()
    orders = [make_order(cast) for _ in range(12)]

    def tell_one(event):
        try:
            tell(event)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for order in orders:
            event = payment(order)
            list(pool.map(tell_one, [event, returned(event)]))
    assert set(Order.objects.values_list("state", flat=True)) == {State.REFUNDED}
    assert not Callback.objects.filter(outcome="waiting").exists()


def books_of(order):
    order.refresh_from_db()
    refunds = order.refunds.exclude(state=RefundState.FAILED)
    done = sum(r.amount for r in refunds if r.state == RefundState.DONE)
    to_do = sum(r.amount for r in refunds if r.state == RefundState.ASKED)
    told = sorted(Callback.objects.values_list("transaction", "outcome"))
    return order.state, view_of(order).received, done, to_do, told


@pytest.mark.parametrize("seed", range(25))
def test_any_order_and_duplication_of_callbacks_ends_in_the_same_books(cast, seed):
    chance = Random(seed)
    order = make_order(cast)
    first = payment(order, chance.choice([FEE, FEE // 2, FEE + 5_000]), "P1")
    second = payment(order, chance.choice([FEE, FEE // 2, 1_000]), "P2")
    back = returned(first, chance.randint(1, first.amount), "R1")
    events = [first, second, back]
    ends = []
    for run in range(4):
        plan = Plan(seed * 10 + run, most_copies=3, shuffled=True)
        point = transaction.savepoint()
        for told in misreport(events, plan):
            actions.take_callback(
                gateway="sandbox",
                event=next(e for e in events if e.transaction.encode() in told.body.split(b'"transaction": ')[1]),
                raw="",
            )  # fmt: skip
        ends.append(books_of(order))
        transaction.savepoint_rollback(point)
    assert ends == [ends[0]] * 4
    _, received, done, to_do, _ = ends[0]
    assert received == first.amount + second.amount
    assert done == back.amount
    assert to_do == max(0, received - done - min(FEE, received))


def test_a_paid_order_has_a_receipt_a_fact_and_wakes_its_subject(cast):
    woken = []
    register_payable(
        "thing.dossier", on_paid=lambda subject, order, by: woken.append((subject, order, by))
    )  # fmt: skip
    order = pay(make_order(cast))
    assert order.state == State.PAID
    [(subject, view, by)] = woken
    assert (subject, view.state, view.received, by) == (
        order.subject,
        State.PAID,
        FEE,
        None,
    )
    fact = facts_about(order.ref)[-1]
    assert fact.kind == "payments.order_paid"
    assert fact.figures["for"] == order.subject
    assert view.receipt_number.endswith("/0000001")


def test_money_stays_taken_when_the_subject_refuses_to_go_on(cast):
    def refuse(subject, order, by):
        raise RuleBroken("The dossier was withdrawn.")

    register_payable("thing.dossier", on_paid=refuse)
    order = pay(make_order(cast))
    assert order.state == State.PAID
    assert order.reaction_refused == "The dossier was withdrawn."


def test_a_fault_in_the_subjects_app_undoes_all_and_is_told_again(client, cast):
    def break_down(subject, order, by):
        raise ZeroDivisionError

    register_payable("thing.dossier", on_paid=break_down)
    order = make_order(cast)
    told = telling(payment(order))
    answer = send(client, told)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert not Callback.objects.exists()
    register_payable("thing.dossier", on_paid=lambda *_: None)
    assert send(client, told).status_code == 200
    order.refresh_from_db()
    assert order.state == State.PAID


def test_too_little_waits_and_too_much_goes_back(cast):
    order = pay(make_order(cast), 50_000)
    assert (order.state, view_of(order).missing) == (State.WAITING, 70_000)
    order = pay(order, 100_000)
    assert order.state == State.PAID
    [refund] = order.refunds.all()
    assert (refund.amount, refund.reason, refund.state) == (30_000, "surplus", "asked")


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_late_money_for_a_closed_order_is_recorded_and_to_be_returned(cast, how):
    order = make_order(cast)
    event = payment(order)
    if how == "cancelled":
        actions.cancel_order(order=order, by=cast.payer)
        tell(event)
    else:
        with clock.telling(order.due_at + timedelta(hours=1)):
            actions.expire_order(order=order, by=None)
            tell(event)
    order.refresh_from_db()
    assert order.state == how
    assert order.credits.get().amount == FEE
    assert order.refunds.get().amount == FEE
    assert not Receipt.objects.exists()


def test_a_refund_told_before_its_payment_waits_for_it(cast):
    order = make_order(cast)
    event = payment(order)
    tell(returned(event))
    assert Callback.objects.get().outcome == "waiting"
    tell(event)
    order.refresh_from_db()
    assert order.state == State.REFUNDED
    assert order.refunds.get().state == RefundState.DONE
    assert not Callback.objects.filter(outcome="waiting").exists()


def test_money_under_an_unknown_code_is_kept_and_can_be_entered(cast):
    order = make_order(cast)
    event = payment(order)
    lost = type(event)(event.kind, "TX-LOST", FEE, event.happened_at, "chuyen tien")
    tell(lost)
    kept = Callback.objects.get()
    assert kept.outcome == "unknown"
    actions.allocate(callback=kept, order=order, by=cast.operator)
    order.refresh_from_db()
    assert order.state == State.PAID
    with pytest.raises(RuleBroken, match="entered already"):
        actions.allocate(callback=kept, order=order, by=cast.operator)


def test_a_telling_that_contradicts_the_first_is_noted(cast):
    order = make_order(cast)
    tell(payment(order, FEE, "TX-A"))
    tell(payment(order, 1, "TX-A"))
    assert Callback.objects.get().contradicted
    assert order.credits.get().amount == FEE


def test_a_wrong_signature_is_refused_counted_and_nothing_kept(client, cast):
    order = make_order(cast)
    for _ in range(3):
        answer = send(client, telling(payment(order), forged=True))
        assert answer.status_code == 401
    assert not Callback.objects.exists()
    assert not Credit.objects.exists()
    assert Refusal.objects.get().count == 3
    [fact] = facts_of(["payments.callback_refused"])
    assert fact.figures == {"gateway": "sandbox"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"\xff", b'{"kind": "payment"}',
        b'{"kind": "payment", "transaction": "", "amount": 1, "happened_at": "2026-01-01T00:00:00+07:00"}',
        b'{"kind": "payment", "transaction": "x", "amount": -1, "happened_at": "2026-01-01T00:00:00+07:00"}',
        b'{"kind": "payment", "transaction": "x", "amount": 1, "happened_at": "2026-01-01T00:00:00"}',
        b'{"kind": "payment", "transaction": "\\u0000", "amount": 1, "happened_at": "2026-01-01T00:00:00+07:00"}',
    ],
)  # fmt: skip
def test_signed_nonsense_is_a_bad_request(client, db, body):
    from khuevan.payments.sandbox import HEADER, Telling, signature  # noqa: PLC0415

    assert send(client, Telling({HEADER: signature(body)}, body)).status_code == 400
    assert not Callback.objects.exists()


def test_the_door_needs_no_csrf_and_knows_its_gateways(db, cast):
    from django.test import Client  # noqa: PLC0415

    strict = Client(enforce_csrf_checks=True)
    told = telling(payment(make_order(cast)))
    assert send(strict, told).status_code == 200
    other = reverse("payments-callback", args=["nobody"])
    assert strict.post(other, b"", content_type="text/plain").status_code == 404
    assert strict.get(DOOR).status_code == 405


def test_the_database_itself_keeps_credits_as_they_are(cast):
    order = pay(make_order(cast))
    for change in (
        lambda: Credit.objects.update(amount=1),
        lambda: Credit.objects.all().delete(),
    ):
        with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
            change()
    assert order.credits.get().amount == FEE


def test_a_misbehaving_bank_ends_in_the_same_books_over_the_wire(client, cast):
    orders = [make_order(cast) for _ in range(5)]
    events = [payment(order) for order in orders]
    plan = Plan(57, most_copies=4, shuffled=True, forged=6)
    answers = [send(client, told).status_code for told in misreport(events, plan)]
    assert set(answers) == {200, 401}
    assert answers.count(401) == 6
    assert Credit.objects.count() == 5
    assert set(Order.objects.values_list("state", flat=True)) == {State.PAID}
