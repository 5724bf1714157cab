"""Facts to write, a database to tamper with, and a clean journal afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from django.db import connection

from khuevan.journal.public import record


@dataclass(frozen=True)
class Clerk:
    ref: str = "directory.person:0192f0c1-1111-7000-8000-000000000001"
    organisation_ref: str = (
        "directory.organisation:0192f0c1-2222-7000-8000-000000000002"
    )


def subject(model="steering.task"):
    return f"{model}:{uuid4()}"


def record_some(count, about=None, kind="steering.task_reported"):
    return [
        record(kind, subject=about or subject(), by=Clerk(), step=n)
        for n in range(count)
    ]


@contextmanager
def superuser():
    """A cursor that triggers do not see, as somebody with the disk would have."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = origin")
