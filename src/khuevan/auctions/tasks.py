"""What the worker does for auctions: those whose time is over are closed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions import close, flag_bidders
from .models import Auction
from .queries import database_now
from .rules.terms import State


def close_ended() -> int:
    """Close every auction whose time is over by the database's clock; return how many."""
    over = Auction.objects.filter(state=State.RUNNING, closes_at__lte=database_now())
    ended = list(over)
    for auction in ended:
        close(auction=auction, by=None)
    return len(ended)


@app.periodic(cron="17 * * * *")
@app.task(name="khuevan.auctions_flag", queueing_lock="khuevan.auctions_flag")
def auctions_flag(timestamp: int = 0) -> None:
    """Flag bidders of running auctions who turned out to belong together since."""
    for auction in Auction.objects.filter(state=State.RUNNING):
        flag_bidders(auction=auction, by=None)


@app.periodic(cron="* * * * *")
@app.task(name="khuevan.auctions_close", queueing_lock="khuevan.auctions_close")
def auctions_close(timestamp: int) -> None:
    """Close what ended within the last minute."""
    close_ended()
