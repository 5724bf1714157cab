"""Registering, withdrawing, and being counted at the door."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.events.access import may_run, may_use, may_watch
from khuevan.events.dated import keep_on, notice_version_on
from khuevan.events.facts import record_event, record_registration
from khuevan.events.models import Event, Registration
from khuevan.events.rules.events import (
    REGISTRATIONS_OF_AN_ADDRESS,
    Audience,
    Standing,
    State,
    check_open,
    check_words,
    new_ticket,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.tries import count_act

from .common import locked, move_up, registration_locked, require, require_state


@transaction.atomic
def register(
    *, event: Event, name: str = "", email: str = "", address: str = "", by: Person | None,
) -> Registration:  # fmt: skip
    """Register by account, or as a guest with name and e-mail; a full event has a waiting list.

    Guests may register only so often from one `address` of the net. RuleBroken outside the
    time of registration, twice, or as a guest where accounts are asked for.
    """
    if by is None and address:
        count_act("events.registration", address, REGISTRATIONS_OF_AN_ADDRESS)
    event = locked(event)
    check_open(State(event.state), event.opens_at, event.closes_at, clock.now())
    if by is None and event.audience == Audience.ACCOUNTS:
        raise RuleBroken(N_("This event is for people with an account: sign in first."))
    row = Registration(event=event, person=by, made_at=clock.now())
    rows = event.registrations.exclude(standing=Standing.WITHDRAWN)
    if by is None:
        row.name, row.email = check_words(name, "name", 2), _email(email)
        row.notice = notice_version_on(clock.today())
        known = rows.filter(email__iexact=row.email)
    else:
        known = rows.filter(person=by)
    if known.exists():
        if by is not None:
            raise RuleBroken(N_("You are registered already."))
        raise RuleBroken(
            N_("This e-mail address is registered already: the message sent to it leads to the ticket."),
            field="email",
        )  # fmt: skip
    taken = rows.filter(standing=Standing.REGISTERED).count()
    row.standing = Standing.REGISTERED if taken < event.seats else Standing.WAITING
    row.token, row.ticket = secrets.token_urlsafe(24), _free_ticket(event)
    row.save()
    record_registration("registration_made", row, by=by)
    return row


def _email(told: str) -> str:
    try:
        validate_email(told.strip())
    except ValidationError as fault:
        raise RuleBroken(N_("Give an e-mail address such as an@example.org."), field="email") from fault  # fmt: skip
    return told.strip()


def _free_ticket(event: Event) -> str:
    while True:  # of 31**6, so that one drawing nearly always does
        ticket = new_ticket()
        if not event.registrations.filter(ticket=ticket).exists():
            return ticket


@transaction.atomic
def withdraw(*, registration: Registration, by: Person | None) -> Registration:
    """Come after all not: the seat goes to whoever waits longest; a guest's data is erased."""
    row = registration_locked(registration)
    require(may_use(by, row))
    require_state(row.event, State.PUBLISHED)
    if row.standing == Standing.WITHDRAWN:
        raise RuleBroken(N_("You have withdrawn already."))
    if row.attended_at is not None:
        raise RuleBroken(N_("You were counted at the door already."))
    row.standing, row.withdrawn_at = Standing.WITHDRAWN, clock.now()
    if row.person_id is None:
        row.name, row.email, row.erased_at = "", "", clock.now()
    row.save()
    if row.event.ends_at > clock.now():
        move_up(row.event, by=None)
    record_registration("registration_withdrawn", row, by=by)
    return row


@transaction.atomic
def count_in(*, registration: Registration, by: Person) -> Registration:
    """Count somebody at the door; once more changes nothing."""
    row = registration_locked(registration)
    require(may_run(by, row.event))
    if row.attended_at is not None:
        return row
    require_state(row.event, State.PUBLISHED)
    if row.standing != Standing.REGISTERED:
        raise RuleBroken(N_("This ticket has no seat: it is on the waiting list, or was withdrawn."))  # fmt: skip
    if clock.now() < row.event.starts_at - timedelta(days=1):
        raise RuleBroken(N_("The door opens a day before the event at the earliest."))
    row.attended_at, row.counted_by = clock.now(), by
    row.first_time = not _came_before(row)
    row.save()
    record_registration("guest_counted", row, by=by)
    return row


def _came_before(row: Registration) -> bool:
    """Tell whether somebody came to another event; of guests as long as they are known."""
    rows = Registration.objects.filter(attended_at__isnull=False).exclude(pk=row.pk)
    same = rows.filter(person=row.person_id) if row.person_id else rows.filter(email__iexact=row.email)  # fmt: skip
    return same.exists()


@transaction.atomic
def take_back_count(*, registration: Registration, by: Person) -> Registration:
    """Undo a count that was a mistake."""
    row = registration_locked(registration)
    require(may_run(by, row.event))
    require_state(row.event, State.PUBLISHED)
    if row.attended_at is None:
        raise RuleBroken(N_("This ticket was not counted."))
    row.attended_at, row.counted_by, row.first_time = None, None, None
    row.save()
    record_registration("count_taken_back", row, by=by)
    return row


@transaction.atomic
def erase_guests(*, event: Event, by: Person | None) -> int:
    """Erase what guests gave once its time is over; return of how many."""
    require(may_watch(by))
    event = locked(event)
    until = (event.ended_at or event.ends_at) + timedelta(days=keep_on(clock.today()))
    if clock.now() < until:
        return 0
    guests = event.registrations.filter(person=None, erased_at=None)
    erased = guests.update(name="", email="", erased_at=clock.now())
    if erased:
        record_event("guests_erased", event, by=by, erased=erased)
    return erased
