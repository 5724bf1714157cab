"""What the worker does for clients: forget what is over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .rates import forget_rates
from .tokens import forget_tokens


@app.periodic(cron="17 * * * *")
@app.task(name="khuevan.clients_tidy", queueing_lock="khuevan.clients_tidy")
def tidy(timestamp: int = 0) -> None:
    """Delete tokens whose hour is over and counters of past days."""
    forget_tokens()
    forget_rates()
