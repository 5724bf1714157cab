"""What the platform itself does at service steps of a process.

`finance` tells the applicant of a financial duty the law makes the agency wait for:
the clock stands until it is settled. A message step `payment` after it waits for that.
"""

from __future__ import annotations

from khuevan.counter.definitions import process_of
from khuevan.counter.engine import finish, register_service
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Interval
from khuevan.counter.rules.clocks import Why
from khuevan.counter.rules.states import Finance, Stage
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.process.public import Kind, Node

from .common import forget, move


FINANCE, PAYMENT = "finance", "payment"


def begin_duty(dossier: Dossier, *, waiting: bool, by: Person | None) -> None:
    """Open a financial duty on a locked dossier; `waiting` stops its clock."""
    move(dossier, finance=Finance.WAITING if waiting else Finance.NOTIFIED)
    if waiting:
        Interval.objects.create(
            dossier=dossier, why=Why.FINANCE, stage=Stage.SETTLEMENT,
            starts_at=clock.now(),
        )  # fmt: skip
    dossier.save()
    forget(dossier)
    record_dossier("finance_asked", dossier, by=by, waiting=waiting)


def release_payment(dossier: Dossier) -> None:
    """Let a dossier go on that stood at a step waiting for its payment."""
    process = process_of(dossier)
    for step in dossier.work.waiting().filter(kind=Kind.MESSAGE):
        if process.by_id[step.node].service == PAYMENT:
            finish(dossier, step, by=None, outcome=dossier.finance)


def _ask_duty(dossier: Dossier, node: Node) -> None:
    if Finance(dossier.finance) is not Finance.WAITING:
        begin_duty(dossier, waiting=True, by=None)


register_service(FINANCE, _ask_duty)
