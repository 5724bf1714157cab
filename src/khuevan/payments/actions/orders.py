"""Opening and closing orders, going to a gateway, naming accounts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.payments.access import may_cancel, may_keep_accounts
from khuevan.payments.facts import record_order
from khuevan.payments.models import Account, Attempt, Order, OrderLine
from khuevan.payments.payables import lock_subject
from khuevan.payments.rules.books import Line, Payer, State, check_lines, total
from khuevan.payments.rules.references import DIGITS, make_reference
from khuevan.payments.rules.vietqr import Transfer, build
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require, settle


@transaction.atomic
def open_order(
    *,
    subject: str,
    purpose: str,
    lines: Sequence[Line],
    payer: Person | None,
    beneficiary: Organisation,
    due_at: datetime | None,
    by: Person | None,
) -> Order:
    """Ask for money for a thing and return the order.

    Whether the thing may cost this is the calling app's to decide. Where the city's
    budget bears every line there is nothing to pay: the order is paid at once,
    without a receipt. Raises RuleBroken for lines that make no order.
    """
    told = tuple(lines)
    check_lines(told)
    _check_due(due_at)
    lock_subject(subject)
    order = Order.objects.create(
        subject=subject,
        purpose=purpose,
        pay_reference=_new_reference(),
        payer=payer,
        beneficiary=beneficiary,
        amount=total(told, Payer.APPLICANT),
        due_at=due_at,
    )
    _write_lines(order, told)
    settle(order, by=by)
    record_order(
        "order_opened",
        order,
        by=by,
        amount=order.amount,
        covered=total(told, Payer.CITY),
        purpose=purpose,
        due_at=due_at,
    )
    return order


def _check_due(due_at: datetime | None) -> None:
    if due_at is not None and due_at <= clock.now():
        raise RuleBroken(N_("The last day to pay lies in the past."), field="due_at")


def _write_lines(order: Order, told: tuple[Line, ...]) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=n, code=line.code, name=line.name,
                  amount=line.amount, payer=line.payer)
        for n, line in enumerate(told, 1)
    )  # fmt: skip


def _new_reference() -> str:
    """Draw a code that no order has: of 10**9, so that one drawing nearly always does."""
    while True:
        code = make_reference(secrets.randbelow(10**DIGITS))
        if not Order.objects.filter(pay_reference=code).exists():
            return code


@transaction.atomic
def cancel_order(*, order: Order, by: Person | None) -> Order:
    """Ask no longer; what was paid in part becomes a refund to do."""
    order = locked(order)
    require(may_cancel(by, order))
    return _close(order, State.CANCELLED, by)


@transaction.atomic
def withdraw_orders(*, subject: str, purpose: str = "", by: Person | None) -> int:
    """Cancel every waiting order of a subject, or those of one purpose; return how many.

    For the app that owns the subject: it has asked its own rules who may.
    """
    lock_subject(subject)
    rows = Order.objects.select_for_update().filter(
        subject=subject, state=State.WAITING
    )
    if purpose:
        rows = rows.filter(purpose=purpose)
    waiting = list(rows.order_by("pk"))
    for order in waiting:
        _close(order, State.CANCELLED, by)
    return len(waiting)


@transaction.atomic
def expire_order(*, order: Order, by: Person | None) -> Order:
    """Close an order whose last day to pay has passed; a late payment is sent back."""
    order = locked(order)
    require(by is None)
    if order.due_at is None or order.due_at > clock.now():
        raise RuleBroken(N_("This order can still be paid."))
    return _close(order, State.EXPIRED, by)


def _close(order: Order, state: State, by: Person | None) -> Order:
    if order.state != State.WAITING:
        raise RuleBroken(
            N_("Only an unpaid order can be closed. Refund a paid one instead.")
        )
    order.closed_as = state
    order.closed_at = clock.now()
    order.save(update_fields=["closed_as", "closed_at"])
    settled = settle(order, by=by)
    record_order(f"order_{state.value}", order, by=by, to_return=settled.books.surplus)
    return order


@transaction.atomic
def start_attempt(*, order: Order, gateway: str, by: Person | None) -> Attempt:
    """Note that somebody goes to a gateway to pay what is missing.

    Anybody with the order's address may pay it. Raises RuleBroken where nothing is
    to pay.
    """
    order = locked(order)
    missing = order.books().missing
    if not missing:
        raise RuleBroken(N_("Nothing is to pay for this order any more."))
    attempt = Attempt.objects.create(order=order, gateway=gateway, amount=missing)
    record_order("attempt_started", order, by=by, gateway=gateway, amount=missing)
    return attempt


@transaction.atomic
def name_account(
    *,
    organisation: Organisation,
    bin: str,  # noqa: A002 - the banks' own word
    bank: str,
    number: str,
    holder: str,
    by: Person | None,
) -> Account:
    """Say on which bank account a body receives money; the journal keeps the one before."""
    require(may_keep_accounts(by, organisation))
    build(Transfer(bin, number))
    for field, text in (("bank", bank), ("holder", holder)):
        if not text.strip():
            raise RuleBroken(N_("Name the bank and the holder."), field=field)
    account, _ = Account.objects.update_or_create(
        organisation=organisation,
        defaults={"bin": bin, "bank": bank.strip(), "number": number,
                  "holder": holder.strip()},
    )  # fmt: skip
    record(
        "payments.account_named",
        subject=account.ref,
        by=by,
        organisation=organisation.ref,
        bin=bin,
        number=number,
    )
    return account
