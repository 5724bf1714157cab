"""Is this process fit to answer: database, migrations, readers, disk."""

from __future__ import annotations

import shutil
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from . import readers
from .errors import Unavailable


LEAST_FREE_BYTES = 512 * 1024**2
MOST_LAG = 100_000


def checks() -> dict[str, str]:
    """Return every check by name: `ok`, or what is wrong."""
    found = {"disk": _disk()}
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["database"] = "ok"
        found["migrations"] = _migrations()
        found |= {f"reader {name}": _lag(n) for name, n in readers.lags().items()}
    except (Error, Unavailable):
        found["database"] = "does not answer"
    return found


def is_ready(found: dict[str, str]) -> bool:
    return set(found.values()) == {"ok"}


def _disk() -> str:
    free = shutil.disk_usage(settings.VAR).free
    return "ok" if free > LEAST_FREE_BYTES else f"only {free // 1024**2} MB free"


def _migrations() -> str:
    waiting = _unapplied()
    if not waiting:
        return "ok"
    _unapplied.cache_clear()
    return f"{len(waiting)} not applied"


@cache
def _unapplied() -> tuple[str, ...]:
    """List migrations to apply; once there are none, a process need not look again."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(str(migration) for migration, _ in plan)


def _lag(facts: int) -> str:
    return "ok" if facts <= MOST_LAG else f"{facts} facts behind"
