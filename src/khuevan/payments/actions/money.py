"""Taking money: what gateways tell, cash at the counter, what only the bank's list knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.payments.access import may_handle, may_reconcile
from khuevan.payments.facts import record_order
from khuevan.payments.gateways import CASH, Event
from khuevan.payments.models import Callback, Credit, Order, Refund, Refusal
from khuevan.payments.rules.books import RefundState
from khuevan.payments.rules.reconciling import Kind
from khuevan.payments.rules.references import find_reference
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.ids import uuid7

from .common import (
    credit,
    enter_return,
    locked,
    one_at_a_time,
    require,
    settle,
    tell_returned,
)


@transaction.atomic
def take_callback(
    *, gateway: str, event: Event, raw: str, by: Person | None = None
) -> Callback:
    """Take what a gateway told of one movement; told again, it changes nothing.

    Money is a fact of the world: for an order no longer open it is recorded and
    becomes a refund to do; for an order we do not know the telling is kept.
    """
    one_at_a_time(gateway, event.refund_of or event.transaction)
    told, is_new = Callback.objects.get_or_create(
        gateway=gateway,
        kind=event.kind,
        transaction=event.transaction,
        defaults={
            "reference": event.reference,
            "refund_of": event.refund_of,
            "refund_key": event.refund_key,
            "amount": event.amount,
            "happened_at": event.happened_at,
            "raw": raw[:10_000].replace("\0", " "),
            "outcome": Callback.Outcome.TAKEN,
        },
    )
    if not is_new:
        return _told_again(told, event)
    if event.kind is Kind.REFUND:
        return _take_return(told, by)
    return _take_payment(told, by)


def _told_again(told: Callback, event: Event) -> Callback:
    told = Callback.objects.select_for_update().get(pk=told.pk)
    told.times += 1
    told.contradicted |= (told.amount, told.reference) != (
        event.amount,
        event.reference,
    )
    told.save(update_fields=["times", "contradicted"])
    return told


def _take_payment(told: Callback, by: Person | None) -> Callback:
    code = find_reference(told.reference)
    order = Order.objects.filter(pay_reference=code).first() if code else None
    if order is None:
        return _keep(told, Callback.Outcome.UNKNOWN, by)
    _take_credit(
        order, told.gateway, told.transaction, told.amount, told.happened_at, by
    )
    return told


def _keep(told: Callback, outcome: Callback.Outcome, by: Person | None) -> Callback:
    told.outcome = outcome
    told.save(update_fields=["outcome"])
    record(
        "payments.callback_kept",
        subject=told.ref,
        by=by,
        gateway=told.gateway,
        outcome=outcome.value,
        amount=told.amount,
    )
    return told


def _take_credit(
    order: Order,
    gateway: str,
    transaction_name: str,
    amount: int,
    happened_at: datetime,
    by: Person | None,
) -> Credit:
    """Credit an order once and record what came of it."""
    order = locked(order)
    entered = credit(
        order,
        gateway=gateway,
        transaction_name=transaction_name,
        amount=amount,
        happened_at=happened_at,
        by=by,
    )
    settled = settle(order, gateway=gateway, by=by)
    figures: dict[str, Any] = {
        "gateway": gateway,
        "amount": amount,
        "credit": entered.ref,
        "missing": settled.books.missing,
        "to_return": settled.books.surplus,
    }
    if settled.newly_paid:
        record_order("order_paid", order, by=by, receipt=settled.receipt, **figures)
    else:
        record_order("credit_taken", order, by=by, **figures)
    return entered


def _take_return(told: Callback, by: Person | None) -> Callback:
    """Find which refund a gateway told of: its own transaction, our key, its payment."""
    asked = Refund.objects.filter(gateway=told.gateway, transaction=told.transaction)
    wanted = asked.first() or _asked_under(told.refund_key)
    paid = Credit.objects.filter(gateway=told.gateway, transaction=told.refund_of)
    entered = paid.select_related("order").first()
    if wanted is None and entered is None:
        return _keep(told, Callback.Outcome.WAITING, by)
    order = locked(wanted.order if wanted else entered.order)  # type: ignore[union-attr]
    refund = _done(wanted, told) if wanted else enter_return(order, told)
    settled = settle(order, by=by)
    tell_returned(order, by)
    record_order(
        "refund_done",
        order,
        by=by,
        refund=refund.ref,
        amount=refund.amount,
        to_return=settled.books.surplus,
    )
    return told


def _asked_under(key: str) -> Refund | None:
    digits = key.replace("-", "").lower()
    if len(digits) != 32 or set(digits) - set("0123456789abcdef"):
        return None
    return Refund.objects.filter(pk=digits).select_related("order").first()


def _done(refund: Refund, told: Callback) -> Refund:
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    refund.state = RefundState.DONE
    refund.amount = told.amount
    refund.gateway, refund.transaction = told.gateway, told.transaction
    refund.settled_at = told.happened_at
    refund.save()
    return refund


@transaction.atomic
def take_cash(*, order: Order, by: Person) -> Credit:
    """Take what is missing in cash at the counter."""
    order = locked(order)
    require(may_handle(by, order))
    missing = order.books().missing
    if not missing:
        raise RuleBroken(N_("Nothing is to pay for this order any more."))
    return _take_credit(order, CASH, f"cash-{uuid7()}", missing, clock.now(), by)


@transaction.atomic
def allocate(*, callback: Callback, order: Order, by: Person | None) -> Credit:
    """Enter money that came under an unknown code for the order it was meant for."""
    require(may_reconcile(by))
    one_at_a_time(callback.gateway, callback.transaction)
    callback = Callback.objects.select_for_update().get(pk=callback.pk)
    if callback.outcome != Callback.Outcome.UNKNOWN:
        raise RuleBroken(N_("This money was entered already."))
    callback.outcome = Callback.Outcome.TAKEN
    callback.save(update_fields=["outcome"])
    return _take_credit(
        order,
        callback.gateway,
        callback.transaction,
        callback.amount,
        callback.happened_at,
        by,
    )


@transaction.atomic
def count_refusal(*, gateway: str, by: Person | None = None) -> int:
    """Count a callback with a wrong signature; the first of an hour leaves one fact."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    row, is_new = Refusal.objects.get_or_create(gateway=gateway, hour=hour)
    row = Refusal.objects.select_for_update().get(pk=row.pk)
    row.count += 1
    row.save(update_fields=["count"])
    if is_new:
        record("payments.callback_refused", subject=row.ref, by=by, gateway=gateway)
    return row.count
