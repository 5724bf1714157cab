"""What paying for a booking means to payments."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.payments.public import OrderView, register_payable

from .access import keeps_the_pool
from .actions import note_paid
from .models import Booking, Expert


def _booking(subject: str) -> Booking:
    return Booking.objects.select_related("expert").get(pk=UUID(subject.partition(":")[2]))  # fmt: skip


def _paid(subject: str, order: OrderView, by: Person | None) -> None:
    note_paid(booking=_booking(subject), order=order, by=by)


def _lock(subject: str) -> None:
    booking = _booking(subject)
    # As every action does: the expert first, the booking after.
    Expert.objects.select_for_update().filter(pk=booking.expert_id).first()
    Booking.objects.select_for_update().filter(pk=booking.pk).first()


register_payable(
    "experts.booking",
    on_paid=_paid,
    describe=lambda subject: _booking(subject).code,
    may_handle=lambda subject, person: keeps_the_pool(person),
    lock=_lock,
    payer_may_cancel=False,
    booked=True,
)
