"""What the worker does for the pool: look at its clocks."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import chase, remind_of_application
from .models import Booking, Expert
from .rules.bookings import CHASED_TWICE
from .rules.pool import WAITING


MOST = 2_000
"""What one look does at most; the next look does the rest."""


def look() -> None:
    """Do what the clock asks for now."""
    now = clock.now()
    late = Booking.objects.live().filter(due_at__lte=now, chased__lt=CHASED_TWICE)
    for booking in late.order_by("due_at")[:MOST]:
        chase(booking=booking, by=None)
    waiting = Expert.objects.filter(standing__in=WAITING, reminded=False)
    for expert in waiting.filter(due_at__lte=now).order_by("due_at")[:MOST]:
        remind_of_application(expert=expert, by=None)


@app.periodic(cron="*/10 * * * *")
@app.task(name="khuevan.experts_watch", queueing_lock="khuevan.experts_watch")
def watch(timestamp: int = 0) -> None:
    """Look every ten minutes."""
    look()
