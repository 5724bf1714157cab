"""Reading facts back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from khuevan.platform import clock

from .actors import Person
from .models import Delivery, Subscription


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, as other apps see it."""

    number: int
    kind: str
    subject: str
    actor: str | None
    organisation: str | None
    occurred_at: datetime
    recorded_at: datetime
    figures: dict[str, Any]


COLUMNS = (
    "f.number, f.kind, f.subject, f.actor, f.organisation, "
    "f.occurred_at, f.recorded_at, f.figures"
)
"""What `fact_from` expects, of a journal_fact named f."""

# The head's two instants let PostgreSQL skip the months without facts of a subject.
_ABOUT = f"""
    SELECT {COLUMNS} FROM journal_head h JOIN journal_fact f ON f.subject = h.subject
        AND f.recorded_at BETWEEN h.first_recorded_at AND h.last_recorded_at
    WHERE h.subject = %(subject)s
        AND f.occurred_at <= coalesce(%(until)s::timestamptz, 'infinity')
    ORDER BY f.occurred_at, f.number
"""  # noqa: S608 - the columns are ours

# One short index walk for each subject, never a sort of all facts.
_LATEST = f"""
    SELECT f.* FROM journal_head h CROSS JOIN LATERAL (
        SELECT {COLUMNS} FROM journal_fact f
        WHERE f.subject = h.subject AND f.occurred_at <= %(until)s
            AND f.recorded_at BETWEEN h.first_recorded_at AND h.last_recorded_at
        ORDER BY f.occurred_at DESC, f.number DESC LIMIT 1
    ) f
    WHERE h.subject >= %(model)s || ':' AND h.subject < %(model)s || ';'
"""  # noqa: S608 - the columns are ours


def fact_from(row: tuple[Any, ...]) -> Fact:
    """Return a fact from a row of COLUMNS; the driver hands JSON over as text."""
    *plain, figures = row[:8]
    return Fact(*[*plain, json.loads(figures)])


def facts_about(subject: str, *, until: datetime | None = None) -> list[Fact]:
    """List the facts of one subject, oldest first, up to an instant."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, {"subject": subject, "until": until})
        return [fact_from(row) for row in cursor.fetchall()]


def latest_facts(model: str, *, until: datetime) -> dict[str, Fact]:
    """Return the last fact of every subject of one model up to an instant, by subject.

    `model` is the first half of a reference, such as `steering.task`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"model": model, "until": until})
        return {row[2]: fact_from(row) for row in cursor.fetchall()}


def fact_numbered(number: int) -> Fact | None:
    """Return one fact by its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM journal_fact f WHERE f.number = %s",  # noqa: S608
            [number],
        )
        row = cursor.fetchone()
    return fact_from(row) if row else None


def facts_of(kinds: Sequence[str], *, limit: int = 500) -> list[Fact]:
    """List the newest facts of some kinds, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM journal_fact f WHERE f.kind = ANY(%s)"  # noqa: S608
            " ORDER BY f.number DESC LIMIT %s",
            [list(kinds), limit],
        )
        return [fact_from(row) for row in cursor.fetchall()]


def facts_per_day(days: int = 14) -> list[tuple[date, int]]:
    """Return how many facts were signed on each of the last days, oldest first.

    Read from the sizes of checkpoints, so it costs the same however many facts there are.
    """
    today = clock.today()
    dates = [today - timedelta(days=n) for n in range(days, -1, -1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT size FROM journal_checkpoint"
            " WHERE signed_at <= instant ORDER BY signed_at DESC LIMIT 1), 0)"
            " FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS at (instant, place)"
            " ORDER BY place",
            [[clock.end_of_day(day) for day in dates]],
        )
        sizes = [size for (size,) in cursor.fetchall()]
    return [
        (day, after - before)
        for day, (before, after) in zip(dates[1:], pairwise(sizes), strict=True)
    ]


def facts_outside_partitions() -> int:
    """Return how many facts fell into the default partition: it should be none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact_default")
        row: tuple[int] = cursor.fetchone()
    return row[0]


def facts_of_another_server() -> bool:
    """Tell whether facts carry transactions that this server has not reached."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM journal_fact"
            " WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot()))"
        )
        row: tuple[bool] = cursor.fetchone()
    return row[0]


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One machine that is told of facts, and how that goes."""

    id: UUID
    url: str
    kinds: list[str]
    opened_at: datetime
    paused_at: datetime | None
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message, and how it went."""

    id: UUID
    url: str
    fact: int
    kind: str
    answer: str
    finished_at: datetime | None
    state: str


def subscriptions(person: Person) -> list[SubscriptionRow]:
    """List the subscriptions a person may manage, oldest first."""
    return subscription_rows(Subscription.objects.visible_to(person))


def subscription_rows(found: QuerySet[Subscription]) -> list[SubscriptionRow]:
    """Return subscriptions with what waits and what nobody took, oldest first."""
    rows = (
        found.annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state="waiting")),
            dead=Count("deliveries", filter=Q(deliveries__state="dead")),
        )
        .order_by("id")
        .values_list("id", "url", "kinds", "opened_at", "paused_at", "waiting", "dead")
    )
    return [SubscriptionRow(*row) for row in rows]


def dead_deliveries(person: Person, limit: int = 100) -> list[DeliveryRow]:
    """List the messages nobody took, newest first."""
    rows = Delivery.objects.visible_to(person).filter(state="dead")
    return delivery_rows(rows.order_by("-finished_at", "-id"), limit)


def delivery_rows(found: QuerySet[Delivery], limit: int) -> list[DeliveryRow]:
    """Return messages with how it went, in their order."""
    rows = found.values_list(
        "id", "subscription__url", "fact", "kind", "answer", "finished_at", "state"
    )
    return [DeliveryRow(*row) for row in rows[:limit]]
