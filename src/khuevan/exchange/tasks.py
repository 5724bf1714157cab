"""What the worker does for the exchange: note late reviews, let listings expire, keep prices."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khuevan.platform import clock
from khuevan.platform.readers import register

from .actions import expire_listing, note_late, take_off_unprotected
from .changes import READER as CHANGES, keep_changes
from .models import Listing
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
    for listing in late.distinct().order_by("pk")[:5_000]:
        note_late(listing=listing, by=None)
    over = Listing.objects.ours().filter(
        state=State.PUBLISHED, expires_on__lt=clock.today()
    )
    for listing in over.order_by("pk")[:5_000]:
        expire_listing(listing=listing, by=None)
    bare = Listing.objects.filter(state=State.PUBLISHED, ip_until__lt=clock.today())
    for listing in bare.order_by("pk")[:5_000]:
        take_off_unprotected(listing=listing, by=None)


@app.periodic(cron="20 0 * * *")
@app.task(name="khuevan.exchange_forget", queueing_lock="khuevan.exchange_forget")
def forget(timestamp: int = 0) -> None:
    """Forget, every night, who looked at which listing; the counts stay."""
    forget_viewers()


register(READER, take_prices)
register(CHANGES, keep_changes)
