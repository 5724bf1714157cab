"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from khuevan.directory.public import Person
from khuevan.events.facts import record_registration
from khuevan.events.models import Event, Registration
from khuevan.events.rules.events import Standing, State
from khuevan.platform.errors import N_, RuleBroken


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(event: Event) -> Event:
    """Return the event again, locked until the action ends: seats are counted under it."""
    rows = Event.objects.select_for_update(of=("self",)).select_related("organiser")
    return rows.get(pk=event.pk)


def require_state(event: Event, *states: State) -> None:
    """Refuse what comes too early or too late."""
    if event.state not in states:
        raise RuleBroken(N_("This cannot be done with the event as it stands now; reload its page."))  # fmt: skip


def move_up(event: Event, *, by: Person | None) -> int:
    """Give free seats to whoever waits longest; return how many moved up."""
    rows = event.registrations
    free = event.seats - rows.filter(standing=Standing.REGISTERED).count()
    waiting = rows.filter(standing=Standing.WAITING).order_by("made_at", "pk")
    moved = list(waiting[: max(free, 0)])
    for row in moved:
        row.standing = Standing.REGISTERED
        row.save(update_fields=["standing"])
        record_registration("registration_moved_up", row, by=by)
    return len(moved)


def registration_locked(registration: Registration) -> Registration:
    """Return a registration with its event, both locked, the event first."""
    event = locked(registration.event)
    rows = Registration.objects.select_for_update(of=("self",))
    found = rows.get(pk=registration.pk)
    found.event = event
    return found
