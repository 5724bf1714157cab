"""What the worker does for books: holds whose time is over are let go."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions import let_go
from .models import Hold
from .rules import HoldState


def end_holds() -> int:
    """Let go of every hold whose time is over; return how many."""
    over = Hold.objects.filter(state=HoldState.OPEN, ends_at__lte=clock.now())
    ended = list(over.values_list("book__code", "key"))
    for book, key in ended:
        let_go(book=book, key=key, by=None)
    return len(ended)


@app.periodic(cron="*/10 * * * *")
@app.task(name="khuevan.books_end_holds", queueing_lock="khuevan.books_end_holds")
def holds_end(timestamp: int) -> None:
    """Let go of what was set aside for a time that is over."""
    end_holds()
