"""Giving money back: decided, sent to the gateway, done or failed."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from khuevan.directory.public import Person
from khuevan.payments.access import may_handle
from khuevan.payments.facts import record_order
from khuevan.payments.gateways import OFFLINE
from khuevan.payments.models import Order, Refund
from khuevan.payments.payables import payable_of
from khuevan.payments.queries import view_of
from khuevan.payments.rules.books import RefundReason, RefundState, check_refund
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.ids import uuid7

from .common import locked, require, settle, tell_returned


SEND = "khuevan.payments_send_refund"


@transaction.atomic
def ask_refund(*, order: Order, amount: int, note: str, by: Person | None) -> Refund:
    """Decide that some of a paid order goes back, with a reason; đồng.

    Raises RuleBroken where the app that owns the subject holds the money or passed it on:
    then it goes back by what is decided there, and by nobody's hand.
    """
    order = locked(order)
    require(may_handle(by, order))
    payable = payable_of(order.subject)
    if by is not None and payable is not None:
        payable.check_refund(order.subject, view_of(order))
    check_refund(order.books(), amount)
    if len(note.strip()) < 10:
        raise RuleBroken(N_("Say it in at least ten characters."), field="note")
    last = order.credits.order_by("-happened_at", "-transaction").first()
    assert last is not None
    refund = Refund.objects.create(
        order=order,
        amount=amount,
        reason=RefundReason.ASKED,
        note=note.strip()[:300],
        state=RefundState.ASKED,
        gateway=last.gateway,
        asked_by=by,
    )
    record_order("refund_asked", order, by=by, refund=refund.ref, amount=amount)
    return refund


@transaction.atomic
def send_refund(*, refund: Refund, by: Person | None) -> Refund:
    """Hand a refund to its gateway: the worker tells it after this transaction.

    Cash is handed out at the counter: settle such a refund instead.
    """
    order = locked(refund.order)
    require(may_handle(by, order))
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.state != RefundState.ASKED:
        raise RuleBroken(N_("This refund was sent or settled already."))
    if refund.gateway in OFFLINE:
        raise RuleBroken(
            N_("This was paid in cash: hand it out at the counter and say so here.")
        )
    refund.state = RefundState.SENT
    refund.sent_at = clock.now()
    refund.save(update_fields=["state", "sent_at"])
    app.configure_task(SEND).defer(refund_id=str(refund.pk))
    record_order("refund_sent", order, by=by, refund=refund.ref, amount=refund.amount)
    return refund


@transaction.atomic
def retry_refund(*, refund: Refund, by: Person | None) -> Refund:
    """Put a decided refund that failed back among those to send.

    It keeps its key: a gateway that did move the money after all moves nothing twice.
    A surplus that failed is to do again by itself.
    """
    order = locked(refund.order)
    require(may_handle(by, order))
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.state != RefundState.FAILED or refund.reason != RefundReason.ASKED:
        raise RuleBroken(
            N_("Only a refund that was decided and failed is tried again.")
        )
    check_refund(order.books(), refund.amount)
    refund.state, refund.sent_at, refund.settled_at = RefundState.ASKED, None, None
    refund.save(update_fields=["state", "sent_at", "settled_at"])
    record_order("refund_asked", order, by=by, refund=refund.ref, amount=refund.amount)
    return refund


@transaction.atomic
def settle_refund(
    *, refund: Refund, done: bool, transaction_name: str = "", by: Person | None
) -> Refund:
    """Say how a refund ended; a surplus that failed to go back is to do again.

    Said again with the same end it changes nothing.
    """
    order = locked(refund.order)
    require(may_handle(by, order))
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    state = RefundState.DONE if done else RefundState.FAILED
    if refund.state == state:
        return refund
    if refund.state in {RefundState.DONE, RefundState.FAILED}:
        raise RuleBroken(N_("This refund was settled already."))
    refund.state = state
    refund.settled_at = clock.now()
    if done:
        refund.transaction = transaction_name or f"{refund.gateway}-{uuid7()}"
    refund.save(update_fields=["state", "settled_at", "transaction"])
    settled = settle(order, by=by)
    if done:
        tell_returned(order, by)
    record_order(
        f"refund_{state.value}",
        order,
        by=by,
        refund=refund.ref,
        amount=refund.amount,
        to_return=settled.books.surplus,
    )
    return refund
