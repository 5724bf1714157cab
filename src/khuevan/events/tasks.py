"""What the worker does for events: remind of tomorrow's, erase what guests gave in time."""

from __future__ import annotations

from datetime import time, timedelta

from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import erase_guests, remind
from .dated import keep_on
from .models import Event
from .rules.events import State


MOST = 500


def look() -> None:
    """Erase the guests of events that were over long enough ago."""
    before = clock.now() - timedelta(days=keep_on(clock.today()))
    rows = Event.objects.filter(
        ends_at__lte=before, registrations__person=None, registrations__erased_at=None
    )
    for event in rows.distinct().order_by("ends_at")[:MOST]:
        erase_guests(event=event, by=None)


def look_ahead() -> None:
    """Remind who registered of the events of tomorrow, each once."""
    tomorrow = clock.today() + timedelta(days=1)
    rows = Event.objects.filter(
        state=State.PUBLISHED, starts_at__gte=clock.at_local(tomorrow, time.min),
        starts_at__lte=clock.end_of_day(tomorrow),
    )  # fmt: skip
    for event in rows.order_by("starts_at"):
        remind(event=event, by=None)


@app.periodic(cron="10 * * * *")
@app.task(name="khuevan.events_remind", queueing_lock="khuevan.events_remind")
def watch_tomorrow(timestamp: int = 0) -> None:
    """Look every hour: what is published late is reminded of too."""
    look_ahead()


@app.periodic(cron="20 3 * * *")
@app.task(name="khuevan.events_erase", queueing_lock="khuevan.events_erase")
def watch(timestamp: int = 0) -> None:
    """Look once a night."""
    look()
