"""What the clock does: remind, pass on to the keeper, let lapse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.experts.access import may_watch
from khuevan.experts.dated import due_after
from khuevan.experts.facts import record_booking, record_expert
from khuevan.experts.models import Booking, Expert
from khuevan.experts.rules.bookings import CHASED_TWICE, LIVE, MOVES, Move, State
from khuevan.experts.rules.pool import WAITING
from khuevan.platform import clock
from khuevan.worktime.public import Moved

from .common import go_on, keep_step, locked_expert, owner_of, require


@transaction.atomic
def chase(*, booking: Booking, by: Person | None) -> bool:
    """Remind whoever is silent; then let lapse what nobody answered, or tell the keeper.

    Tell whether anything was to do. What was agreed, held or is owed never lapses by
    silence: the keeper of the pool is told, once.
    """
    require(may_watch(by))
    booking = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    now = clock.now()
    if booking.due_at is None or booking.due_at > now or booking.chased >= CHASED_TWICE:
        return False
    if booking.chased and booking.state in MOVES[Move.LAPSE][0]:
        go_on(booking, State.LAPSED)
        _keep(booking, Move.LAPSE, "booking_lapsed")
        return True
    booking.chased += 1
    if booking.chased < CHASED_TWICE:
        booking.due_at = due_after("reminded", now)
        _keep(booking, Move.REMIND, "booking_reminded")
    else:
        _keep(booking, Move.HAND_OVER, "booking_passed_on")
    return True


def _keep(booking: Booking, move: Move, kind: str) -> None:
    booking.save()
    keep_step(booking, move, by=None)
    record_booking(kind, booking, by=None, turn=owner_of(booking).value)


@transaction.atomic
def remind_of_application(*, expert: Expert, by: Person | None) -> bool:
    """Remind, once, whoever an application or a proposal waits for; tell whether it was due."""
    require(may_watch(by))
    expert = locked_expert(expert)
    if expert.standing not in WAITING or expert.reminded:
        return False
    if expert.due_at is None or expert.due_at > clock.now():
        return False
    expert.reminded = True
    expert.save(update_fields=["reminded"])
    record_expert("expert_reminded", expert, by=by)
    return True


@transaction.atomic
def move_clocks(*, day: date, by: Person | None) -> list[Moved]:
    """Reckon the clocks of live bookings again after a day of the calendar changed."""
    since = clock.at_local(day, time.min)
    rows = Booking.objects.filter(state__in=LIVE, chased=0, due_at__gte=since)
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return list(_moved(list(locked), by))


def _moved(rows: list[Booking], by: Person | None) -> Iterator[Moved]:
    for row in rows:
        start = row.since
        if row.state == State.AGREED and row.time is not None:
            start = max(start, row.time.upper)
        before, row.due_at = row.due_at, due_after(row.state, start)
        assert before is not None
        if row.due_at == before:
            continue
        row.save(update_fields=["due_at"])
        record_booking("clock_moved", row, by=by, due_before=before, due_after=row.due_at)  # fmt: skip
        yield Moved(row.ref, before, row.due_at)
