"""What the clock does at reception points."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions import note_missed_bookings


@app.periodic(cron="*/15 * * * *")
@app.task(name="khuevan.centre_watch", queueing_lock="khuevan.centre_watch")
def watch(timestamp: int = 0) -> None:
    """Mark the appointments nobody came to."""
    note_missed_bookings()
