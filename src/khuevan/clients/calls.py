"""The log of calls: which client asked which operation, when, and what came of it.

One statement after the answer is made, which waits for no disk: a crash may lose the last
moments. Who wrote what is a fact of the journal, and that is never lost. Neither bodies nor
tokens nor addresses are kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from django.db import DatabaseError, connection
from django.db.models import Count

from khuevan.platform import clock

from .dated import calls_kept_on
from .models import Call, Client


PAGE = 50
TOO_OFTEN = 429
_KEEP = """
    WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO clients_call (client_id, operation, scope, status, milliseconds, called_at)
    SELECT %s, %s, %s, %s, %s, %s FROM quick
"""
log = logging.getLogger(__name__)


def keep_call(
    client: Client, operation: str, scope: str, status: int, milliseconds: int
) -> None:
    """Keep a call that was answered; what cannot be kept spoils no answer.

    A call refused as too often is counted with the rates alone: a machine run wild must
    not fill the log.
    """
    if status == TOO_OFTEN:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP,
                [client.pk, operation, scope, status, milliseconds, clock.now()],
            )
    except DatabaseError:
        log.warning("call not kept", exc_info=True)


@dataclass(frozen=True, slots=True)
class Answered:
    """How often an operation was answered with a status on a day."""

    operation: str
    status: int
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: when by the clock of Hanoi, what, and how it was answered."""

    at: datetime
    operation: str
    scope: str
    status: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Day:
    """A client's calls of one day: counts of all, and one page of them, the last first."""

    day: date
    counts: Sequence[Answered]
    rows: Sequence[Asked]
    number: int
    pages: int


def calls_of(client: Client, day: date, number: int) -> Day:
    """Return a client's calls of a day of Hanoi: two queries."""
    rows = Call.objects.filter(client=client, **_within(day))
    counted = rows.values_list("operation", "status").annotate(many=Count("pk"))
    counts = [Answered(*row) for row in counted.order_by("operation", "status")]
    pages = max(1, ceil(sum(row.count for row in counts) / PAGE))
    number = min(number, pages)
    start = (number - 1) * PAGE
    shown = rows.order_by("-called_at", "-pk")[start : start + PAGE]
    return Day(day, counts, [_asked(row) for row in shown], number, pages)


def forget_calls() -> int:
    """Delete calls kept long enough; return how many."""
    first = clock.today() - calls_kept_on(clock.today())
    midnight = clock.at_local(first, time())
    return Call.objects.filter(called_at__lt=midnight).delete()[0]


def _asked(row: Call) -> Asked:
    at = row.called_at.astimezone(clock.HANOI)
    return Asked(at, row.operation, row.scope, row.status, row.milliseconds)


def _within(day: date) -> dict[str, datetime]:
    begins = clock.at_local(day, time())
    return {"called_at__gte": begins, "called_at__lt": begins + timedelta(days=1)}
