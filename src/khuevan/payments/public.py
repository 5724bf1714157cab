"""Ask for money for a thing, hear when it is paid, and read what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from khuevan.directory.public import Organisation, Person
from khuevan.platform.official.qr import qr_svg

from . import actions
from .fees import exchange_fee_on, fee_undecided_after
from .invoices import Invoice, invoice_file
from .models import Order
from .payables import register_payable
from .queries import (
    Totals,
    orders_of,
    orders_of_many,
    returned_on,
    totals,
    transfer_payload,
    view_of,
)
from .rules.books import Line, Payer, State
from .rules.standing import OrderView
from .rules.words import in_words


def open_order(
    *,
    subject: str,
    purpose: str,
    lines: Sequence[Line],
    payer: Person | None,
    beneficiary: Organisation,
    due_at: datetime | None,
    by: Person | None,
) -> OrderView:
    """Ask for money for a thing and return the order.

    `subject` is the thing's reference, `purpose` a code such as `dossier_fee`. An
    order whose lines the city's budget bears is paid at once. Raises RuleBroken.
    """
    order = actions.open_order(
        subject=subject,
        purpose=purpose,
        lines=lines,
        payer=payer,
        beneficiary=beneficiary,
        due_at=due_at,
        by=by,
    )
    return view_of(order)


def cancel_order(*, order_id: UUID, by: Person | None) -> OrderView:
    """Ask no longer; raises RuleBroken where the order is paid, or PermissionDenied."""
    return view_of(actions.cancel_order(order=Order.objects.get(pk=order_id), by=by))


def withdraw_orders(*, subject: str, purpose: str = "", by: Person | None) -> int:
    """Cancel every waiting order of a subject, or those of one purpose; return how many.

    The calling app has asked who may.
    """
    return actions.withdraw_orders(subject=subject, purpose=purpose, by=by)


def transfer_picture(*, order_id: UUID) -> str:
    """Return the VietQR picture (SVG) that pays what an order misses.

    "" where nothing is missing or the beneficiary has named no account.
    """
    order = Order.objects.get(pk=order_id)
    found = transfer_payload(order, view_of(order).missing)
    return qr_svg(found[1]) if found else ""


def take_cash(*, order_id: UUID, by: Person) -> OrderView:
    """Take what is missing in cash; raises RuleBroken or PermissionDenied."""
    credit = actions.take_cash(order=Order.objects.get(pk=order_id), by=by)
    return view_of(Order.objects.get(pk=credit.order_id))


def note_payout(
    *, subject: str, owner: Organisation, amount: int, number: str, by: Person | None
) -> str:
    """Note that a body paid whom it owes, by the bank's number; return that number.

    The daily comparison holds it against the bank's list. đồng. The same number again
    changes nothing. Without a number the sandbox makes the transfer, where there is one.
    Raises RuleBroken; the calling app has asked who may, and whether so much is owed.
    """
    return actions.note_payout(
        subject=subject, owner=owner, amount=amount, number=number, by=by
    ).transaction


def ask_refund(
    *, order_id: UUID, amount: int, note: str, by: Person | None
) -> OrderView:
    """Decide that some of a paid order goes back; đồng."""
    order = Order.objects.get(pk=order_id)
    return view_of(
        actions.ask_refund(order=order, amount=amount, note=note, by=by).order
    )


__all__ = [
    "Invoice",
    "Line",
    "OrderView",
    "Payer",
    "State",
    "Totals",
    "ask_refund",
    "cancel_order",
    "exchange_fee_on",
    "fee_undecided_after",
    "in_words",
    "invoice_file",
    "note_payout",
    "open_order",
    "orders_of",
    "orders_of_many",
    "register_payable",
    "returned_on",
    "take_cash",
    "totals",
    "transfer_picture",
    "withdraw_orders",
]
