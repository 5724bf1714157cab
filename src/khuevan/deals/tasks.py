"""What the worker does for deals: chase the silent, mark late reports, ask, enter returns."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import ask_both, chase, note_late_report, note_returned
from .dated import survey_days_on
from .models import Deal, Milestone, RoyaltyReport


MOST = 5_000
"""What one look does at most; the next look does the rest."""


def look() -> None:
    """Do what the clock asks for now."""
    for deal in Deal.objects.live().filter(due_at__lte=clock.now()).order_by("due_at")[:MOST]:  # fmt: skip
        chase(deal=deal, by=None)
    late = RoyaltyReport.objects.filter(filed_at=None, late_at=None, due_on__lt=clock.today())  # fmt: skip
    for report in late.select_related("deal").order_by("due_on")[:MOST]:
        note_late_report(report=report, by=None)
    longest = max(survey_days_on(clock.today()))
    first = min(survey_days_on(clock.today()))
    introduced = Deal.objects.filter(
        agreed_at=None,
        introduced_at__lte=clock.now() - timedelta(days=first),
        introduced_at__gte=clock.now() - timedelta(days=2 * longest),
    )
    for deal in introduced.order_by("introduced_at")[:MOST]:
        ask_both(deal=deal, by=None)
    for milestone in Milestone.objects.filter(returned__lt=F("returning")).select_related("deal")[:MOST]:  # fmt: skip
        note_returned(milestone=milestone, by=None)


@app.periodic(cron="*/10 * * * *")
@app.task(name="khuevan.deals_watch", queueing_lock="khuevan.deals_watch")
def watch(timestamp: int = 0) -> None:
    """Look every ten minutes."""
    look()
