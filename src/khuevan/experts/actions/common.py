"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from khuevan.directory.public import Person
from khuevan.experts.dated import due_after
from khuevan.experts.models import Booking, Expert, Step
from khuevan.experts.queries.conflicts import conflicts_of
from khuevan.experts.rules.bookings import (
    LIVE,
    OWNERS,
    Move,
    Span,
    State,
    Turn,
    check_move,
)
from khuevan.experts.rules.pool import Standing
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked_expert(expert: Expert) -> Expert:
    """Return the expert again, locked until the action ends."""
    rows = Expert.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=expert.pk)


def require_standing(expert: Expert, *standings: Standing) -> None:
    """Refuse what comes too early or too late."""
    if expert.standing not in standings:
        raise RuleBroken(N_("This cannot be done as the expert stands now; reload the page."))  # fmt: skip


def begin(booking: Booking, move: Move) -> Booking:
    """Return a booking locked, its expert first; refuse what its state does not allow.

    Whoever agrees on a time locks the expert before the booking, so that two bookings of
    one expert are agreed on one after the other.
    """
    expert = locked_expert(booking.expert)
    rows = Booking.objects.select_for_update(of=("self",)).select_related(
        "consultation__organisation", "consultation__asked_by"
    )
    found = rows.get(pk=booking.pk)
    found.expert = expert
    check_move(State(found.state), move)
    return found


def go_on(booking: Booking, state: State, *, since: datetime | None = None) -> None:
    """Put a booking into a state, with the clock of whoever is to act; the caller saves."""
    booking.state, booking.chased = state, 0
    booking.since = clock.now()
    start = max(booking.since, since) if since else booking.since
    booking.due_at = due_after(state, start) if state in LIVE else None


def keep_step(booking: Booking, move: Move, *, by: Person | None, words: str = "", turn: Turn | None = None) -> None:  # fmt: skip
    """Keep what was done, by which side."""
    Step.objects.create(
        booking=booking, move=move, by=by, words=words, turn=turn or "", at=clock.now()
    )


def owner_of(booking: Booking) -> Turn:
    """Return who is to act next."""
    return OWNERS.get(State(booking.state), Turn.NOBODY)


def refuse_conflict(expert: Expert, sides: list[UUID], field: str = "") -> None:
    """Refuse an expert with a tie to a side today."""
    found = conflicts_of(expert, sides, clock.today())
    if found:
        raise RuleBroken(
            N_("%(name)s has a tie to %(organisation)s and does not advise on this matter."),
            field=field, name=expert.person.full_name, organisation=found[0].name,
        )  # fmt: skip


def refuse_taken(why: str, expert: Expert, span: Span, field: str = "") -> None:
    """Refuse a time the expert does not have."""
    if why:
        sentence = (
            N_("%(name)s is booked at %(at)s already.")
            if why == "booked"
            else N_("%(name)s takes no bookings on that day: %(at)s.")
        )
        at = span.start.astimezone(clock.HANOI)
        raise RuleBroken(sentence, field=field, name=expert.person.full_name, at=f"{at:%H:%M %d/%m/%Y}")  # fmt: skip
