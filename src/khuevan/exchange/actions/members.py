"""Becoming a member, and how well the exchange knows one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuevan.auctions.public import is_bound
from khuevan.directory.public import Organisation, Person
from khuevan.exchange.access import may_join, may_list, may_vouch
from khuevan.exchange.countries import HOME, check_country
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.provinces import check_region
from khuevan.exchange.rules.listings import Field, State, check_reason
from khuevan.exchange.rules.members import MemberKind, Tier, check_kind, check_profile
from khuevan.journal.public import misuse_noted, record
from khuevan.platform.contacts import contacts_by_field, refuse_contacts
from khuevan.platform.errors import N_, RuleBroken

from .common import ASK_HERE, locked, require, send_back_by_rule


def join_exchange(
    *,
    kind: MemberKind,
    organisation: Organisation | None = None,
    person: Person | None = None,
    profile_vi: str,
    profile_en: str = "",
    fields: Sequence[Field] = (),
    region: str = "",
    country: str = HOME,
    by: Person | None,
) -> Member:
    """Take part as an organisation, or a person as an expert; a person joins for oneself.

    Raises RuleBroken for a second membership of the same, a kind that does not fit the
    directory, or a profile that says too little.
    """
    require(may_join(by, organisation))
    require(by is None or person is None or person == by)
    if (organisation is None) == (person is None):
        raise RuleBroken(N_("Join for one organisation, or for yourself."))
    holder = organisation or person
    assert holder is not None
    with misuse_noted("exchange.member_refused", subject=holder.ref, by=by):
        check_kind(kind, organisation.kind if organisation else None)
        if Member.objects.filter(organisation=organisation, person=person).exists():
            raise RuleBroken(N_("This member has joined already."), field="kind")
        if by is not None:  # The system itself names the site of an exchange.
            refuse_contacts(contacts_by_field({"profile_vi": profile_vi, "profile_en": profile_en}), ASK_HERE)  # fmt: skip
        member = Member.objects.create(
            kind=kind,
            organisation=organisation,
            person=person,
            profile_vi=check_profile(profile_vi),
            profile_en=profile_en.strip(),
            fields=[str(field) for field in fields],
            region=check_region(region),
            country=check_country(country),
        )
        record("exchange.member_joined", subject=member.ref, by=by, kind_of=str(kind))
        return member


def describe_member(
    *,
    member: Member,
    profile_vi: str,
    profile_en: str = "",
    fields: Sequence[Field] = (),
    region: str = "",
    by: Person | None,
) -> Member:
    """Change what a member says of itself."""
    require(may_list(by, member))
    with misuse_noted("exchange.member_refused", subject=member.ref, by=by):
        member = Member.objects.select_for_update().get(pk=member.pk)
        refuse_contacts(contacts_by_field({"profile_vi": profile_vi, "profile_en": profile_en}), ASK_HERE)  # fmt: skip
        member.profile_vi = check_profile(profile_vi)
        member.profile_en = profile_en.strip()
        member.fields = [str(field) for field in fields]
        member.region = check_region(region)
        member.save()
        record("exchange.member_described", subject=member.ref, by=by)
        return member


@transaction.atomic
def set_tier(
    *, member: Member, tier: Tier, words: str = "", by: Person | None
) -> Member:
    """Say how well the exchange knows a member; who speaks for it may not.

    A member that is not who it said it was is taken back to registered, with the reason:
    what it lists goes back to it, it reads what strangers read, and where it bids it is
    flagged. What people bid for stays for the auction's keeper.
    """
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    require(may_vouch(by) and not may_list(by, member))
    if member.tier == tier:
        raise RuleBroken(N_("The member stands at this level already."), field="tier")
    unmasked = tier is Tier.REGISTERED
    told = check_reason(words) if unmasked else words.strip()
    before, member.tier = member.tier, tier
    member.save(update_fields=["tier"])
    if unmasked:
        for listing in Listing.objects.filter(member=member, state=State.PUBLISHED):
            _take_back(listing, told, by)
    record(
        "exchange.member_tier_set",
        subject=member.ref,
        by=by,
        before=before,
        after=str(tier),
        kind_of=str(member.kind),
    )
    return member


def _take_back(listing: Listing, words: str, by: Person | None) -> None:
    listing = locked(listing)
    if not is_bound(listing.ref):
        send_back_by_rule(listing, words, "unverified_member", by)


@transaction.atomic
def set_country(*, member: Member, country: str, by: Person | None) -> Member:
    """Put right where a member has its seat, as the exchange; who speaks for it may not.

    It decides whether a transfer crosses the border, so a member says it once, on joining.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    require(may_vouch(by) and not may_list(by, member))
    before, after = member.country, check_country(country)
    if before == after:
        raise RuleBroken(N_("The member has its seat there already."), field="country")
    member.country = after
    member.save(update_fields=["country"])
    record("exchange.member_country_set", subject=member.ref, by=by, before=before, after=after)  # fmt: skip
    return member


@transaction.atomic
def note_delivered(*, member: Member, by: Person | None) -> Member:
    """Count a deal of a member that was traced to its delivery: the system alone does.

    What members are known for comes from such outcomes, never from what they say.
    """
    require(by is None)
    member = Member.objects.select_for_update().get(pk=member.pk)
    member.delivered += 1
    member.save(update_fields=["delivered"])
    record("exchange.member_delivered", subject=member.ref, by=by, deals=member.delivered)  # fmt: skip
    return member
