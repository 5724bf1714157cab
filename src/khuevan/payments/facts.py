"""The facts payments leaves in the journal: how they are written, how they read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Order


def record_order(
    kind: str,
    order: Order,
    *,
    by: Person | None,
    occurred_at: datetime | None = None,
    **figures: Any,
) -> int:
    """Write one fact about an order, with where it stands after the fact.

    The figure `for` is the subject's reference: apps above react to it.
    """
    standing = {
        "for": order.subject,
        "state": order.state,
        "beneficiary": str(order.beneficiary_id),
    }
    return record(
        f"payments.{kind}",
        subject=order.ref,
        by=by,
        occurred_at=occurred_at,
        **standing,
        **figures,
    )


WORDS: dict[str, str] = {
    "payments.order_opened": N_("%(amount)s đồng was asked for"),
    "payments.order_paid": N_("The order was paid; receipt %(receipt)s"),
    "payments.credit_taken": N_("%(amount)s đồng was received"),
    "payments.order_cancelled": N_("The order was cancelled"),
    "payments.order_expired": N_("The order was not paid in time"),
    "payments.attempt_started": N_("Somebody went to the gateway %(gateway)s to pay"),
    "payments.refund_asked": N_("A refund of %(amount)s đồng was decided"),
    "payments.refund_sent": N_("A refund of %(amount)s đồng was sent"),
    "payments.refund_done": N_("%(amount)s đồng went back to the payer"),
    "payments.refund_failed": N_("A refund of %(amount)s đồng failed"),
    "payments.callback_kept": N_("The gateway told of money we know no order for"),
    "payments.callback_refused": N_("A message with a wrong signature was refused"),
    "payments.payout_noted": N_("%(amount)s đồng left for whom it was owed to"),
    "payments.day_reconciled": N_("A day was compared with the bank's list"),
    "payments.difference_resolved": N_("A difference with the bank's list was settled"),
    "payments.books_differ": N_("Books and bank differ by %(off)s đồng"),
    "payments.book_difference_resolved": N_(
        "A difference between books and bank was settled"
    ),
    "payments.account_named": N_("The account money goes to was named"),
}
"""What each kind of fact says on a timeline."""
