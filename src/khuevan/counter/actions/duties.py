"""A financial duty: named with its sum, paid or settled, and what it does to the clock.

A duty is money the law asks for in the course of the work (land-use money, a tax), not
the fee for filing. Only one the law makes the agency wait for stops the clock
(services.md 4.1), and only once the applicant was told what to pay: the days count as
theirs from the notice to the payment.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from khuevan.counter.access import may_work
from khuevan.counter.engine import register_service
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Interval
from khuevan.counter.owing import DUTY, open_duty
from khuevan.counter.rules.clocks import Why
from khuevan.counter.rules.states import Business, Finance, Stage
from khuevan.counter.timing import due_of, give_due
from khuevan.directory.public import Person
from khuevan.journal.public import facts_about
from khuevan.payments.public import Line, State, open_order, orders_of, withdraw_orders
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import Node

from .common import forget, locked, move, release_payment, require, require_state


SERVICE = "finance"
"""The service step at which a process waits for the duty; `payment` is its message."""


@transaction.atomic
def ask_finance(
    *,
    dossier: Dossier,
    what: str,
    amount: int,
    due_on: date | None,
    waiting: bool = False,
    by: Person | None,
) -> Dossier:
    """Tell the applicant what to pay, in đồng, until the end of which day, and for what.

    `waiting` stops the clock until it is paid. An amount of 0 says that the law frees
    from the duty: nothing is asked, and the work goes on. A duty whose last day passed
    unpaid may be named again.
    """
    dossier = locked(dossier)
    require(by is None or may_work(by, dossier))
    require_state(dossier, Business.ACCEPTED, Business.IN_PROCESS)
    if open_duty(dossier) is not None:
        raise RuleBroken(N_("A financial duty is open already."))
    if not what.strip():
        raise RuleBroken(N_("Say what is to be paid, and by which notice."), field="what")  # fmt: skip
    if amount == 0:
        return _settled(dossier, exempt=True, note=what.strip(), paying=None, by=by)
    if due_on is None or due_on < clock.today():
        raise RuleBroken(N_("Name a last day to pay that has not passed."), field="due_on")  # fmt: skip
    _open(dossier, what.strip(), amount, due_on, by)
    if waiting:
        _stop_clock(dossier)
    elif Finance(dossier.finance) is not Finance.WAITING:
        move(dossier, finance=Finance.NOTIFIED)
    dossier.save()
    forget(dossier)
    record_dossier(
        "finance_asked", dossier, by=by, waiting=waiting, amount=amount,
        due_on=due_on.isoformat(),
    )  # fmt: skip
    return dossier


@transaction.atomic
def settle_finance(
    *, dossier: Dossier, exempt: bool = False, note: str, by: Person
) -> Dossier:
    """Note that the open duty was paid elsewhere, or that the law frees from it.

    `note` is the number of the receipt or the ground of the relief; it stays in the
    fact. The order that waited is closed, the clock goes on.
    """
    dossier = locked(dossier)
    require(may_work(by, dossier))
    waits = Finance(dossier.finance) is Finance.WAITING
    if not waits and open_duty(dossier) is None:
        raise RuleBroken(N_("No financial duty is open."))
    if not note.strip():
        raise RuleBroken(
            N_("Name the receipt, or the ground on which the law frees from it."), field="note"
        )  # fmt: skip
    withdraw_orders(subject=dossier.ref, purpose=DUTY, by=by)
    return _settled(dossier, exempt=exempt, note=note.strip(), paying=None, by=by)


@transaction.atomic
def note_duty_paid(*, dossier: Dossier, paying: UUID, by: Person | None) -> Dossier:
    """Let a dossier go on whose duty's order is being paid just now."""
    return _settled(locked(dossier), exempt=False, note="", paying=paying, by=by)


def _settled(
    dossier: Dossier, *, exempt: bool, note: str, paying: UUID | None, by: Person | None
) -> Dossier:
    waited = Finance(dossier.finance) is Finance.WAITING
    dossier.intervals.filter(why=Why.FINANCE, ends_at=None).update(ends_at=clock.now())
    move(dossier, finance=_finance_after(dossier, exempt, paying))
    if waited and Business(dossier.business) is Business.ACCEPTED:
        # Status 6 goes on as 4: a dossier that waited for money is in process.
        move(dossier, business=Business.IN_PROCESS)
    if waited:
        give_due(dossier, due_of(dossier))
    release_payment(dossier, Finance.EXEMPT if exempt else Finance.PAID)
    dossier.save()
    forget(dossier)
    record_dossier("finance_settled", dossier, by=by, exempt=exempt, note=note)
    return dossier


def _finance_after(dossier: Dossier, exempt: bool, paying: UUID | None) -> Finance:
    """Return how the money stands once the duty is settled: a fee may still be owed."""
    others = [order for order in orders_of(dossier.ref) if order.id != paying]
    if any(order.state is State.WAITING for order in others):
        return Finance.NOTIFIED
    paid = any(order.state is State.PAID and order.amount for order in others)
    if exempt and not paid and Finance(dossier.finance) is not Finance.PAID:
        return Finance.EXEMPT
    return Finance.PAID


def _open(
    dossier: Dossier, what: str, amount: int, due_on: date, by: Person | None
) -> None:
    assert dossier.agency is not None
    open_order(
        subject=dossier.ref, purpose=DUTY, lines=[Line(DUTY, what, amount)],
        payer=dossier.applicant, beneficiary=dossier.agency,
        due_at=clock.end_of_day(due_on), by=by,
    )  # fmt: skip


def _stop_clock(dossier: Dossier) -> None:
    if Finance(dossier.finance) is Finance.WAITING:
        return
    move(dossier, finance=Finance.WAITING)
    Interval.objects.create(
        dossier=dossier, why=Why.FINANCE, stage=Stage.SETTLEMENT, starts_at=clock.now()
    )


def _wait_for_duty(dossier: Dossier, node: Node) -> None:
    """Stop the clock at the process's step, for the duty that was named before it.

    A duty settled already holds nothing up. Where none was named the step before stays
    with whoever has to name it: no clock stands for a sum nobody knows.
    """
    if open_duty(dossier) is not None:
        _stop_clock(dossier)
        dossier.save()
        forget(dossier)
    elif any(f.kind == "counter.finance_settled" for f in facts_about(dossier.ref)):
        exempt = Finance(dossier.finance) is Finance.EXEMPT
        release_payment(dossier, Finance.EXEMPT if exempt else Finance.PAID)
    else:
        raise RuleBroken(
            N_("Notify the financial duty first (what, how much, until when; 0 đồng where the law frees from it), then finish this step.")
        )  # fmt: skip


register_service(SERVICE, _wait_for_duty)
