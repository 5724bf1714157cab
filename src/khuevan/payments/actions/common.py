"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from khuevan.directory.public import Person
from khuevan.payments.models import (
    Callback,
    Credit,
    Order,
    Receipt,
    ReceiptBook,
    Refund,
)
from khuevan.payments.payables import OnPaid, lock_subject, payable_of
from khuevan.payments.queries import receipt_number, view_of
from khuevan.payments.rules.books import (
    Books,
    RefundReason,
    RefundState,
    State,
)
from khuevan.payments.rules.reconciling import Kind
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(order: Order) -> Order:
    """Return the order again, its subject and then itself locked until the action ends."""
    lock_subject(order.subject)
    return Order.objects.select_for_update().get(pk=order.pk)


def one_at_a_time(gateway: str, transaction_name: str) -> None:
    """Let what is told of one transaction, and of its refund, be taken one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"payments:{gateway}:{transaction_name}"],
        )


def credit(
    order: Order,
    *,
    gateway: str,
    transaction_name: str,
    amount: int,
    happened_at: datetime,
    by: Person | None,
) -> Credit:
    """Enter money received for a locked order, and the refunds of it heard of before."""
    entered = Credit.objects.create(
        order=order,
        gateway=gateway,
        transaction=transaction_name,
        amount=amount,
        happened_at=happened_at,
        taken_by=by,
    )
    earlier = Callback.objects.filter(
        kind=Kind.REFUND,
        gateway=gateway,
        refund_of=transaction_name,
        outcome=Callback.Outcome.WAITING,
    )
    for told in earlier.select_for_update():
        enter_return(order, told)
        told.outcome = Callback.Outcome.TAKEN
        told.save(update_fields=["outcome"])
    return entered


def enter_return(order: Order, told: Callback) -> Refund:
    """Enter money the bank gave back by itself, for a locked order."""
    return Refund.objects.create(
        order=order,
        amount=told.amount,
        reason=RefundReason.BANK,
        state=RefundState.DONE,
        gateway=told.gateway,
        transaction=told.transaction,
        asked_at=told.happened_at,
        settled_at=told.happened_at,
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """How a locked order stands after its money moved."""

    books: Books
    newly_paid: bool
    receipt: str


def settle(order: Order, *, gateway: str = "", by: Person | None) -> Settled:
    """Bring a locked order up to its books: state, surplus to return, receipt, reaction."""
    books = order.books()
    _keep_surplus(order, books.surplus)
    before = State(order.state)
    order.state = books.state
    newly_paid = books.state is State.PAID and order.paid_at is None
    number = ""
    if newly_paid:
        order.paid_at = clock.now()
        order.paid_by = gateway
        number = _write_receipt(order) if order.amount else ""
        order.reaction_refused = _react(order, by)
    elif books.state is State.REFUNDED and before is not State.REFUNDED:
        order.reaction_refused = _react(order, by)
    if newly_paid or books.state is not before:
        order.save(update_fields=["state", "paid_at", "paid_by", "reaction_refused"])
    return Settled(books, newly_paid, number)


def _keep_surplus(order: Order, surplus: int) -> None:
    """Keep one refund to do for what is too much; it follows the books until sent."""
    open_ones = order.refunds.filter(
        reason=RefundReason.SURPLUS, state=RefundState.ASKED
    )
    if surplus == 0:
        open_ones.delete()
    elif not open_ones.update(amount=surplus):
        last = order.credits.order_by("-happened_at", "-transaction").first()
        Refund.objects.create(
            order=order,
            amount=surplus,
            reason=RefundReason.SURPLUS,
            state=RefundState.ASKED,
            gateway=last.gateway if last else "",
        )


def _write_receipt(order: Order) -> str:
    """Give the next number of the beneficiary's book of the year: no gaps, no doubles."""
    year = clock.today().year
    key: dict[str, Any] = {"organisation_id": order.beneficiary_id, "year": year}
    ReceiptBook.objects.get_or_create(**key)
    book = ReceiptBook.objects.select_for_update().get(**key)
    book.last += 1
    book.save(update_fields=["last"])
    receipt = Receipt.objects.create(
        order=order, number=book.last, amount=order.amount, **key
    )
    return receipt_number(receipt)


def _react(order: Order, by: Person | None) -> str:
    """Let the subject's app react; money stays taken even where it refuses."""
    payable = payable_of(order.subject)
    if payable is None:
        return ""
    refunded = order.state == State.REFUNDED
    return _told(payable.on_refunded if refunded else payable.on_paid, order, by)


def tell_returned(order: Order, by: Person | None) -> None:
    """Tell the subject's app that some of a locked order's money went back."""
    payable = payable_of(order.subject)
    if payable and (refused := _told(payable.on_returned, order, by)):
        order.reaction_refused = refused
        order.save(update_fields=["reaction_refused"])


def _told(reaction: OnPaid | None, order: Order, by: Person | None) -> str:
    if reaction is None:
        return ""
    try:
        with transaction.atomic():
            reaction(order.subject, view_of(order), by)
    except RuleBroken as refused:
        return str(refused)[:300]
    return ""
