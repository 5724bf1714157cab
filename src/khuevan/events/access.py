"""Who runs an event; who holds a ticket acts by holding it."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person

from .models import RUNNING, Event, Registration


def may_run_for(person: Person | None, organiser: Organisation) -> bool:
    """Draft, publish, count, moderate: heads and officials of the organiser."""
    return person is None or person.authority.has_in(organiser.pk, *RUNNING)


def may_run(person: Person | None, event: Event) -> bool:
    """Run this event: heads and officials of its organiser."""
    return person is None or person.authority.has_in(event.organiser_id, *RUNNING)


def may_use(person: Person | None, registration: Registration) -> bool:
    """Use a registration: whoever holds its address, but one of an account only that one.

    A stranger with the address of an account's ticket reads it; `by` None acts as a guest.
    """
    return registration.person_id is None or (
        person is not None and person.pk == registration.person_id
    )


def may_watch(person: Person | None) -> bool:
    """Remind, and erase what guests gave once its time is over: the system."""
    return person is None
