"""What a dossier's applicant still owes, read from its orders."""

from __future__ import annotations

from khuevan.payments.public import OrderView, State, orders_of

from .models import Dossier


DUTY, FEE = "duty", "dossier_fee"
"""The purposes of a dossier's orders: a duty of the law, or what the procedure costs."""


def waiting_orders(dossier: Dossier, *purposes: str) -> list[OrderView]:
    """Return the orders not paid yet, of all purposes or of some."""
    waiting = (o for o in orders_of(dossier.ref) if o.state is State.WAITING)
    return [o for o in waiting if not purposes or o.purpose in purposes]


def open_duty(dossier: Dossier) -> OrderView | None:
    """Return the duty the applicant was told of and has not paid; None without one."""
    return next(iter(waiting_orders(dossier, DUTY)), None)


def owed(dossier: Dossier) -> int:
    """Return what the applicant still has to pay, in đồng."""
    return sum(order.missing for order in waiting_orders(dossier))
