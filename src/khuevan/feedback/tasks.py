"""What the worker does for feedback: note limits that ran out."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import note_late
from .models import Petition


@app.periodic(cron="*/15 * * * *")
@app.task(name="khuevan.feedback_watch", queueing_lock="khuevan.feedback_watch")
def watch(timestamp: int = 0) -> None:
    """Note the limits of petitions that ran out since the last look."""
    late = Petition.objects.filter(
        clocks__ended_at=None,
        clocks__paused_at=None,
        clocks__late_at=None,
        clocks__due_at__lt=clock.now(),
    ).distinct()
    for petition in late.order_by("pk")[:5_000]:
        note_late(petition=petition, by=None)
