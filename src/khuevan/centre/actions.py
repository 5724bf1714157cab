"""Everything that happens at a reception point."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.tries import count_act

from .access import POINTS, may_count_party, may_serve
from .hours import check_open, check_slot
from .models import Booking, Desk, PartyCount, Ticket
from .queries import places_at
from .rules import (
    AHEAD_DAYS,
    BOOKINGS_OF_AN_ADDRESS,
    IN_A_ROW,
    LATE,
    TICKETS_OF_AN_ADDRESS,
    BookingState,
    Priority,
    TicketState,
    Waiting,
    check_move,
    next_in_turn,
)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


@transaction.atomic
def open_desk(*, point: Organisation, number: int, by: Person) -> Desk:
    """Sit down at a desk; leaving the one where one sat before."""
    _require(may_serve(by, point))
    _check_point(point)
    Desk.objects.filter(official=by).update(official=None, opened_at=None)
    desk, _ = Desk.objects.select_for_update().get_or_create(point=point, number=number)
    if desk.official_id is not None:
        raise RuleBroken(N_("Somebody else sits at this desk."), field="number")
    desk.official, desk.opened_at = by, clock.now()
    desk.save()
    record("centre.desk_opened", subject=desk.ref, by=by, point=str(point.pk), number=number)  # fmt: skip
    return desk


@transaction.atomic
def close_desk(*, desk: Desk, by: Person) -> Desk:
    """Leave a desk; nobody may be left sitting in front of it."""
    desk = Desk.objects.select_for_update().get(pk=desk.pk)
    _require(desk.official_id == by.pk)
    if Ticket.objects.filter(desk=desk, state__in=[TicketState.CALLED, TicketState.SERVING]).exists():  # fmt: skip
        raise RuleBroken(N_("Finish with the person at the desk first."))
    desk.official = desk.opened_at = None
    desk.save()
    record("centre.desk_closed", subject=desk.ref, by=by, number=desk.number)
    return desk


@transaction.atomic
def take_ticket(
    *,
    point: Organisation,
    procedure: str = "",
    priority: Priority = Priority.NONE,
    booking: Booking | None = None,
    address: str = "",
    by: Person | None,
) -> Ticket:
    """Take a number at a point while it is open; an appointment's is called at its time.

    Who gives no name may take only so many from one `address` of the net.
    """
    _check_point(point)
    if by is None and address and booking is None:
        count_act("centre.ticket", address, TICKETS_OF_AN_ADDRESS)
    check_open(clock.now(), booked=booking is not None)
    today = clock.today()
    # The point's row is the lock under which numbers run.
    Organisation.objects.select_for_update().get(pk=point.pk)
    if booking is not None:
        _arrive(booking, point)
    last = Ticket.objects.filter(point=point, day=today).aggregate(n=Max("number"))["n"]
    ticket = Ticket.objects.create(
        point=point, day=today, number=(last or 0) + 1, procedure=procedure,
        priority=priority, booking=booking,
    )  # fmt: skip
    _told("ticket_taken", ticket, by, priority=priority != Priority.NONE)
    return ticket


@transaction.atomic
def call_next(*, desk: Desk, by: Person) -> Ticket | None:
    """Call whose turn it is to one's desk; None where nobody waits."""
    desk = Desk.objects.select_for_update().get(pk=desk.pk)
    _require(desk.official_id == by.pk)
    if Ticket.objects.filter(desk=desk, state__in=[TicketState.CALLED, TicketState.SERVING]).exists():  # fmt: skip
        raise RuleBroken(N_("Finish with the person at the desk first."))
    today = clock.today()
    queue = {
        t.number: t
        for t in Ticket.objects.waiting()
        .select_for_update(of=("self",))
        .select_related("booking")
        .filter(point=desk.point_id, day=today)
    }
    last = Ticket.objects.filter(
        point=desk.point_id, day=today, called_at__isnull=False
    ).order_by("-called_at")[:IN_A_ROW]
    turn = next_in_turn(
        [_as_waiting(t) for t in queue.values()],
        [t.priority != Priority.NONE for t in last],
        clock.now(),
    )
    if turn is None:
        return None
    ticket = queue[turn.number]
    ticket.state, ticket.desk, ticket.official = TicketState.CALLED.value, desk, by
    ticket.called_at = clock.now()
    ticket.save()
    _told("ticket_called", ticket, by, desk=desk.number)
    return ticket


@transaction.atomic
def start_serving(*, ticket: Ticket, by: Person) -> Ticket:
    """The person called has come to the desk."""
    return _move(ticket, TicketState.SERVING, "ticket_started", by)


@transaction.atomic
def finish_ticket(*, ticket: Ticket, by: Person) -> Ticket:
    """The person has been served."""
    return _move(ticket, TicketState.DONE, "ticket_done", by)


@transaction.atomic
def mark_no_show(*, ticket: Ticket, by: Person) -> Ticket:
    """The person called did not come; they may ask to wait again."""
    return _move(ticket, TicketState.NO_SHOW, "ticket_missed", by)


@transaction.atomic
def recall(*, ticket: Ticket, by: Person) -> Ticket:
    """Let a ticket wait again, where it stood: somebody else serves them, or they came late."""
    return _move(ticket, TicketState.WAITING, "ticket_recalled", by)


@transaction.atomic
def give_up(*, ticket: Ticket, by: Person | None) -> Ticket:
    """Leave the queue; whoever holds the ticket's address may."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    check_move(TicketState(ticket.state), TicketState.LEFT)
    ticket.state, ticket.ended_at = TicketState.LEFT.value, clock.now()
    ticket.save()
    _told("ticket_left", ticket, by)
    return ticket


@transaction.atomic
def book(
    *,
    point: Organisation,
    starts_at: datetime,
    name: str,
    phone: str,
    procedure: str = "",
    address: str = "",
    by: Person | None,
) -> Booking:
    """Book a quarter of an hour at a point; one place for each of its desks."""
    _check_point(point)
    if by is None and address:
        count_act("centre.booking", address, BOOKINGS_OF_AN_ADDRESS)
    if not name.strip() or sum(c.isdigit() for c in phone) < 9:
        raise RuleBroken(N_("Give your name and a telephone number."), field="phone")
    day = clock.local_day(starts_at)
    if not clock.now() < starts_at or (day - clock.today()).days > AHEAD_DAYS:
        raise RuleBroken(
            N_("Choose a time from now to %(days)s days ahead."),
            field="starts_at",
            days=AHEAD_DAYS,
        )
    check_slot(starts_at)
    Organisation.objects.select_for_update().get(pk=point.pk)
    taken = set(Booking.objects.filter(point=point, starts_at=starts_at).exclude(state=BookingState.CANCELLED).values_list("place", flat=True))  # fmt: skip
    free = [place for place in range(1, places_at(point) + 1) if place not in taken]
    if not free:
        raise RuleBroken(N_("This time is taken; choose another."), field="starts_at")
    booking = Booking.objects.create(
        point=point, starts_at=starts_at, place=free[0], procedure=procedure,
        person=by, name=name.strip(), phone=phone.strip(),
    )  # fmt: skip
    record("centre.booking_made", subject=booking.ref, by=by, point=str(point.pk), starts_at=starts_at.isoformat())  # fmt: skip
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, by: Person | None) -> Booking:
    """Give an appointment back; whoever holds its address may."""
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state != BookingState.BOOKED:
        raise RuleBroken(N_("This appointment is over."))
    booking.state = BookingState.CANCELLED.value
    booking.save()
    record("centre.booking_cancelled", subject=booking.ref, by=by)
    return booking


@transaction.atomic
def note_missed_bookings(*, by: Person | None = None) -> int:
    """Mark appointments nobody came to, half an hour after their start; return how many."""
    missed = Booking.objects.select_for_update(skip_locked=True).filter(
        state=BookingState.BOOKED, starts_at__lt=clock.now() - LATE
    )
    rows = list(missed.order_by("starts_at")[:500])
    for booking in rows:
        booking.state = BookingState.MISSED.value
        booking.save(update_fields=["state"])
        record("centre.booking_missed", subject=booking.ref, by=by, point=str(booking.point_id), starts_at=booking.starts_at.isoformat())  # fmt: skip
    return len(rows)


@transaction.atomic
def count_party_month(
    *,
    organisation: Organisation,
    procedure: str,
    month: date,
    received: int,
    settled: int,
    on_time: int,
    mean_days: Decimal,
    by: Person | None,
) -> PartyCount:
    """Enter a month of a Party procedure: counts and times, nothing of people."""
    _require(may_count_party(by))
    if on_time > settled:
        raise RuleBroken(N_("No more can be on time than were settled."), field="on_time")  # fmt: skip
    if month.day != 1 or month > clock.today():
        raise RuleBroken(N_("Name a month that has begun by its first day."), field="month")  # fmt: skip
    row, _ = PartyCount.objects.update_or_create(
        organisation=organisation,
        procedure=procedure,
        month=month,
        defaults={
            "received": received, "settled": settled, "on_time": on_time,
            "mean_days": mean_days, "entered_by": by, "entered_at": clock.now(),
        },
    )  # fmt: skip
    record("centre.party_counted", subject=row.ref, by=by, procedure=procedure, month=month.isoformat(), received=received, settled=settled, on_time=on_time)  # fmt: skip
    return row


def _check_point(point: Organisation) -> None:
    if point.kind not in POINTS:
        raise RuleBroken(N_("“%(name)s” is no reception point."), name=point.name)


def _arrive(booking: Booking, point: Organisation) -> None:
    held = Booking.objects.select_for_update().get(pk=booking.pk)
    if held.point_id != point.pk or held.state != BookingState.BOOKED:
        raise RuleBroken(N_("This appointment is not for today at this point."))
    if clock.local_day(held.starts_at) != clock.today():
        raise RuleBroken(N_("This appointment is not for today at this point."))
    held.state = BookingState.ARRIVED.value
    held.save()


def _move(ticket: Ticket, after: TicketState, kind: str, by: Person) -> Ticket:
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    _require(may_serve(by, ticket.point))
    check_move(TicketState(ticket.state), after)
    ticket.state = after.value
    now = clock.now()
    if after is TicketState.SERVING:
        ticket.started_at = now
    elif after is TicketState.WAITING:
        ticket.desk = ticket.official = None
    elif after is TicketState.DONE:
        ticket.ended_at = now
    ticket.save()
    _told(kind, ticket, by)
    return ticket


def _told(kind: str, ticket: Ticket, by: Person | None, **figures: Any) -> None:
    record(
        f"centre.{kind}", subject=ticket.ref, by=by, point=str(ticket.point_id),
        number=ticket.number, **figures,
    )  # fmt: skip


def _as_waiting(ticket: Ticket) -> Waiting:
    return Waiting(
        ticket.number,
        ticket.taken_at,
        ticket.priority != Priority.NONE,
        ticket.booking.starts_at if ticket.booking else None,
    )
