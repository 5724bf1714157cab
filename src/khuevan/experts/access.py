"""Who keeps the pool, who speaks for an expert, who asked."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock

from .dated import keeper_on
from .models import ACTING, Booking, Expert


_KEEPING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL)


def keeps_the_pool(person: Person | None) -> bool:
    """Admit, refuse, settle, pay out: people of the body that keeps the pool."""
    if person is None:
        return True
    posts = [h.organisation_id for h in person.authority.holdings if h.role in _KEEPING]
    code = keeper_on(clock.today())
    return bool(posts) and Organisation.objects.filter(pk__in=posts, code=code).exists()


def is_expert(person: Person | None, expert: Expert) -> bool:
    """Change a profile, declare ties, answer bookings: the expert alone."""
    return person is None or person.pk == expert.person_id


def may_decide(person: Person | None, expert: Expert) -> bool:
    """Admit or refuse: who keeps the pool, never about oneself."""
    return keeps_the_pool(person) and (person is None or person.pk != expert.person_id)


def houses_of(person: Person) -> frozenset[UUID]:
    """Return the organisations somebody acts for."""
    return frozenset(
        holding.organisation_id
        for holding in person.authority.holdings
        if holding.role in ACTING and holding.organisation_id is not None
    )


def may_book_for(person: Person, organisation: Organisation | None) -> bool:
    """Book for an organisation: who holds a post there; for oneself: anybody."""
    return organisation is None or person.authority.has_in(organisation.pk, *ACTING)


def is_asker(person: Person | None, booking: Booking) -> bool:
    """Act as who asked: that person, or whoever acts for the organisation it was for."""
    if person is None:
        return True
    asked = booking.consultation
    if asked.asked_by_id == person.pk:
        return True
    return asked.organisation_id is not None and person.authority.has_in(
        asked.organisation_id, *ACTING
    )


def may_settle(person: Person | None, booking: Booking) -> bool:
    """Settle what both sides cannot: the keeper's people, apart from both and their houses.

    Where the keeper's own house asked, all of them are of it: a leader of the city settles.
    """
    if person is None:
        return True
    asked = booking.consultation
    if person.pk in (booking.expert.person_id, asked.asked_by_id):
        return False
    asking = set(houses_of(asked.asked_by))
    if asked.organisation_id is not None:
        asking.add(asked.organisation_id)
    if asking & houses_of(person):
        return False
    if keeps_the_pool(person):
        return True
    keeper = Organisation.objects.filter(pk__in=asking, code=keeper_on(clock.today()))
    return person.authority.has(Role.LEADER) and keeper.exists()


def may_watch(person: Person | None) -> bool:
    """Remind, pass on and let lapse: the system."""
    return person is None
