"""Listings of other exchanges: taken in as they were declared, dropped with their origin.

They follow their origin, not our moves; the app of federation has seen who may do this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.exchange.access import may_watch, works_for_exchange
from khuevan.exchange.facts import record_listing
from khuevan.exchange.models import Foreign, Listing, Member
from khuevan.exchange.queries.looking import alike, findings_of, public_contacts
from khuevan.exchange.rules.codes import make_code
from khuevan.exchange.rules.disclosing import Group, Level
from khuevan.exchange.rules.foreign import Origin, TooAlike
from khuevan.exchange.rules.listings import State, Told, Verification
from khuevan.exchange.rules.screening import refuse_prohibited, standing
from khuevan.platform import clock
from khuevan.platform.contacts import refuse_contacts
from khuevan.platform.errors import N_, RuleBroken

from .common import ASK_HERE, next_number, require, write_told


PUBLIC = {group.value: Level.PUBLIC.value for group in Group}
"""Only what is public at its origin comes here, and stays public."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A listing as its origin tells it: what it says, who lists it, until when."""

    told: Told
    provider: str
    verification: Verification
    published_at: datetime
    expires_on: date


@transaction.atomic
def take_in_listing(
    *,
    member: Member,
    declared: Declared,
    origin: Origin,
    alike_is_fine: bool = False,
    by: Person | None,
) -> Listing:
    """List what another exchange lists, or bring it up to date; nothing where refused.

    Raises RuleBroken for prohibited technology, InputRefused for contacts in its words,
    TooAlike where a listing here says nearly the same and nobody said that this is fine.
    """
    require(may_watch(by) or works_for_exchange(by))
    kind = declared.told.kind
    known = Foreign.objects.filter(base=origin.base, code=origin.code).select_related("listing").first()  # fmt: skip
    listing = known.listing if known else Listing(code=make_code(kind, clock.today().year, next_number()), member=member)  # fmt: skip
    listing.kind, listing.verification = kind, declared.verification
    listing.published_at, listing.expires_on = declared.published_at, declared.expires_on  # fmt: skip
    write_told(listing, replace(declared.told, levels=PUBLIC))
    Foreign.objects.update_or_create(
        listing=listing,
        defaults={
            "exchange": origin.exchange, "base": origin.base, "code": origin.code,
            "address": origin.address, "provider": declared.provider,
            "licence": origin.licence, "seen_at": origin.seen_at,
        },
    )  # fmt: skip
    if listing.ip_until and listing.ip_until < clock.today():
        raise RuleBroken(N_("Its protection ended on %(day)s."), day=f"{listing.ip_until:%d/%m/%Y}")  # fmt: skip
    findings = findings_of(listing)
    refuse_prohibited(findings)
    refuse_contacts(public_contacts(listing), ASK_HERE)
    if not alike_is_fine:
        _refuse_alike(listing)
    listing.screening = standing(findings) or ""
    listing.state = State.PUBLISHED
    listing.save()
    record_listing("listing_taken_in", listing, by=by, origin=origin.base, code_there=origin.code)  # fmt: skip
    return listing


@transaction.atomic
def drop_listing(*, listing: Listing, by: Person | None) -> bool:
    """Take a listing of another exchange off; tell whether it stood here."""
    require(may_watch(by) or works_for_exchange(by))
    rows = Listing.objects.select_for_update(of=("self",)).select_related("member")
    found = rows.get(pk=listing.pk, foreign__isnull=False)
    if found.state != State.PUBLISHED:
        return False
    found.state, found.expires_on = State.WITHDRAWN, None
    found.save(update_fields=["state", "expires_on"])
    record_listing("listing_dropped", found, by=by, origin=found.foreign.base)
    return True


def _refuse_alike(listing: Listing) -> None:
    """Refuse what is so alike that a reviewer is shown it: nobody has looked at it here."""
    for other in alike(listing)[:1]:
        raise TooAlike(
            N_("It says nearly the same as %(code)s here (%(percent)s per cent alike)."),
            code=other.code,
            percent=other.percent,
        )  # fmt: skip
