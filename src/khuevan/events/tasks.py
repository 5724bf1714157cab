"""What the worker does for events: erase what guests gave once its time is over."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import erase_guests
from .dated import keep_on
from .models import Event


MOST = 500


def look() -> None:
    """Erase the guests of events that were over long enough ago."""
    before = clock.now() - timedelta(days=keep_on(clock.today()))
    rows = Event.objects.filter(
        ends_at__lte=before, registrations__person=None, registrations__erased_at=None
    )
    for event in rows.distinct().order_by("ends_at")[:MOST]:
        erase_guests(event=event, by=None)


@app.periodic(cron="20 3 * * *")
@app.task(name="khuevan.events_erase", queueing_lock="khuevan.events_erase")
def watch(timestamp: int = 0) -> None:
    """Look once a night."""
    look()
