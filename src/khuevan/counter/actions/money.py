"""The fees of a dossier: charged when it is filed, paid at any time, given back.

Ordinary fees do not stop the clock; only a duty on which the law makes the agency wait
does (services.md 4.1), and its payment lets the clock go on.
"""

from __future__ import annotations

from django.db import transaction

from khuevan.catalogue.public import Collect, FeeLine, Payer as Bearer
from khuevan.counter.charges import fee_lines_of
from khuevan.counter.definitions import definition_of
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Finance
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

from .common import locked, move


PURPOSE = "dossier_fee"


@transaction.atomic
def charge_fees(*, dossier: Dossier, by: Person | None) -> OrderView | None:
    """Ask for the fees due on receipt, once; return the order where there is one.

    `fee_due` is what the applicant owes, in đồng. Where the law or the city frees from
    every fee the dossier is exempt; where the procedure has none, nothing changes.
    """
    dossier = locked(dossier)
    if any(order.purpose == PURPOSE for order in orders_of(dossier.ref)):
        raise RuleBroken(N_("The fees of this dossier were charged already."))
    definition = definition_of(dossier)
    if not definition.fees:
        return None
    now_due = {f.code for f in definition.fees if f.collect is Collect.ON_RECEIPT}
    lines = [one for one in fee_lines_of(dossier) if one.amount and one.code in now_due]
    owed = sum(one.amount for one in lines if one.payer is Bearer.APPLICANT)
    dossier.fee_due = owed
    move(dossier, finance=Finance.NOTIFIED if owed else Finance.EXEMPT)
    dossier.save()
    order = None
    if lines:
        assert dossier.agency is not None
        order = open_order(
            subject=dossier.ref, purpose=PURPOSE, lines=[_line(one) for one in lines],
            payer=dossier.applicant, beneficiary=dossier.agency, due_at=None, by=by,
        )  # fmt: skip
    record_dossier("fee_charged", dossier, by=by, amount=owed, lines=len(lines))
    return order


@transaction.atomic
def close_fees(*, dossier: Dossier, by: Person | None) -> int:
    """Ask no longer for the fees of a dossier that ended; return what goes back, in đồng.

    What was paid goes back where nobody had accepted the dossier: no work was done for
    it. After acceptance the fee stays.
    """
    dossier = locked(dossier)
    if dossier.ended_at is None:
        raise RuleBroken(N_("The fees of a running dossier stay as they are."))
    cancelled = withdraw_orders(subject=dossier.ref, by=by)
    if cancelled and Finance(dossier.finance) in {Finance.NOTIFIED, Finance.WAITING}:
        move(dossier, finance=Finance.NONE)
        dossier.fee_due = 0
    back = 0 if dossier.accepted_at else _send_back(dossier)
    if back and Finance(dossier.finance) is Finance.PAID:
        move(dossier, finance=Finance.REFUNDED)
    dossier.save()
    if back:
        record_dossier("fee_returned", dossier, by=by, amount=back)
    return back


def _send_back(dossier: Dossier) -> int:
    back = 0
    for order in orders_of(dossier.ref):
        if order.state is State.PAID and order.amount:
            ask_refund(
                order_id=order.id, amount=order.amount,
                note=f"Hồ sơ {dossier.code} kết thúc trước khi được tiếp nhận", by=None,
            )  # fmt: skip
            back += order.amount
    return back


def _line(fee: FeeLine) -> Line:
    payer = Payer.CITY if fee.payer is Bearer.CITY_BUDGET else Payer.APPLICANT
    return Line(fee.code, fee.name, fee.amount, payer)
