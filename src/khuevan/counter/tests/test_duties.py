"""A financial duty: named with its sum, paid through the gateway, and the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.counter import actions
from khuevan.counter.rules.states import Business, Finance, Status
from khuevan.journal.public import facts_about
from khuevan.payments.public import State, orders_of, take_cash
from khuevan.payments.tests.factories import expire_orders, make_account
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import make_dossier, name_duty, settle_duty
from .test_life import at, told_at


@pytest.fixture
def examined(cast):
    return make_dossier(Business.IN_PROCESS, cast=cast)


def facts_of(dossier, kind):
    return [f for f in facts_about(dossier.ref) if f.kind == f"counter.{kind}"]


def test_a_duty_goes_from_the_notice_through_the_gateway_to_the_clock(
    client, settings, cast
):
    settings.PAYMENTS_SANDBOX = True
    with told_at("23/11/2026 08:30"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    make_account(cast.commune)
    notify = reverse("dossier-action", args=[dossier.pk, "finance"])
    said = {"what": "Tiền sử dụng đất, thông báo 12/TB", "amount": "12000000", "due_on": "2026-12-10", "waiting": "on"}  # fmt: skip
    with told_at("25/11/2026 09:00"):
        client.force_login(cast.officer)
        assert client.post(notify, said).status_code == 302
        dossier.refresh_from_db()
        assert (dossier.status, dossier.finance) == (Status.FINANCE, Finance.WAITING)
        client.force_login(cast.citizen)
        page = client.get(reverse("dossier", args=[dossier.pk])).text
        for shown in ("12.000.000", "10/12/2026", "thông báo 12/TB", "<svg"):
            assert shown in page
    [order] = orders_of(dossier.ref)
    assert (order.amount, order.purpose) == (12_000_000, "duty")
    assert reverse("payments-pay", args=[order.token]) in page
    with told_at("26/11/2026 09:00"):
        bank = client.post(reverse("payments-start", args=[order.token]), {"gateway": "sandbox"}).url  # fmt: skip
        assert client.post(bank, {"behaviour": "twice"}).status_code == 302
    dossier.refresh_from_db()
    [order] = orders_of(dossier.ref)
    assert (order.state, order.receipt_number[:4]) == (State.PAID, "2026")
    assert (dossier.status, dossier.finance) == (Status.IN_PROCESS, Finance.PAID)
    assert dossier.paid_online
    assert dossier.due_at == at("30/11/2026 17:00")
    assert not dossier.intervals.filter(ends_at=None).exists()
    assert len(facts_of(dossier, "finance_settled")) == 1


def test_a_duty_no_clock_waits_for_is_paid_while_the_work_goes_on(cast, examined):
    due = examined.due_at
    dossier = name_duty(examined, cast, waiting=False)
    assert (dossier.status, dossier.finance) == (Status.IN_PROCESS, Finance.NOTIFIED)
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=cast.receiver)
    dossier.refresh_from_db()
    assert (dossier.finance, dossier.due_at) == (Finance.PAID, due)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("what", " "), ("due_on", None), ("due_on", clock.today() - timedelta(days=1))],
)
def test_a_duty_without_a_ground_or_a_day_is_not_asked_for(
    cast, examined, field, wrong
):
    said = {"what": "Thuế", "amount": 1, "due_on": clock.today() + timedelta(days=9)}
    with pytest.raises(RuleBroken) as refused:
        actions.ask_finance(dossier=examined, **said | {field: wrong}, waiting=True, by=cast.officer)  # fmt: skip
    assert refused.value.field == field
    examined.refresh_from_db()
    assert (examined.finance, orders_of(examined.ref)) == (Finance.NONE, ())
    assert not examined.intervals.exists()


def test_one_duty_is_open_at_a_time(cast, examined):
    dossier = name_duty(examined, cast)
    with pytest.raises(RuleBroken, match="open already"):
        name_duty(dossier, cast)
    assert len(orders_of(dossier.ref)) == 1


def test_strangers_notify_no_duty(cast, examined):
    with pytest.raises(PermissionDenied):
        actions.ask_finance(dossier=examined, what="Thuế", amount=1, due_on=clock.today(), by=cast.stranger)  # fmt: skip
    assert orders_of(examined.ref) == ()


def test_a_duty_whose_day_passed_may_be_named_again_in_the_same_wait(cast, examined):
    with told_at("24/11/2026 09:00"):
        dossier = name_duty(examined, cast)
    with told_at("10/12/2026 09:00"):
        expire_orders()
        assert [o.state for o in orders_of(dossier.ref)] == [State.EXPIRED]
        dossier = name_duty(dossier, cast)
    assert (dossier.finance, dossier.intervals.count()) == (Finance.WAITING, 1)
    assert [o.state for o in orders_of(dossier.ref)] == [State.EXPIRED, State.WAITING]


def test_a_dossier_that_ends_asks_for_its_duty_no_longer(cast, examined):
    dossier = name_duty(examined, cast)
    dossier = actions.stop_dossier(dossier=dossier, reason="Theo luật", by=cast.head)
    [order] = orders_of(dossier.ref)
    assert (order.state, dossier.finance) == (State.CANCELLED, Finance.NONE)


def test_settling_by_hand_keeps_its_proof_and_closes_the_order(cast, examined):
    dossier = name_duty(examined, cast)
    dossier = settle_duty(dossier, cast)
    [order] = orders_of(dossier.ref)
    assert (order.state, dossier.finance) == (State.CANCELLED, Finance.PAID)
    [fact] = facts_of(dossier, "finance_settled")
    assert fact.figures["note"] == "Biên lai kho bạc 0012345"
    assert fact.figures["exempt"] is False


def test_settling_by_hand_without_proof_changes_nothing(cast, examined):
    dossier = name_duty(examined, cast)
    with pytest.raises(RuleBroken) as refused:
        actions.settle_finance(dossier=dossier, note="  ", by=cast.officer)
    assert refused.value.field == "note"
    dossier.refresh_from_db()
    [order] = orders_of(dossier.ref)
    assert (order.state, dossier.finance) == (State.WAITING, Finance.WAITING)
    assert facts_of(dossier, "finance_settled") == []
