"""Hearing that a dossier's order is paid, or that its money went back."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.owing import DUTY
from khuevan.counter.rules.states import Finance
from khuevan.counter.tally import ended_on
from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, State, orders_of

from .common import forget, locked, move
from .duties import note_duty_paid


@transaction.atomic
def note_paid(*, dossier: Dossier, order: OrderView, by: Person | None) -> Dossier:
    """Note that an order of a dossier is paid; a clock that waited for it goes on.

    The fee for filing is nothing a clock waits for: paid while a duty is open, it lets
    that wait stand. While something else is still owed the dossier stays "to be paid".
    """
    dossier = locked(dossier)
    if not order.amount:
        return dossier  # the city's budget bore it: the applicant paid nothing
    told = _after_the_end(dossier, order)
    dossier.paid, dossier.paid_online = True, dossier.paid_online or order.online
    if Finance(dossier.finance) is Finance.NOTIFIED and not _owes_more(dossier, order):
        move(dossier, finance=Finance.PAID)
    dossier.save()
    forget(dossier)
    record_dossier(
        "fee_paid", dossier, by=by, amount=order.amount, online=order.online, **told
    )
    if order.purpose == DUTY:
        return note_duty_paid(dossier=dossier, paying=order.id, by=None)
    return dossier


@transaction.atomic
def note_refunded(*, dossier: Dossier, order: OrderView, by: Person | None) -> Dossier:
    """Note that what was paid for an order went back; the last one ends the refund."""
    dossier = locked(dossier)
    others = (o for o in orders_of(dossier.ref) if o.id != order.id)
    held = any(o.state is State.PAID and o.amount for o in others)
    if Finance(dossier.finance) is Finance.REFUNDING and not held:
        move(dossier, finance=Finance.REFUNDED)
    dossier.save()
    record_dossier("fee_refunded", dossier, by=by, amount=order.amount)
    return dossier


def _after_the_end(dossier: Dossier, order: OrderView) -> dict[str, Any]:
    """Return what changes for those who count a decided dossier on the day it ended."""
    told = ended_on(dossier)
    return told and {
        **told,
        "fee": dossier.fee_due,
        "first": not dossier.paid,
        "first_online": order.online and not dossier.paid_online,
    }


def _owes_more(dossier: Dossier, paying: OrderView) -> bool:
    others = (o for o in orders_of(dossier.ref) if o.id != paying.id)
    return any(order.state is State.WAITING for order in others)
