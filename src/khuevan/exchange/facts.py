"""The facts the exchange leaves in the journal: how they are written, how they read."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from khuevan.directory.public import Person
from khuevan.journal.public import misuse_noted, record
from khuevan.platform.errors import N_

from .models import Listing


def record_listing(
    kind: str, listing: Listing, *, by: Person | None, **figures: Any
) -> int:
    """Write one fact about a listing: codes, references and numbers, no words of it."""
    return record(
        f"exchange.{kind}",
        subject=listing.ref,
        by=by,
        code=listing.code,
        listed=listing.kind,
        field=listing.field,
        member=listing.member.ref,
        state=str(listing.state),
        **figures,
    )


def misuse_over(listing: UUID, code: str, by: Person | None) -> AbstractContextManager[None]:  # fmt: skip
    """Do in one transaction what concerns a listing; refused as misuse, it leaves a fact."""
    return misuse_noted("exchange.misuse_refused", subject=f"exchange.listing:{listing}", by=by, code=code)  # fmt: skip


WORDS: dict[str, str] = {
    "exchange.member_joined": N_("A member joined the exchange"),
    "exchange.member_refused": N_(
        "Of a member something was refused by the rule %(rule)s"
    ),
    "exchange.member_described": N_("A member changed what it says of itself"),
    "exchange.member_country_set": N_(
        "The exchange put right where the member has its seat"
    ),
    "exchange.member_tier_set": N_("The exchange said how well it knows the member"),
    "exchange.member_delivered": N_("A deal of the member was traced to its delivery"),
    "exchange.listing_drafted": N_("Listing %(code)s was begun"),
    "exchange.listing_edited": N_("Listing %(code)s was changed"),
    "exchange.listing_submitted": N_("Listing %(code)s was submitted for review"),
    "exchange.listing_checked": N_("Listing %(code)s passed the first review"),
    "exchange.listing_published": N_("Listing %(code)s was published"),
    "exchange.listing_returned": N_("Listing %(code)s was sent back with reasons"),
    "exchange.listing_renewed": N_("Listing %(code)s was renewed"),
    "exchange.listing_expired": N_("Listing %(code)s expired"),
    "exchange.listing_expires_soon": N_("Listing %(code)s may be renewed"),
    "exchange.listing_screened": N_(
        "Listing %(code)s stands otherwise on the lists of technologies"
    ),
    "exchange.listing_revised": N_("Listing %(code)s was taken off to be rewritten"),
    "exchange.listing_withdrawn": N_("Listing %(code)s was withdrawn"),
    "exchange.listing_verified": N_("Somebody vouched for listing %(code)s"),
    "exchange.listing_unprotected": N_("The protection of %(code)s has ended"),
    "exchange.listing_taken_in": N_("Listing %(code)s was taken in from %(origin)s"),
    "exchange.listing_dropped": N_("Listing %(code)s is gone at its origin"),
    "exchange.review_handed_on": N_("The review of %(code)s was handed on"),
    "exchange.review_fell_late": N_("A review of %(code)s fell late"),
    "exchange.review_moved": N_("The due time of a review moved with the calendar"),
    "exchange.paper_attached": N_("A paper was attached to %(code)s"),
    "exchange.paper_read": N_("The words of a paper of %(code)s were read"),
    "exchange.paper_removed": N_("A paper was taken off %(code)s"),
    "exchange.nda_noted": N_("A member may read %(code)s after an NDA"),
    "exchange.nda_ended": N_("An NDA over %(code)s ended"),
    "exchange.misuse_refused": N_(
        "Over listing %(code)s something was refused by the rule %(rule)s"
    ),
    "exchange.listing_auctioned": N_(
        "Listing %(code)s was put up for auction %(auction)s"
    ),
    "exchange.listing_auction_called_off": N_(
        "Auction %(auction)s of %(code)s was called off"
    ),
    "exchange.parties_declared": N_(
        "The member declared who owns it and where it pays from"
    ),
    "exchange.match_found": N_("Listing %(other)s fits %(code)s to %(score)s per cent"),
    "exchange.match_judged": N_("Somebody said how %(other)s fits %(code)s"),
    "exchange.search_saved": N_("A search was saved"),
    "exchange.search_alerts_set": N_("Alerts of a saved search were turned on or off"),
    "exchange.search_forgotten": N_("A saved search was removed"),
    "exchange.search_answered": N_("Listing %(code)s answers the saved search"),
}
"""What each kind of fact says on a timeline."""
