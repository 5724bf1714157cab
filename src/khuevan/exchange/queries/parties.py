"""Who stands behind members and bidders, by what they declared and where they work."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from khuevan.directory.public import Appointment, Organisation, Person, in_force
from khuevan.exchange.models import Listing, Member, MemberParty
from khuevan.exchange.models.members import ACTING
from khuevan.exchange.rules.auctioning import PartyKind, Side, party_key, related
from khuevan.exchange.rules.members import Tier


def seller_side(listing: Listing) -> Side:
    """Return who sells: the member, its organisation, the owners named and declared."""
    member = listing.member
    holder = member.organisation or member.person
    assert holder is not None
    names = {party_key(owner.name) for owner in listing.owners.all()}
    return _side(
        {member.ref, holder.ref}, names | {party_key(member.name)}, {member.pk}
    )


def bidder_side(person: Person) -> Side:
    """Return who bids: every body one holds a post in today, and the members one speaks for."""
    posts = {holding.organisation_id for holding in person.authority.holdings}
    bodies = Organisation.objects.filter(pk__in=posts - {None})
    members = list(Member.objects.acted_for_by(person).select_related("organisation"))
    refs = {person.ref, *(body.ref for body in bodies), *(one.ref for one in members)}
    names = {party_key(person.full_name), *(party_key(body.name) for body in bodies)}
    return _side(refs, names, {one.pk for one in members})


def are_related(one: UUID, other: UUID) -> bool:
    """Tell whether two members declared an owner or a bank account in common."""
    return related(_declared(one), _declared(other))


def _declared(key: UUID) -> Side:
    member = Member.objects.select_related("organisation", "person").get(pk=key)
    return _side({member.ref}, {party_key(member.name)}, {key})


def parties_of(member: Member) -> dict[PartyKind, list[str]]:
    """Return what a member declared, as it told it."""
    rows = MemberParty.objects.filter(member=member)
    return {kind: [row.told for row in rows if row.kind == kind] for kind in PartyKind}


def _side(bodies: set[str], names: set[str], members: Collection[object]) -> Side:
    rows = MemberParty.objects.filter(member__in=members).select_related("member")  # type: ignore[misc]  # fmt: skip
    owners = {row.key for row in rows if row.kind == PartyKind.OWNER}
    accounts = {row.key for row in rows if row.kind == PartyKind.ACCOUNT}
    persons = any(row.member.person_id for row in rows)
    return Side(
        frozenset(bodies), frozenset(names), frozenset(owners), frozenset(accounts),
        declared=bool(accounts) and (bool(owners) or persons),
        people=_acting_for(members),
        verified=Member.objects.filter(pk__in=list(members)).exclude(tier=Tier.REGISTERED).exists(),
    )  # fmt: skip


def _acting_for(members: Collection[object]) -> frozenset[UUID]:
    """Return who may act for members: a person for themselves, an organisation's people."""
    rows = Member.objects.filter(pk__in=list(members))
    bodies = [row.organisation_id for row in rows if row.organisation_id]
    posts = Appointment.objects.filter(in_force(), organisation__in=bodies, role__in=ACTING)  # fmt: skip
    alone = [row.person_id for row in rows if row.person_id]
    return frozenset([*posts.values_list("person_id", flat=True), *alone])
