"""What orders are for: the app that owns a payable thing says so here.

Money is known only by the reference of its subject. The app that owns the subject
registers, for each of its models, what happens when an order is paid (in the same
transaction), how the thing is called, and who may handle its orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from khuevan.directory.public import Person

from .rules.standing import OrderView


FEES = "Biên lai thu phí, lệ phí"
"""What most receipts are; see `register_payable`."""
OnPaid = Callable[[str, OrderView, Person | None], None]


def _nobody(subject: str, person: Person) -> bool:
    return False


def _nothing(subject: str) -> None:
    """Lock nothing."""


def _freely(subject: str, order: OrderView) -> None:
    """Let every refund be."""


def _its_code(subject: str) -> str:
    return ""


@dataclass(frozen=True)
class Payable:
    """How orders for one model behave."""

    on_paid: OnPaid
    describe: Callable[[str], str] = _its_code
    may_handle: Callable[[str, Person], bool] = _nobody
    lock: Callable[[str], None] = _nothing
    payer_may_cancel: bool = True
    on_refunded: OnPaid | None = None
    on_returned: OnPaid | None = None
    check_refund: Callable[[str, OrderView], None] = _freely
    paper: str = FEES
    booked: bool = False


_payables: dict[str, Payable] = {}


def register_payable(
    model: str,
    *,
    on_paid: OnPaid,
    describe: Callable[[str], str] = _its_code,
    may_handle: Callable[[str, Person], bool] = _nobody,
    lock: Callable[[str], None] = _nothing,
    payer_may_cancel: bool = True,
    on_refunded: OnPaid | None = None,
    on_returned: OnPaid | None = None,
    check_refund: Callable[[str, OrderView], None] = _freely,
    paper: str = FEES,
    booked: bool = False,
) -> None:
    """Say what orders for things of `app.model` mean; the same model again replaces it.

    `on_paid(subject, order, by)` runs in the transaction that takes the money; what it
    refuses (RuleBroken) is noted on the order and undoes only its own writing.
    `describe(subject)` is shown to whoever holds the order's address: no personal
    data. `may_handle(subject, person)` lets more people than the beneficiary's cancel,
    take cash and refund. `lock(subject)` locks the subject's row; it is called before
    the order is locked, so that both are always locked in one order.
    `payer_may_cancel` is False where the payer cannot choose not to pay after all.
    `on_refunded(subject, order, by)` runs like `on_paid` once all of it went back,
    `on_returned(subject, order, by)` whenever some of it did: by decision, or because
    the bank took it back. `check_refund(subject, order)` raises RuleBroken where nobody
    gives the money back by hand, as it is held or passed on; what the app itself sends
    back (`by` is None) is not asked. `paper` is what the receipt is called, in the
    language of papers: only fees have a receipt of fees. `booked` tells that the app
    enters this money in `books`: the daily comparison holds both against each other.
    """
    _payables[model] = Payable(
        on_paid, describe, may_handle, lock, payer_may_cancel, on_refunded,
        on_returned, check_refund, paper, booked,
    )  # fmt: skip


def payable_of(subject: str) -> Payable | None:
    """Return what is registered for the model of a subject."""
    return _payables.get(subject.partition(":")[0])


def describe(subject: str) -> str:
    """Return what a subject is called, "" where nobody says."""
    payable = payable_of(subject)
    return payable.describe(subject) if payable else ""


def paper_of(subject: str) -> str:
    """Return what a receipt for a subject is called."""
    payable = payable_of(subject)
    return payable.paper if payable else FEES


def is_booked(subject: str) -> bool:
    """Tell whether the money of a subject stands in books."""
    payable = payable_of(subject)
    return payable is not None and payable.booked


def lock_subject(subject: str) -> None:
    """Lock the row of a subject, where its app says how."""
    payable = payable_of(subject)
    if payable:
        payable.lock(subject)
