"""What the reviewers do: first look, second look by another, back with reasons."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from khuevan.auctions.public import is_bound
from khuevan.directory.public import Person
from khuevan.exchange.access import may_list, may_publish, may_review
from khuevan.exchange.facts import record_listing
from khuevan.exchange.models import Listing, Review
from khuevan.exchange.queries.statistics import has_published
from khuevan.exchange.rules.listings import (
    PROTECTED,
    Kind,
    Move,
    State,
    Verification,
    check_reason,
)
from khuevan.exchange.rules.members import Tier
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    end_review,
    last_day,
    locked,
    noting_misuse,
    refuse_bound,
    refuse_gaps,
    refuse_misuse,
    require,
    send_back,
    start_review,
    take_step,
)


@transaction.atomic
def check_listing(*, listing: Listing, by: Person | None) -> Listing:
    """Pass the first review; the second, by another person, starts."""
    listing = locked(listing)
    require(may_review(by, listing))
    take_step(listing, Move.CHECK, "", by)
    listing.checked_by = by
    listing.save()
    end_review(listing, by)
    review = start_review(listing, "second_review")
    record_listing("listing_checked", listing, by=by, due_at=review.due_at)
    return listing


@noting_misuse
def publish_listing(*, listing: Listing, by: Person | None) -> Listing:
    """Pass the second review: the listing is public until its last day.

    Raises RuleBroken for the person of the first review, for a member nobody has verified
    (fake accounts end here), and for what may not be listed by today's lists;
    InputRefused where it is not complete any more.
    """
    listing = locked(listing)
    require(may_review(by, listing))
    if not may_publish(by, listing):
        raise RuleBroken(N_("Somebody other than in the first review looks now."))
    if listing.member.tier == Tier.REGISTERED:
        raise RuleBroken(
            N_("Nobody has verified this member yet. Verify it on its page first."),
            misuse="unverified_member",
        )
    refuse_gaps(listing)
    refuse_misuse(listing)
    first = not has_published(listing.member_id, needs=listing.kind == Kind.NEED)
    take_step(listing, Move.PUBLISH, "", by)
    listing.published_at, listing.published_by = clock.now(), by
    listing.expires_on = last_day(listing)
    listing.save()
    end_review(listing, by)
    record_listing("listing_published", listing, by=by, expires_on=listing.expires_on, first=first)  # fmt: skip
    return listing


@transaction.atomic
def return_listing(*, listing: Listing, words: str, by: Person | None) -> Listing:
    """Send a listing back with reasons: from either review, or off the catalogue."""
    listing = locked(listing)
    require(may_review(by, listing))
    refuse_bound(listing)
    from_state = listing.state
    send_back(listing, check_reason(words), by)
    end_review(listing, by)
    record_listing("listing_returned", listing, by=by, from_state=str(from_state))
    return listing


@transaction.atomic
def end_protection(
    *, listing: Listing, on: date, words: str, by: Person | None
) -> Listing:
    """Say that the right is held no more: refused, void, given up, or its fees not paid.

    The member or a reviewer says it, with the paper (Law 50/2005/QH11, Articles 95, 96). The
    listing goes back: what is sold as a right that nobody holds misleads. One that people
    bid for stays, and its auction's keeper is told.
    """
    listing = locked(listing)
    require(may_list(by, listing.member) or may_review(by, listing))
    if listing.ip_status not in PROTECTED:
        raise RuleBroken(N_("It names no protection that could end."))
    if on > clock.today():
        raise RuleBroken(N_("Give the day on which it ended; it has come already."), field="on")  # fmt: skip
    told = check_reason(words)
    take_step(listing, Move.UNPROTECT, told, by)
    listing.ip_until = on - timedelta(days=1)
    bound = is_bound(listing.ref)
    listing.save(update_fields=["ip_until"])
    if not bound:
        send_back(listing, told, by)
    record_listing("listing_unprotected", listing, by=by, on=on, rule="protection_over", bound=bound)  # fmt: skip
    return listing


@transaction.atomic
def hand_on_review(*, listing: Listing, reviewer: Person, by: Person | None) -> Review:
    """Give the review that runs to somebody else who may take it."""
    listing = locked(listing)
    require(may_review(by, listing))
    review = listing.reviews.filter(ended_at=None).first()
    if review is None:
        raise RuleBroken(N_("No review of this listing runs."))
    second = listing.state == State.CHECKED
    able = may_publish if second else may_review
    if not able(reviewer, listing) or reviewer.pk == review.reviewer_id:
        raise RuleBroken(
            N_("Name somebody else of the exchange who may take this review."),
            field="reviewer",
        )
    review.reviewer = reviewer
    review.save(update_fields=["reviewer"])
    record_listing("review_handed_on", listing, by=by, reviewer=reviewer.ref)
    return review


@transaction.atomic
def verify_listing(
    *, listing: Listing, level: Verification, words: str, by: Person | None
) -> Listing:
    """Say how much of a published listing was looked at, and on what that rests.

    Whoever sees the listing reads the words. A level may turn out too high: it is lowered
    the same way. What is rewritten stands as declared again (`take_step`).
    """
    listing = locked(listing)
    require(may_review(by, listing))
    if listing.state != State.PUBLISHED:
        raise RuleBroken(N_("Only a published listing is vouched for."))
    if level == listing.verification:
        raise RuleBroken(N_("The listing stands at this level already."), field="level")
    take_step(listing, Move.VERIFY, check_reason(words), by)
    before, listing.verification = listing.verification, level
    listing.verified_on, listing.verified_by_words = clock.today(), words.strip()
    listing.save()
    record_listing(
        "listing_verified", listing, by=by, before=str(before), after=str(level)
    )
    return listing
