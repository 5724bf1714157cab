"""Writing a fact: once, last in an action, in the action's own transaction."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .actors import Actor
from .rules import TOLERANCE


_RECORD = "SELECT journal_record(%s, %s, %s, %s, %s, %s::jsonb)"


def record(
    kind: str,
    *,
    subject: str,
    by: Actor | None,
    occurred_at: datetime | None = None,
    **figures: Any,
) -> int:
    """Write one fact and return its number.

    `kind` is `app.noun_verbed`, `subject` the reference of the thing, `by` whoever
    acted (None: the system itself). `occurred_at` is when it happened in the world,
    where that is not now (a late registration, an import). `figures` are
    references, numbers, dates and codes: never personal data.
    """
    now = clock.now()
    if occurred_at and occurred_at > now + TOLERANCE:
        raise RuleBroken(
            N_("This cannot have happened on %(day)s: that day is still to come."),
            day=clock.local_day(occurred_at).strftime("%d/%m/%Y"),
        )
    with connection.cursor() as cursor:
        if clock.is_told():
            cursor.execute("SELECT set_config('khuevan.telling', 'on', true)")
        cursor.execute(
            _RECORD,
            [
                kind,
                subject,
                by.ref if by else None,
                by.organisation_ref if by else None,
                occurred_at or now,
                json.dumps(figures, cls=DjangoJSONEncoder, allow_nan=False),
            ],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]


def prepare_partitions(ahead: int = 3) -> int:
    """Make the tables of the coming months; return how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_prepare_partitions(%s)", [ahead])
        row: tuple[int] = cursor.fetchone()
    return row[0]
