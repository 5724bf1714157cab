"""What the worker does for the exchange: note late reviews, let listings expire, keep prices."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import QuerySet
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.readers import register

from .actions import (
    expire_listing,
    note_late,
    screen_again,
    take_off_unprotected,
    tell_expiring,
)
from .actions.papers import READ
from .changes import READER as CHANGES, keep_changes
from .dated import term_on
from .models import Listing, ListingPaper
from .papers import read_paper
from .prices import READER, take_prices
from .rules.listings import State
from .viewing import forget_viewers


@app.periodic(cron="*/15 * * * *")
@app.task(name="khuevan.exchange_watch", queueing_lock="khuevan.exchange_watch")
def watch(timestamp: int = 0) -> None:
    """Note what ran out since the last look: reviews by the hour, listings by the day."""
    late = Listing.objects.filter(
        reviews__ended_at=None, reviews__late_at=None, reviews__due_at__lt=clock.now()
    )
    published = Listing.objects.ours().filter(state=State.PUBLISHED)
    _each(note_late, late.distinct())
    days = term_on("renewable", clock.today()).amount
    _each(tell_expiring, published.expiring(clock.today() + timedelta(days=days)))
    _each(expire_listing, published.filter(expires_on__lt=clock.today()))
    _each(take_off_unprotected, published.filter(ip_until__lt=clock.today()))


def _each(act: Callable[..., object], rows: QuerySet[Listing]) -> None:
    """Do something to each listing; one that refuses keeps none of the others waiting."""
    for listing in rows.order_by("pk")[:5_000]:
        _one(act, listing)


def _one(act: Callable[..., object], listing: Listing) -> None:
    try:
        act(listing=listing, by=None)
    except RuleBroken:
        log.exception("%s was not done to %s", act, listing.code)


@app.periodic(cron="40 1 * * *")
@app.task(name="khuevan.exchange_screen", queueing_lock="khuevan.exchange_screen")
def screen_all(timestamp: int = 0) -> None:
    """Hold what is published against the day's lists, every night: rows begin and end."""
    rows = Listing.objects.ours().published().order_by("pk")
    for listing in rows.iterator(chunk_size=500):
        _one(screen_again, listing)


@app.periodic(cron="20 0 * * *")
@app.task(name="khuevan.exchange_forget", queueing_lock="khuevan.exchange_forget")
def forget(timestamp: int = 0) -> None:
    """Forget, every night, who looked at which listing; the counts stay."""
    forget_viewers()


@app.task(name=READ, retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def take_words(paper_id: str) -> None:
    """Read the words of a paper that was attached; of one taken off meanwhile nothing."""
    rows = ListingPaper.objects.select_related("file", "listing")
    for paper in rows.filter(pk=paper_id):
        read_paper(paper)


log = logging.getLogger("khuevan.exchange")

register(READER, take_prices)
register(CHANGES, keep_changes)
