"""The fees of a dossier: charged when each is due, paid at any time, waived, given back.

Ordinary fees do not stop the clock; only a duty on which the law makes the agency wait
does (services.md 4.1), and its payment lets the clock go on.
"""

from __future__ import annotations

from django.db import transaction

from khuevan.catalogue.public import Collect, FeeLine, Payer as Bearer
from khuevan.counter.access import may_lead
from khuevan.counter.charges import fee_lines_of
from khuevan.counter.definitions import definition_of
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.owing import FEE, waiting_orders
from khuevan.counter.rules.states import Finance
from khuevan.counter.tally import ended_on
from khuevan.directory.public import Person
from khuevan.payments.public import (
    Line,
    OrderView,
    Payer,
    State,
    ask_refund,
    open_order,
    orders_of,
    withdraw_orders,
)
from khuevan.platform.errors import N_, RuleBroken

from .common import forget, locked, move, require


@transaction.atomic
def charge_fees(
    *, dossier: Dossier, when: Collect = Collect.ON_RECEIPT, by: Person | None
) -> OrderView | None:
    """Ask for the fees collected at a moment; return the order where there is one.

    Each fee is asked for once: a second call asks for nothing more. `fee_due` grows by
    what the applicant owes, in đồng. Where the law or the city frees from every fee the
    dossier is exempt; where none is collected at this moment, nothing changes.
    """
    dossier = locked(dossier)
    fees = {f.code for f in definition_of(dossier).fees if f.collect is when}
    asked = {line.code for o in orders_of(dossier.ref) for line in o.lines}
    if not fees - asked:
        return None
    lines = [
        one for one in fee_lines_of(dossier) if one.amount and one.code in fees - asked
    ]
    amount = sum(one.amount for one in lines if one.payer is Bearer.APPLICANT)
    dossier.fee_due += amount
    _move_to_owed(dossier, amount)
    dossier.save()
    order = None
    if lines:
        assert dossier.agency is not None
        order = open_order(
            subject=dossier.ref, purpose=FEE, lines=[_line(one) for one in lines],
            payer=dossier.applicant, beneficiary=dossier.agency, due_at=None, by=by,
        )  # fmt: skip
    record_dossier("fee_charged", dossier, by=by, amount=amount, lines=len(lines))
    return order


def _move_to_owed(dossier: Dossier, amount: int) -> None:
    """Note that something is owed; a clock that waits for a duty goes on waiting."""
    held = Finance(dossier.finance)
    if amount and held is not Finance.WAITING:
        move(dossier, finance=Finance.NOTIFIED)
    elif held is Finance.NONE:
        move(dossier, finance=Finance.EXEMPT)


@transaction.atomic
def waive_fees(*, dossier: Dossier, reason: str, by: Person) -> Dossier:
    """Ask for the unpaid fees no longer: the head's act, on a ground of the law.

    What was paid in part goes back. Raises RuleBroken where no fee is open.
    """
    dossier = locked(dossier)
    require(may_lead(by, dossier))
    waiting = waiting_orders(dossier, FEE)
    if not waiting:
        raise RuleBroken(N_("No fee of this dossier is unpaid."))
    if not reason.strip():
        raise RuleBroken(N_("Name the ground on which the fee is waived."), field="reason")  # fmt: skip
    amount = sum(order.amount for order in waiting)
    withdraw_orders(subject=dossier.ref, purpose=FEE, by=by)
    dossier.fee_due -= amount
    if Finance(dossier.finance) is Finance.NOTIFIED and not waiting_orders(dossier):
        paid = _paid_orders(dossier)
        move(dossier, finance=Finance.PAID if paid else Finance.EXEMPT)
    dossier.save()
    forget(dossier)
    record_dossier(
        "fee_waived", dossier, by=by, amount=amount, note=reason.strip(),
        left=dossier.fee_due, paid_online=dossier.paid_online, **ended_on(dossier),
    )  # fmt: skip
    return dossier


@transaction.atomic
def close_fees(*, dossier: Dossier, by: Person | None) -> int:
    """Ask no longer for the fees of a dossier that ended; return what will go back, in đồng.

    What was paid goes back where nobody had accepted the dossier: no work was done for
    it. It counts as refunded once the money moved (`note_refunded`). After acceptance
    the fee stays.
    """
    dossier = locked(dossier)
    if dossier.ended_at is None:
        raise RuleBroken(N_("The fees of a running dossier stay as they are."))
    cancelled = withdraw_orders(subject=dossier.ref, by=by)
    if cancelled and Finance(dossier.finance) in {Finance.NOTIFIED, Finance.WAITING}:
        paid = _paid_orders(dossier)
        move(dossier, finance=Finance.PAID if paid else Finance.NONE)
        dossier.fee_due = sum(order.amount for order in paid if order.purpose == FEE)
    back = 0 if dossier.accepted_at else _send_back(dossier)
    if back and Finance(dossier.finance) is Finance.PAID:
        move(dossier, finance=Finance.REFUNDING)
    dossier.save()
    if back:
        record_dossier("fee_returned", dossier, by=by, amount=back)
    return back


def _send_back(dossier: Dossier) -> int:
    paid = _paid_orders(dossier)
    for order in paid:
        ask_refund(
            order_id=order.id, amount=order.amount,
            note=f"Hồ sơ {dossier.code} kết thúc trước khi được tiếp nhận", by=None,
        )  # fmt: skip
    return sum(order.amount for order in paid)


def _paid_orders(dossier: Dossier) -> list[OrderView]:
    """Return what the applicant paid; what the city's budget bore is not among it."""
    return [o for o in orders_of(dossier.ref) if o.state is State.PAID and o.amount]


def _line(fee: FeeLine) -> Line:
    payer = Payer.CITY if fee.payer is Bearer.CITY_BUDGET else Payer.APPLICANT
    return Line(fee.code, fee.name, fee.amount, payer)
