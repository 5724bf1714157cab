"""What a member does with its listings: draft, submit, renew, revise, withdraw, open."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.exchange.access import may_list
from khuevan.exchange.dated import term_on
from khuevan.exchange.facts import record_listing
from khuevan.exchange.models import Listing, Member, NdaNote
from khuevan.exchange.rules.codes import make_code
from khuevan.exchange.rules.listings import (
    EDITABLE,
    Kind,
    Move,
    State,
    Told,
    check_reason,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    end_review,
    last_day,
    locked,
    next_number,
    noting_misuse,
    refuse_bound,
    refuse_gaps,
    refuse_misuse,
    require,
    start_review,
    take_step,
    write_told,
)


@transaction.atomic
def draft_listing(*, member: Member, told: Told, by: Person | None) -> Listing:
    """Begin a listing; it may lack anything but a title. Only its member sees it."""
    require(may_list(by, member))
    listing = Listing(
        code=make_code(told.kind, clock.today().year, next_number()),
        member=member,
        kind=told.kind,
    )
    write_told(listing, told)
    record_listing("listing_drafted", listing, by=by)
    return listing


@transaction.atomic
def edit_listing(*, listing: Listing, told: Told, by: Person | None) -> Listing:
    """Change a draft or what was sent back; the kind stays, as the code tells it."""
    listing = locked(listing)
    require(may_list(by, listing.member))
    if listing.state not in EDITABLE:
        raise RuleBroken(
            N_("Only a draft can be changed. Take the listing off to rewrite it.")
        )
    if (told.kind is Kind.NEED) != (listing.kind == Kind.NEED):
        raise RuleBroken(
            N_("An offer stays an offer and a need a need. Begin another listing."),
            field="kind",
        )
    listing.kind = told.kind
    write_told(listing, told)
    record_listing("listing_edited", listing, by=by)
    return listing


@noting_misuse
def submit_listing(*, listing: Listing, by: Person | None) -> Listing:
    """Hand a complete listing to the reviewers; the first review's clock starts.

    Raises InputRefused with everything that is missing or a contact in public words,
    RuleBroken for prohibited technology and for what says the same as another listing.
    """
    listing = locked(listing)
    require(may_list(by, listing.member))
    refuse_gaps(listing)
    refuse_misuse(listing)
    take_step(listing, Move.SUBMIT, "", by)
    listing.submitted_at, listing.submitted_by = clock.now(), by
    listing.checked_by = listing.published_by = None
    listing.save()
    review = start_review(listing, "first_review")
    record_listing(
        "listing_submitted",
        listing,
        by=by,
        due_at=review.due_at,
        screening=listing.screening,
    )
    return listing


@noting_misuse
def renew_listing(*, listing: Listing, by: Person | None) -> Listing:
    """Say that a listing still holds: it is published for another term.

    From so many days before its last day on; what is not complete any more (its
    protection is over, its deadline past) is refused.
    """
    listing = locked(listing)
    require(may_list(by, listing.member))
    if listing.state == State.PUBLISHED and not _renewable(listing):
        raise RuleBroken(
            N_("It is published until %(day)s. Renew it in its last %(days)s days."),
            day=f"{listing.expires_on:%d/%m/%Y}",
            days=term_on("renewable", clock.today()).amount,
        )
    refuse_gaps(listing)
    refuse_misuse(listing)
    take_step(listing, Move.RENEW, "", by)
    listing.expires_on = last_day(listing)
    listing.save()
    record_listing("listing_renewed", listing, by=by, expires_on=listing.expires_on)
    return listing


def _renewable(listing: Listing) -> bool:
    assert listing.expires_on is not None
    days = term_on("renewable", clock.today()).amount
    return clock.today() >= listing.expires_on - timedelta(days=days)


@transaction.atomic
def revise_listing(*, listing: Listing, by: Person | None) -> Listing:
    """Take a listing off to rewrite it; it goes through both reviews again."""
    listing = locked(listing)
    require(may_list(by, listing.member))
    refuse_bound(listing)
    take_step(listing, Move.REVISE, "", by)
    listing.expires_on = None
    listing.save()
    record_listing("listing_revised", listing, by=by)
    return listing


@transaction.atomic
def withdraw_listing(*, listing: Listing, words: str, by: Person | None) -> Listing:
    """Take a listing off for good, with the reason; a review of it ends."""
    listing = locked(listing)
    require(may_list(by, listing.member))
    refuse_bound(listing)
    take_step(listing, Move.WITHDRAW, check_reason(words), by)
    end_review(listing, None)
    listing.expires_on = None
    listing.save()
    record_listing("listing_withdrawn", listing, by=by)
    return listing


@transaction.atomic
def note_nda(
    *, listing: Listing, member: Member, signed_on: date, by: Person | None
) -> NdaNote:
    """Open to another member what is for after an NDA, from the day both signed it."""
    listing = locked(listing)
    require(may_list(by, listing.member))
    if member.pk == listing.member_id:
        raise RuleBroken(N_("Your own listing is open to you."), field="member")
    if signed_on > clock.today():
        raise RuleBroken(
            N_("An NDA opens nothing before it is signed."), field="signed_on"
        )
    if listing.ndas.filter(member=member, ended_on=None).exists():
        raise RuleBroken(N_("The listing is open to this member."), field="member")
    note = NdaNote.objects.create(listing=listing, member=member, signed_on=signed_on)
    record_listing("nda_noted", listing, by=by, reader=member.ref, signed_on=signed_on)
    return note


@transaction.atomic
def end_nda(*, note: NdaNote, by: Person | None) -> NdaNote:
    """Close again what an NDA opened, from today on."""
    note = NdaNote.objects.select_for_update().get(pk=note.pk)
    require(may_list(by, note.listing.member))
    if note.ended_on is not None:
        raise RuleBroken(N_("This NDA has ended already."))
    note.ended_on = clock.today()
    note.save(update_fields=["ended_on"])
    record_listing("nda_ended", note.listing, by=by, reader=note.member.ref)
    return note
