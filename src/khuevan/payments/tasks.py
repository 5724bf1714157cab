"""What the worker does for payments: refunds, orders past their day, the daily comparison."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken, Unavailable

from .actions import compare_books, expire_order, reconcile_day, settle_refund
from .actions.refunds import SEND
from .gateways import RefundRefused, RefundWanted, gateway_named, gateways
from .models import Order, Refund
from .rules.books import RefundState, State
from .rules.reconciling import Kind, Movement


log = logging.getLogger(__name__)


@app.task(name=SEND, retry=RetryStrategy(max_attempts=10, exponential_wait=5))
def carry_out_refund(refund_id: str) -> None:
    """Tell the gateway to give money back; the same refund again moves nothing more."""
    refund = Refund.objects.get(pk=UUID(refund_id))
    if refund.state != RefundState.SENT:
        return
    gateway = gateway_named(refund.gateway)
    if gateway is None:
        settle_refund(refund=refund, done=False, by=None)
        return
    paid = refund.order.credits.filter(gateway=refund.gateway)
    wanted = RefundWanted(
        str(refund.pk),
        refund.amount,
        tuple(Movement(c.transaction, Kind.PAYMENT, c.amount) for c in paid),
    )
    try:
        transaction = gateway.refund(wanted)
    except RefundRefused:
        settle_refund(refund=refund, done=False, by=None)
    else:
        settle_refund(refund=refund, done=True, transaction_name=transaction, by=None)


def compare_day(day: date, gateway: str, by: Person | None) -> None:
    """Ask a gateway for its list of a day and compare it; raises Unavailable."""
    found = gateway_named(gateway)
    if found is not None:
        listed = found.statement(day)
        reconcile_day(day=day, gateway=gateway, listed=listed, by=by)


@app.periodic(cron="40 1 * * *")
@app.task(name="khuevan.payments_reconcile", queueing_lock="khuevan.payments_reconcile")
def reconcile_yesterday(timestamp: int = 0) -> None:
    """Compare yesterday with every gateway; one that does not answer stops no other."""
    day = clock.today() - timedelta(days=1)
    for name in gateways():
        try:
            compare_day(day, name, None)
        except Unavailable:
            log.warning("no statement", extra={"gateway": name}, exc_info=True)
    compare_books(day=day, by=None)


@app.periodic(cron="10 * * * *")
@app.task(name="khuevan.payments_expire", queueing_lock="khuevan.payments_expire")
def expire_orders(timestamp: int = 0) -> None:
    """Close orders whose last day to pay has passed."""
    late = Order.objects.filter(state=State.WAITING, due_at__lte=clock.now())
    for order in late.order_by("due_at")[:5_000]:
        try:
            expire_order(order=order, by=None)
        except RuleBroken:  # paid or cancelled meanwhile
            continue
