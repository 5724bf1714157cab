"""Hearing that a dossier's order is paid."""

from __future__ import annotations

from django.db import transaction

from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Finance
from khuevan.directory.public import Person
from khuevan.payments.public import OrderView

from .clocks import settle_finance
from .common import forget, locked, move
from .money import PURPOSE


@transaction.atomic
def note_paid(*, dossier: Dossier, order: OrderView, by: Person | None) -> Dossier:
    """Note that an order of a dossier is paid; a clock that waited for it goes on.

    The fee for filing is nothing a clock waits for: paid while a duty is open, it lets
    that wait stand.
    """
    dossier = locked(dossier)
    if not order.amount:
        return dossier  # the city's budget bore it: the applicant paid nothing
    dossier.paid_online = dossier.paid_online or order.online
    fee = order.purpose == PURPOSE
    waited = Finance(dossier.finance) is Finance.WAITING and not fee
    if Finance(dossier.finance) is Finance.NOTIFIED:
        move(dossier, finance=Finance.PAID)
    dossier.save()
    forget(dossier)
    record_dossier("fee_paid", dossier, by=by, amount=order.amount, online=order.online)
    if waited:
        return settle_finance(dossier=dossier, by=None)
    return dossier
