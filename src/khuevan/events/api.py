"""Events for other programs: what the caller may read on the pages, no more."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field as Bounds

from khuevan.clients.public import Scope, for_everybody
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.problems import NO

from .models import Event
from .queries import Figures, figures_of, stars_of
from .rules.events import Audience, Kind, State


MOST = 100
router = Router(tags=["events"])
READING = for_everybody(Scope.EXCHANGE_READ)


class When(StrEnum):
    """Which events: those not over yet, the next one first, or those over, the last first."""

    AHEAD = "ahead"
    OVER = "over"


class Asked(Schema):
    """Which events a program wants."""

    when: When = When.AHEAD
    kind: Kind | None = None
    page: int = Bounds(1, ge=1, le=10_000)
    limit: int = Bounds(20, ge=1, le=MOST)


class EventRow(Schema):
    """An event as the list tells it; `words` say why it was called off or what came of it."""

    code: str
    kind: Kind
    title: str
    organiser: str
    place: str
    state: State
    audience: Audience
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    seats: int
    seats_left: int
    words: str


class EventPage(Schema):
    events: list[EventRow]
    count: int


class ItemOut(Schema):
    """One line of an agenda, and the page it is about."""

    title: str
    speaker: str
    minutes: int
    page: str


class CameOut(Schema):
    """What came of an event: counted, nobody typed it; `stars` null while they name somebody."""

    registered: int
    withdrawn: int
    attended: int
    first_time: int
    guests: int
    stars: float | None


class EventOut(Schema):
    """An event with its agenda, and who came once it was held."""

    event: EventRow
    summary: str
    agenda: list[ItemOut]
    came: CameOut | None


@router.get(
    "",
    response={200: EventPage, **NO},
    auth=READING,
    operation_id="list_events",
)
def list_events(request: HttpRequest, asked: Query[Asked]) -> EventPage:
    """List announced events: ahead, or over."""
    rows = Event.objects.visible_to(_who(request)).select_related("organiser")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    ahead = rows.filter(ends_at__gte=clock.now()).exclude(state=State.HELD)
    if asked.when is When.AHEAD:
        ordered = ahead.order_by("starts_at", "pk")
    else:
        ordered = rows.exclude(pk__in=ahead.values("pk")).order_by("-starts_at", "-pk")
    start = (asked.page - 1) * asked.limit
    found = list(ordered[start : start + asked.limit])
    figures = figures_of(found)
    told = [_row(event, figures.get(event.pk, Figures())) for event in found]
    return EventPage(events=told, count=ordered.count())


@router.get(
    "/{code}",
    response={200: EventOut, **NO},
    auth=READING,
    operation_id="read_event",
)
def read_event(request: HttpRequest, code: str) -> EventOut:
    """Read an event with its agenda; the link of a video meeting is for who registered."""
    rows = Event.objects.visible_to(_who(request)).select_related("organiser")
    event = get_object_or_404(rows, code=code)
    figures = figures_of([event]).get(event.pk, Figures())
    return EventOut(
        event=_row(event, figures),
        summary=event.summary,
        agenda=[
            ItemOut(title=i.title, speaker=i.speaker, minutes=i.minutes, page=i.page)
            for i in event.items.all()
        ],
        came=_came(event, figures) if event.state == State.HELD else None,
    )


def _who(request: HttpRequest) -> Person | AnonymousUser:
    return request.user if isinstance(request.user, Person) else AnonymousUser()


def _row(event: Event, figures: Figures) -> EventRow:
    return EventRow(
        code=event.code, kind=Kind(event.kind), title=event.title,
        organiser=event.organiser.name, place=event.place, state=State(event.state),
        audience=Audience(event.audience), starts_at=event.starts_at, ends_at=event.ends_at,
        opens_at=event.opens_at, closes_at=event.closes_at, seats=event.seats,
        seats_left=max(event.seats - figures.registered, 0), words=event.words,
    )  # fmt: skip


def _came(event: Event, figures: Figures) -> CameOut:
    return CameOut(
        registered=figures.registered, withdrawn=figures.withdrawn,
        attended=figures.attended, first_time=figures.first_time, guests=figures.guests,
        stars=stars_of(event),
    )  # fmt: skip
