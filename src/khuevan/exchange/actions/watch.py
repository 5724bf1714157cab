"""What the clock does: reviews that fall late, listings that expire, days that move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from khuevan.auctions.public import is_bound
from khuevan.directory.public import Person
from khuevan.exchange.access import may_watch
from khuevan.exchange.facts import record_listing
from khuevan.exchange.models import Listing, Review
from khuevan.exchange.queries.looking import findings_of
from khuevan.exchange.rules.listings import Move, State
from khuevan.exchange.rules.screening import refuse_prohibited, standing
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.worktime.public import Moved

from .common import locked, require, review_due, send_back_by_rule, take_step


@transaction.atomic
def note_late(*, listing: Listing, by: Person | None) -> bool:
    """Note the running review of a listing that is past its time; tell whether it was news."""
    require(may_watch(by))
    listing = locked(listing)
    now = clock.now()
    rows = listing.reviews.filter(ended_at=None, late_at=None, due_at__lt=now)
    if not rows.update(late_at=now):
        return False
    record_listing("review_fell_late", listing, by=by)
    return True


@transaction.atomic
def tell_expiring(*, listing: Listing, by: Person | None) -> bool:
    """Tell a member, once, that a listing may be renewed and until when it stands."""
    require(may_watch(by))
    listing = locked(listing)
    if listing.renewal_told == listing.expires_on:
        return False
    listing.renewal_told = listing.expires_on
    listing.save(update_fields=["renewal_told"])
    record_listing("listing_expires_soon", listing, by=by, expires_on=listing.expires_on)  # fmt: skip
    return True


@transaction.atomic
def screen_again(*, listing: Listing, by: Person | None) -> bool:
    """Hold a published listing against today's lists; tell whether it stands otherwise.

    What has come to stand among the prohibited goes back with the list named, unless
    people bid for it: then its auction's keeper is left to call that off.
    """
    require(may_watch(by))
    listing = locked(listing)
    if listing.state != State.PUBLISHED:
        return False
    findings = findings_of(listing)
    before, listing.screening = listing.screening, standing(findings) or ""
    try:
        refuse_prohibited(findings)
    except RuleBroken as refused:
        if is_bound(listing.ref):
            return False
        with translation.override("vi"):
            send_back_by_rule(listing, gettext(refused.sentence) % refused.params, "prohibited_technology", by)  # fmt: skip
        return True
    if before == listing.screening:
        return False
    listing.save(update_fields=["screening"])
    record_listing("listing_screened", listing, by=by, before=before, after=listing.screening)  # fmt: skip
    return True


@transaction.atomic
def expire_listing(*, listing: Listing, by: Person | None) -> bool:
    """Take a listing off after its last day; tell whether its day was over.

    One that people bid for stays until its auction is settled.
    """
    require(may_watch(by))
    listing = locked(listing)
    if listing.expires_on is None or listing.expires_on >= clock.today():
        return False
    if is_bound(listing.ref):
        return False
    take_step(listing, Move.EXPIRE, "", by)
    listing.save()
    record_listing("listing_expired", listing, by=by, expires_on=listing.expires_on)
    return True


@transaction.atomic
def take_off_unprotected(*, listing: Listing, by: Person | None) -> bool:
    """Send a listing back whose protection is over; tell whether it was.

    What is sold as a right that nobody holds any more misleads (Law 50/2005/QH11, Article
    95: a certificate ends with its term or where its fees are not paid). The member lists it
    as know-how or corrects the day; one that people bid for is left to the auction's keeper.
    """
    require(may_watch(by))
    listing = locked(listing)
    over = listing.ip_until is not None and listing.ip_until < clock.today()
    if not over or listing.state != State.PUBLISHED or is_bound(listing.ref):
        return False
    assert listing.ip_until is not None
    with translation.override("vi"):
        words = gettext("The protection ended on %(day)s: list it as know-how, or correct the day.")  # fmt: skip
    told = words % {"day": f"{listing.ip_until:%d/%m/%Y}"}
    send_back_by_rule(listing, told, "protection_over", by)
    return True


@transaction.atomic
def move_reviews(*, day: date, by: Person | None) -> list[Moved]:
    """Reckon running reviews again after a day of the calendar changed."""
    since = clock.at_local(day, time.min)
    rows = Review.objects.select_related("listing__member").filter(
        ended_at=None, late_at=None, due_at__gte=since
    )
    return list(_moved(list(rows.order_by("pk")), by))


def _moved(rows: list[Review], by: Person | None) -> Iterator[Moved]:
    for row in rows:
        before, row.due_at = row.due_at, review_due(row.code, row.started_at)
        if row.due_at == before:
            continue
        row.save(update_fields=["due_at"])
        listing = row.listing
        record_listing(
            "review_moved", listing, by=by, due_before=before, due_after=row.due_at
        )
        yield Moved(listing.ref, before, row.due_at)
