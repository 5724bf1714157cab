"""What the worker does for the counter: the watch on its clocks."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions.interlinking import close_ended, open_called
from .actions.watch import climb_ladder, close_expired, note_unreceived, wake_timers


@app.periodic(cron="*/5 * * * *")
@app.task(name="khuevan.counter_watch", queueing_lock="khuevan.counter_watch")
def watch(timestamp: int = 0) -> None:
    """Call out what nobody received, warn, wake timers, close what expired, interlink."""
    note_unreceived()
    climb_ladder()
    wake_timers()
    close_expired()
    open_called()
    close_ended()
