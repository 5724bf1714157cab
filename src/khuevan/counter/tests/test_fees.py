"""Fees: asked for when each is due, not to be avoided, waived on a ground."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.catalogue.public import Collect, Fee, FeeKind
from khuevan.counter import actions
from khuevan.counter.models import StoredPaper
from khuevan.counter.rules.states import Business, Delivery, Finance, Outcome
from khuevan.journal.public import facts_about
from khuevan.payments.public import State, orders_of, take_cash
from khuevan.payments.tests.factories import refund_of
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Duty

from .factories import definition, make_cast, make_dossier, waiting


def costs(amount: int, when: Collect) -> Fee:
    code = f"LP-{when.value}"
    return Fee(code, f"Lệ phí {when.value}", FeeKind.FEE, "other", when, amount=amount)


def cast_with(**fees: int):
    due = tuple(costs(amount, Collect[when.upper()]) for when, amount in fees.items())
    return make_cast(definition(fees=due))


@pytest.fixture
def at_filing(db):
    return cast_with(on_receipt=100_000)


@pytest.fixture
def at_return(db):
    return cast_with(on_return=7_000)


def pay_all(dossier, cast):
    for order in orders_of(dossier.ref):
        if order.state is State.WAITING:
            take_cash(order_id=order.id, by=cast.receiver)
    dossier.refresh_from_db()


def test_who_owes_a_fee_cannot_cancel_it(client, at_filing):
    dossier = make_dossier(Business.FILED, cast=at_filing)
    [order] = orders_of(dossier.ref)
    client.force_login(at_filing.citizen)
    page = client.get(reverse("payments-pay", args=[order.token])).text
    address = reverse("payments-cancel", args=[order.token])
    assert address not in page
    assert client.post(address).status_code == 403
    [order] = orders_of(dossier.ref)
    assert order.state is State.WAITING


def test_a_result_waits_for_its_fee_on_paper_and_on_screen(client, at_filing):
    dossier = make_dossier(Business.DECIDED, cast=at_filing)
    with pytest.raises(RuleBroken, match="not paid yet") as refused:
        actions.return_result(dossier=dossier, by=at_filing.receiver)
    assert refused.value.params["missing"] == 100_000
    dossier.refresh_from_db()
    assert (dossier.delivery, dossier.returned_at) == (Delivery.READY, None)
    client.force_login(at_filing.citizen)
    stored = StoredPaper.objects.get(from_dossier=dossier)
    result = reverse("dossier-result", args=[dossier.pk])
    kept = reverse("stored-file", args=[stored.pk])
    for address in (result, kept):
        assert client.get(address).url == reverse("dossier", args=[dossier.pk])
    pay_all(dossier, at_filing)
    for address in (result, kept):
        assert client.get(address)["Content-Type"] == "application/pdf"
    dossier = actions.return_result(dossier=dossier, by=at_filing.receiver)
    assert dossier.delivery == Delivery.HANDED_OVER


def test_the_head_waives_a_fee_on_a_ground_and_nobody_else_does(client, at_filing):
    dossier = make_dossier(Business.DECIDED, cast=at_filing)
    address = reverse("dossier-action", args=[dossier.pk, "waive"])
    client.force_login(at_filing.officer)
    assert (
        client.post(address, {"reason": "Điều 10 Luật Phí và lệ phí"}).status_code
        == 403
    )
    with pytest.raises(PermissionDenied):
        actions.waive_fees(
            dossier=dossier, reason="Điều 10 Luật Phí và lệ phí", by=at_filing.officer
        )
    with pytest.raises(RuleBroken, match="ground"):
        actions.waive_fees(dossier=dossier, reason=" ", by=at_filing.head)
    assert [o.state for o in orders_of(dossier.ref)] == [State.WAITING]
    client.force_login(at_filing.head)
    assert (
        client.post(address, {"reason": "Điều 10 Luật Phí và lệ phí"}).status_code
        == 302
    )
    dossier.refresh_from_db()
    assert (dossier.finance, dossier.fee_due) == (Finance.EXEMPT, 0)
    assert [o.state for o in orders_of(dossier.ref)] == [State.CANCELLED]
    assert facts_about(dossier.ref)[-1].figures["note"] == "Điều 10 Luật Phí và lệ phí"
    dossier = actions.return_result(dossier=dossier, by=at_filing.receiver)
    assert dossier.delivery == Delivery.HANDED_OVER


def test_fees_for_later_make_nobody_exempt_at_filing(at_return):
    dossier = make_dossier(Business.FILED, cast=at_return)
    assert (dossier.finance, dossier.fee_due) == (Finance.NONE, 0)
    assert orders_of(dossier.ref) == ()


def test_the_fee_of_the_result_is_asked_for_once_it_is_sealed(at_return):
    dossier = make_dossier(Business.DECIDED, cast=at_return)
    [order] = orders_of(dossier.ref)
    assert (order.amount, order.state) == (7_000, State.WAITING)
    assert (dossier.finance, dossier.fee_due) == (Finance.NOTIFIED, 7_000)
    with pytest.raises(RuleBroken, match="not paid yet"):
        actions.return_result(dossier=dossier, by=at_return.receiver)
    pay_all(dossier, at_return)
    dossier = actions.return_result(dossier=dossier, by=at_return.receiver)
    assert (dossier.finance, len(orders_of(dossier.ref))) == (Finance.PAID, 1)


def test_a_refusal_costs_no_fee_of_a_result(at_return):
    dossier = make_dossier(Business.IN_PROCESS, cast=at_return)
    actions.draft_result(dossier=dossier, outcome=Outcome.REJECTED, reason="Thiếu điều kiện", by=at_return.officer)  # fmt: skip
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=at_return.officer)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), outcome="ok", by=at_return.division)  # fmt: skip
    actions.sign_results(dossiers=[dossier], by=at_return.head)
    dossier = actions.seal_result(dossier=dossier, by=at_return.clerk)
    assert (dossier.business, orders_of(dossier.ref)) == (Business.DECIDED, ())


def test_the_fee_of_a_supplement_is_asked_for_when_it_comes_and_once(db):
    cast = cast_with(on_receipt=100_000, on_supplement=30_000)
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    pay_all(dossier, cast)
    assert (dossier.finance, len(orders_of(dossier.ref))) == (Finance.PAID, 1)
    item = dossier.requests.get().items.get()
    actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
    dossier = actions.complete_supplement(dossier=dossier, by=cast.citizen)
    assert (dossier.finance, dossier.fee_due) == (Finance.NOTIFIED, 130_000)
    assert actions.charge_fees(dossier=dossier, when=Collect.ON_SUPPLEMENT, by=None) is None  # fmt: skip
    assert [o.amount for o in orders_of(dossier.ref)] == [100_000, 30_000]
    pay_all(dossier, cast)
    assert dossier.finance == Finance.PAID


def test_stopping_keeps_what_was_paid_and_asks_for_the_rest_no_longer(db):
    cast = cast_with(on_receipt=100_000, on_supplement=30_000)
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    pay_all(dossier, cast)
    item = dossier.requests.get().items.get()
    actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
    dossier = actions.complete_supplement(dossier=dossier, by=cast.citizen)
    dossier = actions.stop_dossier(dossier=dossier, reason="Theo luật", by=cast.head)
    assert (dossier.finance, dossier.fee_due) == (Finance.PAID, 100_000)
    assert [o.state for o in orders_of(dossier.ref)] == [State.PAID, State.CANCELLED]


def test_a_fee_counts_as_refunded_once_the_money_went_back(client, at_filing):
    dossier = make_dossier(Business.FILED, cast=at_filing)
    pay_all(dossier, at_filing)
    dossier = actions.ask_withdrawal(dossier=dossier, by=at_filing.citizen)
    assert dossier.finance == Finance.REFUNDING
    refund = refund_of(dossier.ref)
    client.force_login(at_filing.head)
    page, address = reverse("payments-refunds"), reverse("payments-refund-move", args=[refund.pk])  # fmt: skip
    client.post(address, {"how": "failed"})
    dossier.refresh_from_db()
    assert dossier.finance == Finance.REFUNDING
    assert 'value="retry"' in client.get(page).text
    client.post(address, {"how": "retry"})
    client.post(address, {"how": "done"})
    dossier.refresh_from_db()
    assert dossier.finance == Finance.REFUNDED
    kinds = [f.kind for f in facts_about(dossier.ref)]
    assert kinds.count("counter.fee_refunded") == 1
