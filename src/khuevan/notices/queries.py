"""Reading inboxes, deliveries and the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min

from khuevan.directory.public import Person

from .access import may_tend_deliveries
from .gateways import available
from .models import (
    UNFINISHED,
    Delivery,
    DeliveryState,
    Mood,
    Notice,
    Preferences,
    SandboxMessage,
    SandboxMood,
    unread_first,
)
from .rules import Channel


PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One notice as its reader sees it."""

    pk: UUID
    subject: str
    body: str
    occurred_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of an inbox; `unread` and `newest` (a fact) are of the whole inbox."""

    rows: list[InboxRow]
    unread: int
    newest: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as an operator sees it: to whom and how it went, not what it says."""

    pk: UUID
    receiver: str
    channel: Channel
    is_digest: bool
    attempts: int
    answer: str
    due_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """How one channel is doing."""

    channel: Channel
    connected: bool
    waiting: int
    waiting_since: datetime | None
    last_sent_at: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class SandboxRow:
    """One message the sandbox kept instead of sending it."""

    channel: Channel
    to: str
    text: str
    sent_at: datetime


def unread_count(person: Person) -> int:
    """Return how many notices a person has not read: one indexed query."""
    return Notice.objects.visible_to(person).unread().count()


def inbox(person: Person, *, show: str = "all", page: int = 1) -> InboxPage:
    """Return a page of a person's inbox: unread first, then the newest facts.

    `show` is all, unread or read. Two queries, however long the inbox is.
    """
    counts = Notice.objects.visible_to(person).aggregate(
        total=Count("pk"), read=Count("read_at"), newest=Max("fact")
    )
    unread = counts["total"] - counts["read"]
    many = {"unread": unread, "read": counts["read"]}.get(show, counts["total"])
    pages = max(1, -(-many // PER_PAGE))
    number = min(max(page, 1), pages)
    found = Notice.objects.visible_to(person)
    if show in {"unread", "read"}:
        found = found.filter(read_at__isnull=show == "unread")
    first = (number - 1) * PER_PAGE
    rows = found.order_by(*unread_first()).values_list(
        "pk", "subject", "body", "occurred_at", "read_at"
    )[first : first + PER_PAGE]
    return InboxPage(
        [InboxRow(*row) for row in rows],
        unread,
        counts["newest"] or 0,
        number,
        pages,
    )


def preferences_of(person: Person) -> Preferences:
    """Return how a person wants to be told; the defaults where they said nothing."""
    found = Preferences.objects.filter(person=person).first()
    preferences = found or Preferences(person=person)
    preferences.person = person
    return preferences


def channels(person: Person) -> list[ChannelRow]:
    """Return how every channel is doing, for an operator; nothing for others."""
    if not may_tend_deliveries(person):
        return []
    connected = available()
    waiting = _per_channel(UNFINISHED, Min("due_at"))
    sent = _per_channel([DeliveryState.SENT], Max("finished_at"))
    dead = _per_channel([DeliveryState.DEAD], Max("finished_at"))
    nothing = (0, None)
    return [
        ChannelRow(
            channel,
            channel in connected,
            *waiting.get(channel, nothing),
            sent.get(channel, nothing)[1],
            dead.get(channel, nothing)[0],
        )
        for channel in Channel
    ]


def deliveries(person: Person, *, many: int = 100) -> list[DeliveryRow]:
    """List what was given up, the newest first, then what has failed and is tried again."""
    found = Delivery.objects.visible_to(person).select_related("person")
    dead = found.filter(state=DeliveryState.DEAD).order_by("-finished_at", "-pk")
    trying = found.filter(state__in=UNFINISHED).exclude(answer="").order_by("due_at")
    return [_delivery_row(d) for d in (*dead[:many], *trying[:many])]


def sandbox_messages(person: Person, *, many: int = 100) -> list[SandboxRow]:
    """List what the sandbox kept, the newest first; nothing for who is no operator."""
    if not may_tend_deliveries(person):
        return []
    rows = SandboxMessage.objects.order_by("-sent_at", "-pk")[:many]
    return [SandboxRow(Channel(r.channel), r.to, r.text, r.sent_at) for r in rows]


def sandbox_moods() -> dict[Channel, Mood]:
    """Return how the sandbox behaves on each of its channels."""
    kept = {row.channel: Mood(row.mood) for row in SandboxMood.objects.all()}
    return {c: kept.get(c, Mood.WORKS) for c in (Channel.SMS, Channel.ZALO)}


def _delivery_row(delivery: Delivery) -> DeliveryRow:
    return DeliveryRow(
        delivery.pk,
        delivery.person.full_name,
        Channel(delivery.channel),
        delivery.digest_on is not None,
        delivery.attempts,
        delivery.answer,
        delivery.due_at,
        delivery.finished_at,
    )


def _per_channel(
    states: Sequence[str], instant: Min | Max
) -> dict[str, tuple[int, datetime | None]]:
    rows = (
        Delivery.objects.filter(state__in=states)
        .values("channel")
        .annotate(many=Count("pk"), instant=instant)
        .values_list("channel", "many", "instant")
    )
    return {channel: (many, instant) for channel, many, instant in rows}
