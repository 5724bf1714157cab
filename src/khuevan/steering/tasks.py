"""What the worker does for steering: the hourly watch."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions.watch import climb_ladder, follow_indicators, note_overdue


@app.periodic(cron="5 * * * *")
@app.task(name="khuevan.steering_watch", queueing_lock="khuevan.steering_watch")
def watch(timestamp: int = 0) -> None:
    """Note what fell overdue, remind whom the ladder names, follow bound indicators."""
    note_overdue()
    climb_ladder()
    follow_indicators()
