"""What the worker does for the catalogue: files of thousands of procedures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import connection

from khuevan.directory.public import Person
from khuevan.platform import files, jobs
from khuevan.platform.errors import N_
from khuevan.platform.models import StoredFile

from .actions import import_catalogue


IMPORT = "catalogue.import_catalogue"


@jobs.register(IMPORT, title=N_("Import the national catalogue of procedures"))
def take_over(progress: jobs.Progress, *, file: str, person: str) -> dict[str, Any]:
    """Import a stored file, all or nothing; a second run finds it unchanged."""
    kept = StoredFile.objects.get(pk=UUID(file))
    by = Person.objects.get(pk=UUID(person))
    # The import is one transaction: its progress is told over another connection.
    with ThreadPoolExecutor(max_workers=1) as teller:
        try:
            done = import_catalogue(
                content=files.read(kept),
                name=kept.name,
                told=_told_aside(teller, progress),
                by=by,
            )
        finally:
            teller.submit(_close).result()
    return {**done.figures(), "faults": done.faults}


def _close() -> None:
    # `connection` is whichever thread's this runs in: it must be looked up there.
    connection.close()


def _told_aside(
    teller: ThreadPoolExecutor, progress: jobs.Progress
) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        teller.submit(progress, done, total).result()

    return told
