"""What the worker does for federation: it reads the partners again and again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .pulling import pull_all


@app.periodic(cron="*/5 * * * *")
@app.task(name="khuevan.federation_pull", queueing_lock="khuevan.federation_pull")
def read_partners(timestamp: int = 0) -> None:
    """Read every partner that is not paused."""
    pull_all()
