"""How it stands with the national portal: what waits, what conflicts, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from khuevan.counter.models import SyncDay, SyncDifference, SyncMessage
from khuevan.counter.rules.syncing import State


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox in figures; `waiting_since` is the oldest message not taken yet."""

    counts: dict[State, int]
    failing: int
    waiting_since: datetime | None


def outbox() -> Outbox:
    """Count the messages by state."""
    rows = SyncMessage.objects.order_by().values_list("state").annotate(n=Count("pk"))
    waiting = SyncMessage.objects.filter(state__in=[State.WAITING, State.SENDING])
    oldest = waiting.aggregate(oldest=Min("made_at"))["oldest"]
    return Outbox(
        {State(state): n for state, n in rows},
        waiting.filter(attempts__gt=0).count(),
        oldest,
    )


def conflicts() -> QuerySet[SyncMessage]:
    """Return the messages the portal will not take as they are, the oldest first."""
    return (
        SyncMessage.objects.filter(state=State.CONFLICT)
        .select_related("dossier__agency")
        .order_by("made_at", "pk")
    )


def open_differences() -> QuerySet[SyncDifference]:
    """Return what both sides see differently, the oldest first."""
    return (
        SyncDifference.objects.filter(settled_at=None)
        .select_related("of", "owner")
        .order_by("of__day", "code")
    )


def compared_days() -> QuerySet[SyncDay]:
    """Return the days that were compared, the latest first, with their counts."""
    return SyncDay.objects.prefetch_related("counts").order_by("-day")
