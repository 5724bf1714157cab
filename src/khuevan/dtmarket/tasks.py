"""What the worker does for DTMarket: note what waits longer than it may."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import note_late, note_repayment_late
from .models import Problem, Trial


MOST = 5_000
"""What one look does at most; the next look does the rest."""


@app.periodic(cron="10 1 * * *")
@app.task(name="khuevan.dtmarket_watch", queueing_lock="khuevan.dtmarket_watch")
def watch(timestamp: int = 0) -> None:
    """Look every night for problems and repayments whose day has passed."""
    today = clock.today()
    for problem in Problem.objects.filter(due_on__lt=today, late_at=None)[:MOST]:
        note_late(problem=problem, by=None)
    owed = Trial.objects.filter(repay_by__lt=today, repaid_at=None, repay_late_at=None)
    for trial in owed.select_related("answer__problem")[:MOST]:
        note_repayment_late(trial=trial, by=None)
