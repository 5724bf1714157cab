"""What waited at the end of a day: difficulties, requests, decisions, reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from khuevan.directory.public import Organisation
from khuevan.journal.public import facts_of
from khuevan.platform import clock
from khuevan.steering.models import Difficulty, Extension, Request


_MOST_FACTS = 100_000


@dataclass(frozen=True, slots=True)
class Move:
    """One wish for a later date, and what was decided by the day; None: nothing yet."""

    asked_on: date
    old: date
    new: date
    reason: str
    granted: bool | None


@dataclass(frozen=True, slots=True)
class OpenDifficulty:
    """A difficulty nobody had cleared by the day, and who holds it."""

    id: UUID
    code: str
    kind: Difficulty.Kind
    text: str
    holder: str
    raised_on: date
    due_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request between agencies not settled by the day, and who held it then."""

    id: UUID
    code: str
    text: str
    asker: str
    holder: str
    asked_on: date
    days: int


@dataclass(frozen=True, slots=True)
class WaitingExtension:
    """A wish for a later date that waits for the committee's decision."""

    id: UUID
    code: str
    title: str
    lead: str
    move: Move


@dataclass(frozen=True, slots=True)
class Discipline:
    """How often a unit's reports were missing or late, by the register's facts."""

    organisation: str
    missed: int
    late: int


def move(row: Extension, end: datetime) -> Move:
    """Return a wish for a later date as it stood at an instant."""
    decided = row.decided_at is not None and row.decided_at <= end
    return Move(
        clock.local_day(row.asked_at),
        row.old_due_on,
        row.new_due_on,
        row.reason,
        row.granted if decided else None,
    )


def waiting_extensions(end: datetime) -> tuple[WaitingExtension, ...]:
    """List wishes for later dates not decided by an instant, the oldest first."""
    waiting = Q(decided_at=None) | Q(decided_at__gt=end)
    rows = (
        Extension.objects.filter(waiting, asked_at__lte=end)
        .select_related("task__lead")
        .order_by("asked_at")
    )
    return tuple(
        WaitingExtension(
            row.pk,
            row.task.code,
            row.task.title,
            row.task.lead.short_name,
            move(row, end),
        )
        for row in rows
    )


def open_difficulties(end: datetime) -> tuple[OpenDifficulty, ...]:
    """List difficulties not cleared by an instant, the first due first."""
    still = Q(resolved_at=None) | Q(resolved_at__gt=end)
    rows = (
        Difficulty.objects.filter(still, raised_at__lte=end)
        .select_related("task", "routed_to")
        .order_by("due_at", "pk")
    )
    return tuple(
        OpenDifficulty(
            row.pk,
            row.task.code,
            Difficulty.Kind(row.kind),
            row.text,
            row.routed_to.short_name,
            clock.local_day(row.raised_at),
            clock.local_day(row.due_at),
            row.due_at <= end,
        )
        for row in rows
    )


def open_requests(on: date, end: datetime) -> tuple[OpenRequest, ...]:
    """List requests not settled by the end of a day, the oldest first."""
    still = Q(closed_at=None) | Q(closed_at__gt=end)
    rows = (
        Request.objects.filter(still, asked_at__lte=end)
        .select_related("task", "asker")
        .prefetch_related("exchanges__receiver")
        .order_by("asked_at", "pk")
    )
    return tuple(_request(row, on, end) for row in rows)


def _request(row: Request, on: date, end: datetime) -> OpenRequest:
    passed = [step for step in row.exchanges.all() if step.sent_at <= end]
    last = max(passed, key=lambda step: step.sent_at)
    asked_on = clock.local_day(row.asked_at)
    return OpenRequest(
        row.pk,
        row.task.code,
        row.text,
        row.asker.short_name,
        last.receiver.short_name,
        asked_on,
        (on - asked_on).days,
    )


def discipline_between(after: datetime, until: datetime) -> tuple[Discipline, ...]:
    """Count missing and late reports per unit in a span, the most first."""
    missed: Counter[UUID] = Counter()
    late: Counter[UUID] = Counter()
    kinds = {"steering.report_missed": missed, "steering.report_came_late": late}
    for fact in facts_of(list(kinds), limit=_MOST_FACTS):
        if after < fact.occurred_at <= until:
            kinds[fact.kind][UUID(fact.figures["standing"]["lead"])] += 1
    names = dict(
        Organisation.objects.filter(pk__in={*missed, *late}).values_list(
            "pk", "short_name"
        )
    )
    found = [Discipline(names[key], missed[key], late[key]) for key in names]
    return tuple(sorted(found, key=lambda d: (-d.missed, -d.late, d.organisation)))
