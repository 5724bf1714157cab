"""What other apps may use of the exchange: find listings, and read them as somebody may."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from khuevan.directory.public import Organisation, Person
from khuevan.matching.public import Asked

from . import actions
from .access import REVIEWING, works_for_exchange
from .actions.foreign import Declared
from .beside import (
    Beside,
    Line,
    register_record,
    register_step,
    register_tab,
    tabs_for,
)
from .dated import operator_on
from .facts import misuse_over
from .index import rebuild_index
from .models import Listing, Member, NdaNote
from .models.members import ACTING
from .provinces import PROVINCES
from .queries.disclosing import Shown, reader_of
from .queries.listings import read_listing
from .queries.members import (
    ABROAD,
    MemberView,
    all_members,
    is_restricted,
    lister_of,
    member_with,
    members_acted_for,
    owners_of,
    regions_of,
)
from .queries.parties import are_related
from .queries.searching import search_listings
from .queries.statistics import Shelf, Views, shelves, views_between
from .rules.disclosing import Clearance, Level
from .rules.foreign import Origin, TooAlike
from .rules.listings import (
    Field,
    IpStatus,
    Kind,
    Licence,
    Owner,
    Stage,
    State,
    Territory,
    Told,
    Verification,
)
from .rules.members import FITTING, MemberKind, Tier
from .words import FIELDS, KINDS, MEMBER_KINDS, TIERS


def find_offers_and_needs(
    *, person: Person | AnonymousUser, text: str, limit: int = 10
) -> list[tuple[str, str, str]]:
    """Return title, code and address of published listings, for the one search."""
    if not text.strip():
        return []
    found = search_listings(reader_of(person), Asked(text=text[:200]), size=limit).rows
    return [
        (shown.fields["title_vi"], shown.code, reverse("exchange-listing", args=[shown.code]))
        for shown in found
    ]  # fmt: skip


def listing_for(person: Person | AnonymousUser | None, code: str) -> Shown | None:
    """Return a listing as somebody may read it, None where they may not see it."""
    return read_listing(reader_of(person), code)


def open_after_nda(*, listing: UUID, member: UUID, signed_on: date) -> UUID | None:
    """Open to a member what a listing keeps for after an NDA; return the note of it.

    None where it was open already. The calling app has seen both sides agree.
    """
    if NdaNote.objects.filter(listing=listing, member=member, ended_on=None).exists():
        return None
    note = actions.note_nda(
        listing=Listing.objects.get(pk=listing),
        member=Member.objects.get(pk=member),
        signed_on=signed_on,
        by=None,
    )
    return note.pk


def platform_member(*, organisation: Organisation, profile: str) -> UUID:
    """Return the member another exchange takes part as; it joins where it has not."""
    found = Member.objects.filter(organisation=organisation).first()
    if found is None:
        kind = MemberKind.PLATFORM
        if organisation.kind not in FITTING[kind]:
            kind = MemberKind.AGENCY
        found = actions.join_exchange(
            kind=kind, organisation=organisation, profile_vi=profile, by=None
        )
    return found.pk


def take_in(
    *, member: UUID, declared: Declared, origin: Origin, alike_is_fine: bool = False
) -> UUID:
    """List what another exchange lists, or bring it up to date; return the listing here.

    Raises what `actions.take_in_listing` raises; then nothing has changed.
    """
    row = Member.objects.get(pk=member)
    return actions.take_in_listing(
        member=row, declared=declared, origin=origin, alike_is_fine=alike_is_fine, by=None
    ).pk  # fmt: skip


def drop(*, listing: UUID) -> bool:
    """Take a listing of another exchange off; tell whether it stood here."""
    return actions.drop_listing(listing=Listing.objects.get(pk=listing), by=None)


def code_of(listing: UUID) -> str:
    """Return the code of a listing."""
    return Listing.objects.values_list("code", flat=True).get(pk=listing)


def close_after_nda(*, note: UUID) -> None:
    """Close again what a note opened; a note that has ended stays as it is."""
    found = NdaNote.objects.filter(pk=note, ended_on=None).first()
    if found is not None:
        actions.end_nda(note=found, by=None)


def note_delivered(*, member: UUID) -> None:
    """Count a deal of a member that was traced to its delivery."""
    actions.note_delivered(member=Member.objects.get(pk=member), by=None)


__all__ = [
    "ABROAD",
    "ACTING",
    "FIELDS",
    "KINDS",
    "MEMBER_KINDS",
    "PROVINCES",
    "REVIEWING",
    "TIERS",
    "Beside",
    "Clearance",
    "Declared",
    "Field",
    "IpStatus",
    "Kind",
    "Level",
    "Licence",
    "Line",
    "MemberKind",
    "MemberView",
    "Origin",
    "Owner",
    "Shelf",
    "Shown",
    "Stage",
    "State",
    "Territory",
    "Tier",
    "Told",
    "TooAlike",
    "Verification",
    "Views",
    "all_members",
    "are_related",
    "close_after_nda",
    "code_of",
    "drop",
    "find_offers_and_needs",
    "is_restricted",
    "lister_of",
    "listing_for",
    "member_with",
    "members_acted_for",
    "misuse_over",
    "note_delivered",
    "open_after_nda",
    "operator_on",
    "owners_of",
    "platform_member",
    "rebuild_index",
    "regions_of",
    "register_record",
    "register_step",
    "register_tab",
    "shelves",
    "tabs_for",
    "take_in",
    "views_between",
    "works_for_exchange",
]
