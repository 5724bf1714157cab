"""What the worker does for steering: the hourly watch, long registers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from khuevan.directory.public import Person
from khuevan.platform import files, jobs
from khuevan.platform.errors import N_
from khuevan.platform.models import StoredFile

from .actions.importing import import_register
from .actions.watch import climb_ladder, follow_indicators, note_overdue


IMPORT = "steering.import_register"


@jobs.register(IMPORT, title=N_("Take over a register of tasks"))
def take_over(progress: jobs.Progress, *, file: str, person: str) -> dict[str, Any]:
    """Take over a stored register, all or nothing; a second run finds it unchanged."""
    kept = StoredFile.objects.get(pk=UUID(file))
    by = Person.objects.get(pk=UUID(person))
    # The register is one transaction; what is told from inside it would be seen
    # only at its end, so it is told over a connection of its own.
    with ThreadPoolExecutor(max_workers=1) as teller:
        try:
            preview = import_register(
                content=files.read(kept),
                name=kept.name,
                told=_told_aside(teller, progress),
                by=by,
            )
        finally:
            teller.submit(_close).result()
    return {does: preview.count(does) for does in ("create", "accept", "nothing")}


def _close() -> None:
    # `connection` is that of the thread this runs in: it must be looked up there.
    connection.close()


def _told_aside(
    teller: ThreadPoolExecutor, progress: jobs.Progress
) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        teller.submit(progress, done, total).result()

    return told


@app.periodic(cron="5 * * * *")
@app.task(name="khuevan.steering_watch", queueing_lock="khuevan.steering_watch")
def watch(timestamp: int = 0) -> None:
    """Note what fell overdue, remind whom the ladder names, follow bound indicators."""
    note_overdue()
    climb_ladder()
    follow_indicators()
