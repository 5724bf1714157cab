"""Drafting an event, publishing it, calling it off, saying that it was held."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from khuevan.directory.public import Organisation, Person
from khuevan.events.access import may_run, may_run_for, may_watch
from khuevan.events.facts import record_event, record_registration
from khuevan.events.models import AgendaItem, Event
from khuevan.events.rules.events import (
    Audience,
    Kind,
    Standing,
    State,
    check_times,
    check_where,
    check_words,
    items_of,
)
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, move_up, require, require_state


@transaction.atomic
def draft_event(
    *, organiser: Organisation, kind: Kind, title: str, summary: str = "", place: str = "",
    link: str = "", starts_at: datetime, ends_at: datetime, seats: int,
    opens_at: datetime, closes_at: datetime, audience: Audience = Audience.EVERYBODY,
    agenda: str = "", by: Person | None,
) -> Event:  # fmt: skip
    """Draft an event; nobody else sees it yet. `agenda` is read as `rules.items_of` says."""
    require(may_run_for(by, organiser))
    event = Event(code=_next_code(), organiser=organiser, drafted_by=by)
    _write(event, kind, title, summary, place, link, starts_at, ends_at, seats, opens_at, closes_at, audience, agenda)  # fmt: skip
    record_event("event_drafted", event, by=by)
    return event


@transaction.atomic
def change_event(
    *, event: Event, kind: Kind, title: str, summary: str, place: str, link: str,
    starts_at: datetime, ends_at: datetime, seats: int, opens_at: datetime,
    closes_at: datetime, audience: Audience, agenda: str, by: Person | None,
) -> Event:  # fmt: skip
    """Change a draft, or a published event that has not begun; those registered are told.

    Seats of a published event may only grow: nobody loses one. Who waits moves up.
    """
    event = locked(event)
    require(may_run(by, event))
    require_state(event, State.DRAFT, State.PUBLISHED)
    if event.state == State.PUBLISHED:
        if event.starts_at <= clock.now():
            raise RuleBroken(N_("It has begun: nothing of it is changed any more."))
        if seats < event.seats:
            raise RuleBroken(N_("Seats of a published event only grow: there were %(seats)s."), field="seats", seats=event.seats)  # fmt: skip
    _write(event, kind, title, summary, place, link, starts_at, ends_at, seats, opens_at, closes_at, audience, agenda)  # fmt: skip
    moved = move_up(event, by=by)
    record_event("event_changed", event, by=by, moved_up=moved)
    return event


def _write(
    event: Event, kind: Kind, title: str, summary: str, place: str, link: str,
    starts_at: datetime, ends_at: datetime, seats: int, opens_at: datetime,
    closes_at: datetime, audience: Audience, agenda: str,
) -> None:  # fmt: skip
    check_times(starts_at, ends_at, opens_at, closes_at)
    check_where(place, link)
    if seats < 1:
        raise RuleBroken(N_("There is at least one seat."), field="seats")
    items = items_of(agenda)
    event.kind, event.audience = kind, audience
    event.title, event.summary = check_words(title, "title", 5), summary.strip()
    event.place, event.link, event.seats = place.strip(), link.strip(), seats
    event.starts_at, event.ends_at = starts_at, ends_at
    event.opens_at, event.closes_at = opens_at, closes_at
    event.save()
    event.items.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(event=event, number=n, title=i.title, speaker=i.speaker, minutes=i.minutes, page=i.page)
        for n, i in enumerate(items, 1)
    )  # fmt: skip


@transaction.atomic
def publish(*, event: Event, by: Person | None) -> Event:
    """Publish a draft whose time lies ahead."""
    event = locked(event)
    require(may_run(by, event))
    require_state(event, State.DRAFT)
    if event.starts_at <= clock.now():
        raise RuleBroken(N_("It would have begun already: change its time first."))
    event.state, event.published_at = State.PUBLISHED, clock.now()
    event.save(update_fields=["state", "published_at"])
    record_event("event_published", event, by=by)
    return event


@transaction.atomic
def call_off(*, event: Event, words: str, by: Person | None) -> Event:
    """Call an event off, with the reason everybody registered is told."""
    event = locked(event)
    require(may_run(by, event))
    require_state(event, State.DRAFT, State.PUBLISHED)
    event.words = check_words(words, "words")
    event.state, event.ended_at = State.CALLED_OFF, clock.now()
    event.save(update_fields=["words", "state", "ended_at"])
    record_event("event_called_off", event, by=by)
    return event


@transaction.atomic
def note_held(*, event: Event, words: str, by: Person | None) -> Event:
    """Say what came of an event that has begun; who came is counted from the door."""
    event = locked(event)
    require(may_run(by, event))
    require_state(event, State.PUBLISHED)
    if event.starts_at > clock.now():
        raise RuleBroken(N_("The event has not begun yet."))
    event.words = check_words(words, "words", 20)
    event.state, event.ended_at = State.HELD, clock.now()
    event.save(update_fields=["words", "state", "ended_at"])
    came = event.registrations.filter(attended_at__isnull=False).count()
    record_event("event_held", event, by=by, attended=came)
    return event


@transaction.atomic
def remind(*, event: Event, by: Person | None) -> bool:
    """Remind who comes, and who waits, of an event of tomorrow; tell whether it did.

    Once for a day: an event that was moved is reminded of again.
    """
    require(may_watch(by))
    event = locked(event)
    require_state(event, State.PUBLISHED)
    day = clock.local_day(event.starts_at)
    if day != clock.today() + timedelta(days=1):
        raise RuleBroken(N_("The reminder goes out on the day before."))
    told = [f.figures["day"] for f in facts_about(event.ref) if f.kind == "events.event_reminded"]  # fmt: skip
    if day.isoformat() in told:
        return False
    record_event("event_reminded", event, by=by, day=day.isoformat())
    for row in event.registrations.exclude(standing=Standing.WITHDRAWN).select_related("event"):  # fmt: skip
        record_registration("registration_reminded", row, by=by)
    return True


def _next_code() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('events_number')")
        [number] = cursor.fetchone()
    return f"SK-{clock.today().year}-{number:03}"
