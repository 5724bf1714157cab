"""What the worker does for clients: forget what is over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .calls import forget_calls
from .rates import forget_rates
from .tokens import forget_tokens


@app.periodic(cron="17 * * * *")
@app.task(name="khuevan.clients_tidy", queueing_lock="khuevan.clients_tidy")
def tidy(timestamp: int = 0) -> None:
    """Delete tokens whose hour is over and counters of past days."""
    forget_tokens()
    forget_rates()


@app.periodic(cron="41 2 * * *")
@app.task(name="khuevan.clients_calls", queueing_lock="khuevan.clients_calls")
def forget(timestamp: int = 0) -> None:
    """Delete calls of the API that were kept long enough."""
    forget_calls()
