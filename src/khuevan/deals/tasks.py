"""What the worker does for deals: follow contracts, keep prices, chase the silent, ask."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from khuevan.journal.public import Fact, batch
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.readers import register

from .actions import ask_both, chase, note_late_report, warn_unprotected
from .dated import survey_days_on
from .joining import follow, keep_price
from .models import Deal, RoyaltyReport
from .rules.states import State


READER = "deals"
UNPROTECTED = "exchange.listing_unprotected"
MOST = 5_000
"""What one look does at most; the next look does the rest."""
log = logging.getLogger("khuevan.deals")


def take_facts(limit: int = 500) -> int:
    """Follow contracts that moved and keep the prices of closed deals; return facts read."""
    with batch(READER, limit=limit) as facts:
        moved = {
            f.figures.get("about", "") for f in facts if f.kind.startswith("contracts.")
        }
        for deal in _deals(moved):
            _alone(deal, partial(follow, deal))
        for deal in _deals({f.subject for f in facts if _closes(f)}):
            _alone(deal, partial(keep_price, deal))
        ended = {UUID(f.subject.partition(":")[2]) for f in facts if f.kind == UNPROTECTED}  # fmt: skip
        for deal in Deal.objects.live().filter(listing__in=ended).order_by("pk"):
            _alone(deal, partial(warn_unprotected, deal=deal, by=None))
    return len(facts)


def _alone(deal: Deal, do: Callable[[], object]) -> None:
    """Do it for one deal; what is refused of it is undone and keeps no other deal waiting."""
    try:
        with transaction.atomic():
            do()
    except (RuleBroken, InputRefused) as refused:
        log.warning("%s could not go on: %s", deal.code, refused)


def _closes(fact: Fact) -> bool:
    return (
        fact.subject.startswith("deals.deal:")
        and fact.figures.get("state") == State.CLOSED
    )


def _deals(references: set[str]) -> list[Deal]:
    keys = [
        UUID(ref.partition(":")[2])
        for ref in references
        if ref.startswith("deals.deal:")
    ]
    return list(Deal.objects.filter(pk__in=keys).order_by("pk"))


def look() -> None:
    """Do what the clock asks for now."""
    # A contract may take effect on a day to come: nothing but the day tells of it then.
    for deal in Deal.objects.filter(state=State.CONTRACTING, signed_on__isnull=False)[
        :MOST
    ]:
        _alone(deal, partial(follow, deal))
    for deal in Deal.objects.live().filter(due_at__lte=clock.now()).order_by("due_at")[:MOST]:  # fmt: skip
        _alone(deal, partial(chase, deal=deal, by=None))
    late = RoyaltyReport.objects.filter(filed_at=None, late_at=None, due_on__lt=clock.today())  # fmt: skip
    for report in late.select_related("deal").order_by("due_on")[:MOST]:
        _alone(report.deal, partial(note_late_report, report=report, by=None))
    longest = max(survey_days_on(clock.today()))
    first = min(survey_days_on(clock.today()))
    introduced = Deal.objects.filter(
        signed_on=None,
        introduced_at__lte=clock.now() - timedelta(days=first),
        introduced_at__gte=clock.now() - timedelta(days=2 * longest),
    )
    for deal in introduced.order_by("introduced_at")[:MOST]:
        _alone(deal, partial(ask_both, deal=deal, by=None))


@app.periodic(cron="*/10 * * * *")
@app.task(name="khuevan.deals_watch", queueing_lock="khuevan.deals_watch")
def watch(timestamp: int = 0) -> None:
    """Look every ten minutes."""
    look()


register(READER, take_facts)
