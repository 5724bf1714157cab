"""Who somebody is in a deal, and so which moves are theirs and what they may read."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from khuevan.directory.public import (
    Appointment,
    Organisation,
    Person,
    Role,
    Scope,
    in_force,
)
from khuevan.exchange.public import ACTING, works_for_exchange

from .models import Deal, Party
from .rules.states import (
    SIDES,
    TOGETHER,
    Actor,
    Move,
    Part,
    State,
    binds,
    row_of,
)


READS_TERMS = frozenset({Actor.PROVIDER, Actor.RECIPIENT, Actor.MEDIATOR})


def acts_for(person: Person, organisation: UUID | None, oneself: UUID | None) -> bool:
    """Tell whether somebody acts for an organisation, or is the person themselves."""
    if oneself is not None:
        return person.pk == oneself
    return person.authority.has_in(organisation, *ACTING)


def parts_of(person: Person, deal: Deal) -> frozenset[Part]:
    """Return every part somebody acts for in a deal."""
    return frozenset(
        Part(party.part)
        for party in deal.parties.all()
        if acts_for(person, party.organisation_id, party.person_id)
    )


def side_of(person: Person | None, deal: Deal) -> Part | None:
    """Return the side somebody acts for; None for nobody's, and for who would act for both."""
    if person is None:
        return None
    sides = [part for part in parts_of(person, deal) if part in SIDES]
    return sides[0] if len(sides) == 1 else None


def actors_of(person: Person | None, deal: Deal) -> frozenset[Actor]:
    """Return as what somebody may act in a deal; the system acts where staff may."""
    if person is None:
        return frozenset({Actor.SYSTEM, Actor.STAFF})
    parts = parts_of(person, deal)
    found = {Actor(part.value) for part in parts}
    if len([part for part in parts if part in SIDES]) == 2:
        return frozenset()
    side = side_of(person, deal)
    if side is not None:
        found |= {Actor.SIDE, Actor.ASKER if side == deal.asker else Actor.ASKED}
    if deal.mediator_id == person.pk:
        found.add(Actor.MEDIATOR)
    if not parts and oversees(person):
        found.add(Actor.STAFF)
    return frozenset(found)


def oversees(person: Person | None) -> bool:
    """Tell whether somebody works for the exchange today."""
    return works_for_exchange(person)


def may_open_price(deal: Deal, side: Part | None) -> bool:
    """Let everybody read what was paid: once for each side, after a deal closed."""
    return (
        side is not None
        and deal.state == State.CLOSED
        and not deal.price_consents.filter(part=side).exists()
    )


def may_rate(deal: Deal, side: Part | None) -> bool:
    """Say how the exchange served one's side: once, after the deal ended or was delivered."""
    over = deal.delivered_at is not None or deal.ended_at is not None
    return (
        side is not None
        and over
        and deal.introduced_at is not None
        and not deal.ratings.filter(part=side).exists()
    )


def may_bind(person: Person, party: Party) -> bool:
    """Bind a side: its head, whoever the head lets sign, or the expert in person."""
    if party.person_id is not None:
        return party.person_id == person.pk
    within = person.authority.within(Scope.SIGNING)
    return within.has_in(party.organisation_id, Role.HEAD)


def may_make(person: Person, deal: Deal, move: Move) -> bool:
    """Tell whether somebody may make a move now, binding included: for buttons."""
    if row_of(move, State(deal.state)).by not in actors_of(person, deal):
        return False
    if not binds(move, State(deal.state)) or Actor.MEDIATOR in actors_of(person, deal):
        return True
    side = side_of(person, deal)
    return any(may_bind(person, party) for party in deal.parties.all() if party.part == side)  # fmt: skip


def may_read_terms(person: Person | None, deal: Deal) -> bool:
    """Read terms, memoranda and money: both sides, and a mediator once there is one.

    The exchange's people see where a deal stands, not what it says.
    """
    return bool(actors_of(person, deal) & READS_TERMS) or person is None


def may_read_room(person: Person, deal: Deal) -> bool:
    """Open the data room: both sides, once both agreed to the NDA, as long as the deal lives."""
    return (
        side_of(person, deal) is not None
        and deal.state in TOGETHER
        and deal.room_at is not None
    )


def may_meet(person: Person, deal: Deal) -> bool:
    """See meetings: both sides and the broker who brought them together."""
    actors = actors_of(person, deal)
    return bool(actors & {Actor.SIDE, Actor.BROKER, Actor.MEDIATOR})


def may_know_lister(person: Person | None, deal: Deal) -> bool:
    """Read who lists: everybody in a deal, but an asker only once introduced where it is hidden."""
    known = not deal.lister_hidden or deal.introduced_at is not None
    return known or side_of(person, deal) != deal.asker


def may_register_brokers(person: Person | None) -> bool:
    """Register brokers and end it: the exchange's people."""
    return person is None or oversees(person)


def may_pay_out(person: Person | None, deal: Deal) -> bool:
    """Note money that left the exchange's bank account: its people, and the system."""
    return Actor.STAFF in actors_of(person, deal)


def may_mend_origin(person: Person | None, deal: Deal) -> bool:
    """Confirm papers of the State, and whether it paid: the exchange's people, no party."""
    return person is not None and Actor.STAFF in actors_of(person, deal)


def may_watch(person: Person | None) -> bool:
    """Chase the silent, ask and mark what is late: the system."""
    return person is None


def people_acting_for(
    organisation: Organisation | None, person: Person | None, day: date | None = None
) -> frozenset[UUID]:
    """Return who acts for an organisation on a day, or the person themselves."""
    if person is not None:
        return frozenset({person.pk})
    posts = Appointment.objects.filter(
        in_force(day), organisation=organisation, role__in=ACTING
    )
    return frozenset(posts.values_list("person_id", flat=True))
