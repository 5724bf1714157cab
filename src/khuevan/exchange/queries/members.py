"""Members as other apps see them: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from khuevan.directory.public import Organisation, Person
from khuevan.exchange.countries import HOME
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.exchange.rules.screening import Screening
from khuevan.platform.text import fold


NARROWING = {"kind": "kind", "field": "fields__contains", "region": "region", "tier": "tier"}  # fmt: skip
"""What narrows the list of members, with the column of each."""


ABROAD = "abroad"
"""The region of a member whose seat is in another country."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of the exchange: an organisation, or a person as an expert."""

    id: UUID
    name: str
    kind: MemberKind
    tier: Tier
    organisation: Organisation | None
    person: Person | None
    country: str

    @property
    def abroad(self) -> bool:
        """Tell whether its seat is outside Viet Nam."""
        return self.country != HOME


def member_view(member: Member) -> MemberView:
    """Return a member as a frozen value."""
    return MemberView(
        member.pk, member.name, MemberKind(member.kind), Tier(member.tier),
        member.organisation, member.person, member.country,
    )  # fmt: skip


def find_members(
    person: Person | AnonymousUser, words: str, narrowed: Mapping[str, str]
) -> list[Member]:
    """Return members by name, with words of it, narrowed by kind, field, region or tier."""
    rows = Member.objects.visible_to(person)
    rows = rows.select_related("organisation", "person")
    for name, column in NARROWING.items():
        if (asked := narrowed.get(name, "")) and "\0" not in asked:
            rows = rows.filter(**{column: [asked] if name == "field" else asked})
    said = fold(words).split()
    kept = [m for m in rows if all(word in fold(m.name) for word in said)]
    return sorted(kept, key=lambda m: (m.organisation or m.person).sort_key)  # type: ignore[union-attr]


def members_acted_for(person: Person | AnonymousUser) -> list[MemberView]:
    """Return the members somebody speaks for, in the order they joined."""
    rows = Member.objects.acted_for_by(person).order_by("joined_at", "pk")
    return [member_view(row) for row in rows.select_related("organisation", "person")]


def member_with(key: UUID) -> MemberView | None:
    """Return the member with a key, None where there is none."""
    found = Member.objects.select_related("organisation", "person").filter(pk=key).first()  # fmt: skip
    return member_view(found) if found else None


def regions_of(members: Iterable[UUID]) -> dict[UUID, str]:
    """Return the province each member says its seat is in, "" where it says none.

    `ABROAD` for who sits in another country.
    """
    rows = Member.objects.filter(pk__in=list(members))
    return {
        key: region if country == HOME else ABROAD
        for key, region, country in rows.values_list("pk", "region", "country")
    }


def all_members() -> list[MemberView]:
    """Return every member, by name."""
    rows = Member.objects.select_related("organisation", "person")
    return sorted((member_view(row) for row in rows), key=lambda view: view.name)


def lister_of(listing: UUID) -> MemberView:
    """Return who lists something, also where the listing hides it: for who deals with it."""
    return member_view(Listing.objects.select_related("member__organisation", "member__person").get(pk=listing).member)  # fmt: skip


def owners_of(listing: UUID) -> list[str]:
    """Return the names of the owners a listing states, whoever may read them."""
    return list(Listing.objects.get(pk=listing).owners.values_list("name", flat=True))


def is_restricted(listing: UUID) -> bool:
    """Tell whether a listing's technology stands on the list of the restricted."""
    return Listing.objects.filter(pk=listing, screening=Screening.RESTRICTED).exists()
