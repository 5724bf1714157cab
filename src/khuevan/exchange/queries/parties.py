"""Who stands behind members and bidders, by what they declared and where they work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from khuevan.directory.public import (
    Appointment,
    Organisation,
    Person,
    holdings_of,
    in_force,
)
from khuevan.exchange.models import Listing, Member, MemberParty
from khuevan.exchange.models.members import ACTING, SPEAKING
from khuevan.exchange.rules.auctioning import PartyKind, Side, party_key, related
from khuevan.exchange.rules.members import Tier


def seller_side(listing: Listing) -> Side:
    """Return who sells: the member, its organisation, the owners named and declared."""
    member = listing.member
    holder = member.organisation or member.person
    assert holder is not None
    names = {party_key(owner.name) for owner in listing.owners.all()}
    asked = _Asked({member.ref, holder.ref}, names | {party_key(member.name)}, [member])
    return _sides({member.pk: asked})[member.pk]


def bidder_sides(people: Collection[Person]) -> dict[UUID, Side]:
    """Return who bids: every body each holds a post in today, and the members each speaks for.

    By the person's id; the same few queries however many they are.
    """
    held = holdings_of(people)
    posts = {one.organisation_id for holdings in held.values() for one in holdings}
    bodies = Organisation.objects.in_bulk(posts)
    rows = Member.objects.filter(Q(organisation__in=posts) | Q(person__in=people))
    member_of = {row.person_id or row.organisation_id: row for row in rows}
    asked = {}
    for person in people:
        own = [bodies[one] for one in {h.organisation_id for h in held[person.pk]}]
        speaks = {h.organisation_id for h in held[person.pk] if h.role in SPEAKING}
        mine = [member_of[one] for one in (person.pk, *speaks) if one in member_of]
        refs = {person.ref, *(body.ref for body in own), *(one.ref for one in mine)}
        names = {party_key(person.full_name), *(party_key(body.name) for body in own)}
        asked[person.pk] = _Asked(refs, names, mine)
    return _sides(asked)


def are_related(one: UUID, other: UUID) -> bool:
    """Tell whether two members declared an owner or a bank account in common."""
    rows = Member.objects.select_related("organisation", "person").in_bulk([one, other])
    asked = {pk: _Asked({row.ref}, {party_key(row.name)}, [row]) for pk, row in rows.items()}  # fmt: skip
    sides = _sides(asked)
    return related(sides[one], sides[other])


def parties_of(member: Member) -> dict[PartyKind, list[str]]:
    """Return what a member declared, as it told it."""
    rows = MemberParty.objects.filter(member=member)
    return {kind: [row.told for row in rows if row.kind == kind] for kind in PartyKind}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose side is asked for: bodies and names, and the members behind it."""

    bodies: set[str]
    names: set[str]
    members: list[Member]


def _sides(asked: Mapping[UUID, _Asked]) -> dict[UUID, Side]:
    everybody = {member.pk: member for one in asked.values() for member in one.members}
    declared = defaultdict(list)
    for row in MemberParty.objects.filter(member__in=everybody):
        declared[row.member_id].append(row)
    acting = _acting_for(everybody.values())
    return {key: _side(one, declared, acting) for key, one in asked.items()}


def _side(one: _Asked, declared: Mapping[UUID, list[MemberParty]], acting: Mapping[UUID, set[UUID]]) -> Side:  # fmt: skip
    """Return a side by what its members declared and who acts for them."""
    rows = [row for member in one.members for row in declared.get(member.pk, ())]
    owners = {row.key for row in rows if row.kind == PartyKind.OWNER}
    accounts = {row.key for row in rows if row.kind == PartyKind.ACCOUNT}
    persons = any(member.person_id and member.pk in declared for member in one.members)
    return Side(
        frozenset(one.bodies), frozenset(one.names), frozenset(owners), frozenset(accounts),
        declared=bool(accounts) and (bool(owners) or persons),
        people=frozenset().union(*(acting[member.pk] for member in one.members)),
        verified=any(member.tier != Tier.REGISTERED for member in one.members),
    )  # fmt: skip


def _acting_for(members: Collection[Member]) -> dict[UUID, set[UUID]]:
    """Return who may act for each member: a person for themselves, an organisation's people."""
    bodies = {member.organisation_id for member in members if member.organisation_id}
    posts = Appointment.objects.filter(in_force(), organisation__in=bodies, role__in=ACTING)  # fmt: skip
    people: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
    for organisation, person in posts.values_list("organisation", "person"):
        people[organisation].add(person)
    return {
        member.pk: {member.person_id} if member.person_id else people[member.organisation_id]
        for member in members
    }  # fmt: skip
