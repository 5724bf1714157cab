"""Finding listings: the catalogue, one's own, and what waits for a review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from khuevan.directory.public import Organisation, Person
from khuevan.exchange.access import REVIEWING
from khuevan.exchange.dated import operator_on
from khuevan.exchange.models import Listing, Member, Review
from khuevan.exchange.rules.completeness import Gap, gaps
from khuevan.exchange.rules.listings import (
    Field,
    IpStatus,
    Kind,
    Licence,
    Owner,
    Stage,
    Territory,
    Told,
)
from khuevan.exchange.rules.papers import paper_gaps
from khuevan.platform import clock
from khuevan.platform.text import fold

from .disclosing import Reader, Shown, all_shown, readable, shown


PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the catalogue is narrowed; empty words and codes narrow nothing."""

    words: str = ""
    kind: str = ""
    field: str = ""
    trl: int = 0
    member: UUID | None = None


def find_listings(
    reader: Reader, wanted: Wanted, page: int = 1, size: int = PAGE
) -> tuple[list[Shown], int]:
    """Return a page of published listings as a reader sees them, and how many there are.

    Words are looked for in what everybody may read, with or without accents.
    """
    rows = readable(reader).published()
    if wanted.kind == "offer":
        rows = rows.exclude(kind=Kind.NEED)
    elif wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.field:
        rows = rows.filter(field=wanted.field)
    if wanted.trl:
        rows = rows.filter(trl__gte=wanted.trl)
    if wanted.member:
        rows = rows.filter(member=wanted.member)
    for word in fold(wanted.words)[:200].split():
        rows = rows.filter(folded__contains=word)
    start = (max(page, 1) - 1) * size
    found = rows.order_by("-published_at", "pk")[start : start + size]
    return all_shown(found, reader), rows.count()


def read_listing(reader: Reader, code: str) -> Shown | None:
    """Return a listing as a reader sees it, None where they may not see it."""
    found = readable(reader).filter(code=code).first()
    return shown(found, reader) if found else None


def listings_of(reader: Reader) -> list[Shown]:
    """Return the listings of the members a reader speaks for, the newest first."""
    rows = readable(reader).filter(member__in=reader.members)
    return all_shown(rows.order_by("-drafted_at", "pk"), reader)


def told_of(listing: Listing) -> Told:
    """Return everything a listing says, as its member said it."""
    return Told(
        kind=Kind(listing.kind),
        **{name: getattr(listing, name) for name in PLAIN},
        field=Field(listing.field) if listing.field else None,
        ipc=tuple(listing.ipc),
        nace=tuple(listing.nace),
        territory=Territory(listing.territory) if listing.territory else None,
        stage=Stage(listing.stage) if listing.stage else None,
        ip_status=IpStatus(listing.ip_status) if listing.ip_status else None,
        licence=Licence(listing.licence) if listing.licence else None,
        owners=tuple(Owner(o.name, o.share) for o in listing.owners.all()),
        levels=listing.levels,
    )


PLAIN = (
    "title_vi", "title_en", "summary_vi", "summary_en", "trl", "trl_evidence",
    "advantage", "advantage_en", "advantage_against", "description", "description_en", "ip_number", "ip_until",
    "state_funded", "licence_terms", "price_from", "price_to", "outcome", "outcome_en",
    "data_available", "criteria", "criteria_en", "deadline", "trial_possible", "trl_most", "takes_restricted",
)  # fmt: skip
"""Fields kept as they were said."""


def gaps_of(listing: Listing) -> list[Gap]:
    """Return what a listing lacks today."""
    papers = listing.papers.values_list("title", "reading")
    return [*paper_gaps(papers), *gaps(told_of(listing), clock.today())]


def waiting() -> Any:
    """Return the reviews that run, the first due first."""
    rows = Review.objects.filter(ended_at=None).select_related("listing__member__organisation", "listing__member__person", "reviewer")  # fmt: skip
    return rows.order_by("due_at", "pk")


def running_review(listing: Listing) -> Review | None:
    """Return the review of a listing that runs, with who has it."""
    rows = Review.objects.filter(listing=listing, ended_at=None)
    return rows.select_related("reviewer").first()


def next_reviewer(listing: Listing) -> Person | None:
    """Return who takes the next review: of those who may, the one with the fewest open.

    None where the operator has nobody left who may.
    """
    operator = Organisation.objects.filter(code=operator_on(clock.today())).first()
    if operator is None:
        return None
    taken = {listing.submitted_by_id, listing.checked_by_id}
    people = [
        person
        for person in Person.objects.filter(
            appointments__organisation=operator,
            appointments__role__in=REVIEWING,
            is_active=True,
        ).distinct()
        if person.pk not in taken and _stands_apart(person, listing, operator)
    ]
    busy = Review.objects.filter(ended_at=None).values_list("reviewer_id", flat=True)
    load = list(busy)
    return min(people, key=lambda p: (load.count(p.pk), p.username), default=None)


def _stands_apart(person: Person, listing: Listing, operator: Organisation) -> bool:
    if not person.authority.has_in(operator.pk, *REVIEWING):
        return False
    if listing.member.organisation_id == operator.pk:
        return True
    own = Member.objects.acted_for_by(person)
    return not own.filter(pk=listing.member_id).exists()
