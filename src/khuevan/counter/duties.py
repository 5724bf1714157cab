"""The financial duty a dossier waits for, read from its orders."""

from __future__ import annotations

from khuevan.payments.public import OrderView, State, orders_of

from .models import Dossier


DUTY = "duty"
"""The purpose of a duty's order; a fee's is another one."""


def open_duty(dossier: Dossier) -> OrderView | None:
    """Return the duty the applicant was told of and has not paid; None without one."""
    waiting = (o for o in orders_of(dossier.ref) if o.state is State.WAITING)
    return next((o for o in waiting if o.purpose == DUTY), None)
