"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.db import connection

from khuevan.auctions.public import is_bound
from khuevan.directory.public import Person
from khuevan.exchange.dated import likeness_on, term_on
from khuevan.exchange.facts import misuse_over, record_listing
from khuevan.exchange.models import Listing, ListingOwner, Review, Step
from khuevan.exchange.queries.disclosing import origin_of, shown_at
from khuevan.exchange.queries.listings import PLAIN, gaps_of, next_reviewer
from khuevan.exchange.queries.looking import (
    alike,
    findings_of,
    public_contacts,
    text_of,
)
from khuevan.exchange.rules.codes import read_ipc, read_nace
from khuevan.exchange.rules.disclosing import Level, check_levels
from khuevan.exchange.rules.likeness import sketch
from khuevan.exchange.rules.listings import (
    EDITABLE,
    Move,
    State,
    Told,
    Verification,
    after,
)
from khuevan.exchange.rules.screening import refuse_prohibited, standing
from khuevan.platform import clock
from khuevan.platform.contacts import refuse_contacts
from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken
from khuevan.platform.text import fold
from khuevan.worktime.public import due


Asked = ParamSpec("Asked")


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(listing: Listing) -> Listing:
    """Return the listing again, locked until the action ends.

    Raises RuleBroken for one of another exchange: it is changed there and nowhere else.
    """
    rows = Listing.objects.select_for_update(of=("self",))
    found = rows.select_related("member__organisation", "member__person", "foreign").get(pk=listing.pk)  # fmt: skip
    if origin := origin_of(found):
        raise RuleBroken(
            N_("This listing belongs to %(exchange)s and is changed there."),
            exchange=origin.exchange,
        )
    return found


def take_step(listing: Listing, move: Move, words: str, by: Person | None) -> None:
    """Move a locked listing on and keep what was said.

    What was looked at is what stood there: once it may be rewritten, it is as declared.
    """
    listing.state = after(State(listing.state), move)
    if listing.state in EDITABLE:
        listing.verification, listing.verified_on = Verification.DECLARED, None
        listing.verified_by_words = ""
    Step.objects.create(listing=listing, move=move, words=words, by=by, at=clock.now())


def send_back(listing: Listing, words: str, by: Person | None) -> None:
    """Send a locked listing back to its member with reasons; the caller writes the fact."""
    take_step(listing, Move.SEND_BACK, words, by)
    listing.expires_on = None
    listing.save()


def send_back_by_rule(
    listing: Listing, words: str, rule: str, by: Person | None
) -> None:
    """Send back a locked listing that a rule takes off the catalogue."""
    before = str(listing.state)
    send_back(listing, words, by)
    record_listing("listing_returned", listing, by=by, from_state=before, rule=rule)


def refuse_bound(listing: Listing) -> None:
    """Refuse to take off what people bid for, or what was sold and is not paid yet."""
    if is_bound(listing.ref):
        raise RuleBroken(
            N_("It is under auction, or sold to somebody who has yet to pay: call the auction off first (once somebody bid, only the exchange may), or wait until it is settled.")
        )  # fmt: skip


def start_review(listing: Listing, code: str) -> Review:
    """Let a review's clock run from now, with the name of who has it."""
    now = clock.now()
    return Review.objects.create(
        listing=listing,
        code=code,
        reviewer=next_reviewer(listing),
        started_at=now,
        due_at=review_due(code, now),
    )


def end_review(listing: Listing, by: Person | None) -> None:
    """End the review that runs, late or not, in the name of who ended it."""
    now = clock.now()
    for review in listing.reviews.filter(ended_at=None):
        review.ended_at = now
        review.reviewer = by or review.reviewer
        if review.due_at < now and review.late_at is None:
            review.late_at = now
        review.save(update_fields=["ended_at", "reviewer", "late_at"])


def review_due(code: str, start: datetime) -> datetime:
    """Return when a review that starts at an instant is due."""
    return due(start, term_on(code, clock.local_day(start))).instant


def last_day(listing: Listing) -> date:
    """Return the last day of what is published or renewed today: a need's deadline at most."""
    now = clock.now()
    day = clock.local_day(due(now, term_on("published", clock.today())).instant)
    return min(day, listing.deadline or day)


def keep_words(listing: Listing) -> None:
    """Keep what finding and comparing need: public words folded, a sketch of all."""
    public = shown_at(listing, Level.PUBLIC)
    words = [v for v in public.fields.values() if isinstance(v, str)]
    papers = [f"{paper.title} {paper.text}" for paper in public.papers]
    listing.folded = fold(" ".join([listing.code, *sorted(words), *papers]))
    listing.sketch = sketch(text_of(listing))
    listing.save(update_fields=["folded", "sketch"])


def refuse_gaps(listing: Listing) -> None:
    """Refuse a listing that lacks something needed; InputRefused names all of it."""
    problems = [
        Problem(gap.field, gap.what, gap.mend) for gap in gaps_of(listing) if gap.needed
    ]
    if problems:
        raise InputRefused(problems)


def noting_misuse(
    action: Callable[Asked, Listing],
) -> Callable[Asked, Listing]:
    """Run an action on a listing in one transaction; refused as misuse, it leaves a fact."""

    @wraps(action)
    def noted(*args: Asked.args, **told: Asked.kwargs) -> Listing:
        listing, by = told["listing"], told["by"]
        assert isinstance(listing, Listing)
        assert by is None or isinstance(by, Person)
        with misuse_over(listing.pk, listing.code, by):
            return action(*args, **told)

    return noted


def write_told(listing: Listing, told: Told) -> None:
    """Write everything a listing says; refuse one without a title or with wrong codes."""
    if not told.title_vi.strip():
        raise RuleBroken(N_("Give the listing a title."), field="title_vi")
    for name in PLAIN:
        value = getattr(told, name)
        setattr(listing, name, value.strip() if isinstance(value, str) else value)
    for name in ("field", "territory", "stage", "ip_status", "licence"):
        setattr(listing, name, getattr(told, name) or "")
    listing.ipc = list(read_ipc(";".join(told.ipc)))
    listing.nace = list(read_nace(";".join(told.nace)))
    listing.levels = check_levels(told.levels or {})
    listing.save()
    listing.owners.all().delete()
    ListingOwner.objects.bulk_create(
        ListingOwner(listing=listing, name=owner.name.strip(), share=owner.share)
        for owner in told.owners
    )
    keep_words(listing)


def next_number() -> int:
    """Return the next number of a listing's code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('exchange_listing_number')")
        [number] = cursor.fetchone()
    return int(number)


def refuse_misuse(listing: Listing) -> None:
    """Refuse what may not be listed, and keep on which list the rest stands.

    RuleBroken for prohibited technology and for what another listing says already;
    InputRefused naming every contact in public words and where it stands. Actions that
    ask this are `noting_misuse`: each refusal leaves a fact.
    """
    findings = findings_of(listing)
    refuse_prohibited(findings)
    refuse_contacts(public_contacts(listing), ASK_HERE)
    _refuse_copies(listing)
    listing.screening = standing(findings) or ""


ASK_HERE = N_("Take it out: who is interested asks through the exchange.")
"""What to do instead of writing a contact into public words."""


def _refuse_copies(listing: Listing) -> None:
    """Refuse what says the same as another listing.

    Two copies handed in at once are looked at one after the other. What another member has
    not published is not named.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exchange.likeness'))")
    limits = likeness_on(clock.today())
    for other in alike(listing):
        if not limits.refuses(other.percent, other.contained):
            continue
        if other.same_member:
            raise RuleBroken(
                N_("You list the same as %(code)s. Renew or rewrite that one."),
                code=other.code, misuse="copied_listing",
            )  # fmt: skip
        if other.published:
            raise RuleBroken(
                N_("This copies %(code)s of another member. Say in your own words what yours does, or ask the exchange to look into it."),
                code=other.code, misuse="copied_listing",
            )  # fmt: skip
        raise RuleBroken(
            N_("Another member lists the same already, not published yet. Say in your own words what yours does, or ask the exchange to look into it."),
            misuse="copied_listing",
        )  # fmt: skip
