"""How busy points are, and what people see of a queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count

from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.platform import clock
from khuevan.platform.text import fold

from .access import POINTS
from .hours import starts_on
from .models import Booking, Desk, PartyCount, Ticket
from .rules import BookingState, TicketState, estimate


SERVICE_MINUTES = 12.0
"""How long somebody is served where nothing is known yet of today."""

_LOAD = """
    SELECT o.id, o.code, o.name, o.short_name, o.kind, o.parent_id,
        coalesce(t.waiting, 0), coalesce(d.open, 0), coalesce(d.desks, 0),
        t.longest, t.wait_minutes, t.service_minutes, coalesce(t.served, 0), coalesce(t.missed, 0)
    FROM directory_organisation o
    LEFT JOIN (
        SELECT point_id, count(*) FILTER (WHERE state = 'waiting') AS waiting,
            min(taken_at) FILTER (WHERE state = 'waiting') AS longest,
            (avg(extract(epoch FROM called_at - taken_at)) / 60)::float AS wait_minutes,
            (avg(extract(epoch FROM ended_at - started_at)) FILTER (WHERE state = 'done') / 60)::float AS service_minutes,
            count(*) FILTER (WHERE state = 'done') AS served,
            count(*) FILTER (WHERE state = 'no_show') AS missed
        FROM centre_ticket WHERE day = %(day)s GROUP BY 1
    ) t ON t.point_id = o.id
    LEFT JOIN (
        SELECT point_id, count(*) AS desks, count(official_id) AS open
        FROM centre_desk GROUP BY 1
    ) d ON d.point_id = o.id
    WHERE o.kind = ANY(%(kinds)s) AND (o.valid_to IS NULL OR o.valid_to >= %(day)s)
        AND (%(only)s::uuid IS NULL OR o.id = %(only)s)
    ORDER BY o.sort_key
"""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a point is now."""

    key: UUID
    code: str
    name: str
    short_name: str
    kind: str
    parent: UUID | None
    waiting: int
    open_desks: int
    desks: int
    longest_since: datetime | None
    wait_minutes: float | None
    service_minutes: float | None
    served: int
    missed: int

    @property
    def in_use(self) -> bool:
        """Tell whether anybody came or a desk is open today."""
        return bool(self.waiting or self.open_desks or self.served or self.missed)

    @property
    def expected_minutes(self) -> int:
        """Return how long somebody who comes now will wait."""
        return estimate(
            self.waiting, self.open_desks, self.service_minutes or SERVICE_MINUTES
        )


def loads(text: str = "") -> list[Load]:
    """Return the load of every point, by name; `text` narrows by words of the name."""
    found = _loads(None)
    words = fold(text).split()
    return [
        one for one in found if all(w in fold(f"{one.name} {one.code}") for w in words)
    ]


@dataclass(frozen=True, slots=True)
class Branch:
    """The points of one branch, the longest wait first, and what they sum up to."""

    name: str  # "" for the wards and communes, which belong to no branch
    busy: list[Load]
    quiet: list[Load]

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return sum(one.waiting for one in self.busy)

    @property
    def served(self) -> int:
        """Return how many were served today."""
        return sum(one.served for one in self.busy)

    @property
    def open_desks(self) -> int:
        """Return how many desks are open."""
        return sum(one.open_desks for one in self.busy)

    @property
    def longest_minutes(self) -> int:
        """Return the longest wait somebody who comes now would have."""
        return max((one.expected_minutes for one in self.busy), default=0)


def by_branch(rows: Iterable[Load]) -> list[Branch]:
    """Return the points grouped by branch: who has the longest wait first."""
    names = dict(
        Organisation.objects.filter(kind=OrganisationKind.BRANCH).values_list("pk", "name")
    )  # fmt: skip
    groups: dict[str, list[Load]] = {}
    for row in sorted(rows, key=lambda r: (-r.expected_minutes, -r.waiting, r.name)):
        groups.setdefault(names.get(row.parent, "") if row.parent else "", []).append(
            row
        )
    found = [
        Branch(name, [r for r in group if r.in_use], [r for r in group if not r.in_use])
        for name, group in groups.items()
    ]
    return sorted(found, key=lambda b: (-b.longest_minutes, -b.waiting, b.name))


def load_of(point: UUID) -> Load | None:
    """Return the load of one point."""
    return next(iter(_loads(point)), None)


def quieter(than: Load, everything: Iterable[Load], many: int = 3) -> list[Load]:
    """Return open points with less to wait: any point takes any dossier."""
    others = [o for o in everything if o.key != than.key and o.open_desks]
    less = [o for o in others if o.expected_minutes < than.expected_minutes]
    return sorted(less, key=lambda o: (o.expected_minutes, o.name))[:many]


def ahead_of(ticket: Ticket) -> int:
    """Return how many wait before a ticket, as far as numbers say."""
    return (
        Ticket.objects.waiting()
        .filter(point=ticket.point_id, day=ticket.day, number__lt=ticket.number)
        .count()
    )


def being_called(point: UUID) -> list[Ticket]:
    """Return the tickets called or served now, for the screen in the hall."""
    return list(
        Ticket.objects.filter(
            point=point,
            day=clock.today(),
            state__in=[TicketState.CALLED, TicketState.SERVING],
        )
        .select_related("desk")
        .order_by("-called_at")
    )


@dataclass(frozen=True, slots=True)
class Day:
    """A day's free starts of appointments."""

    day: date
    free: list[datetime]


def free_days(point: Organisation, places: int, days: int = 5) -> list[Day]:
    """Return the coming days with free appointments."""
    found, day = [], clock.today()
    now = clock.now()
    taken = dict(
        Booking.objects.filter(point=point, starts_at__gt=now)
        .exclude(state=BookingState.CANCELLED)
        .values_list("starts_at")
        .annotate(n=Count("pk"))
    )
    for _ in range(21):
        starts = [clock.at_local(day, at) for at in starts_on(day)]
        free = [s for s in starts if s > now and taken.get(s, 0) < places]
        if free:
            found.append(Day(day, free))
        if len(found) == days:
            break
        day += timedelta(days=1)
    return found


def party_counts(since: date) -> list[PartyCount]:
    """Return the entered months of the Party's procedures, latest first."""
    return list(
        PartyCount.objects.filter(month__gte=since)
        .select_related("organisation")
        .order_by("-month", "procedure", "organisation__sort_key")
    )


def places_at(point: Organisation) -> int:
    """Return how many appointments a point takes at a time: a place for each desk."""
    return max(1, Desk.objects.filter(point=point).count())


def _loads(only: UUID | None) -> list[Load]:
    with connection.cursor() as cursor:
        cursor.execute(
            _LOAD, {"day": clock.today(), "kinds": [k.value for k in POINTS], "only": only}
        )  # fmt: skip
        return [Load(*row) for row in cursor.fetchall()]
