"""What paying for a dossier means to payments."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, register_payable

from .access import may_receive_at
from .actions.paying import note_paid, note_refunded
from .models import Dossier


def _dossier(subject: str) -> Dossier:
    return Dossier.objects.get(pk=UUID(subject.partition(":")[2]))


def _paid(subject: str, order: OrderView, by: Person | None) -> None:
    note_paid(dossier=_dossier(subject), order=order, by=by)


def _refunded(subject: str, order: OrderView, by: Person | None) -> None:
    note_refunded(dossier=_dossier(subject), order=order, by=by)


def _lock(subject: str) -> None:
    key = UUID(subject.partition(":")[2])
    Dossier.objects.select_for_update().filter(pk=key).first()


def _describe(subject: str) -> str:
    return _dossier(subject).code or ""


def _may_handle(subject: str, person: Person) -> bool:
    dossier = _dossier(subject)
    points = (dossier.receiving_point_id, dossier.return_point_id)
    return any(may_receive_at(person, point) for point in points)


register_payable(
    "counter.dossier",
    on_paid=_paid,
    describe=_describe,
    may_handle=_may_handle,
    lock=_lock,
    payer_may_cancel=False,
    on_refunded=_refunded,
)
