"""The one way out: what of a listing somebody may read.

Every page, list, file and program's answer is made from `shown`; nothing else of this
app hands a listing's words to anybody but its own member and the reviewers' forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from khuevan.directory.public import Person
from khuevan.exchange.access import works_for_exchange
from khuevan.exchange.models import Foreign, Listing, ListingPaper, Member, NdaNote
from khuevan.exchange.rules.disclosing import (
    FIELDS,
    Clearance,
    Group,
    Level,
    reads,
    visible_fields,
    visible_groups,
)
from khuevan.exchange.rules.foreign import Origin
from khuevan.exchange.rules.listings import Kind, State, Verification
from khuevan.exchange.rules.members import Tier
from khuevan.exchange.rules.papers import Reading


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: for which members they speak, and whether they review.

    `verified`: the exchange knows one of the members. Whoever just signed up is nobody it
    knows, and reads what strangers read.
    """

    person: Person | None = None
    members: frozenset[UUID] = frozenset()
    oversees: bool = False
    signed: frozenset[UUID] = frozenset()
    verified: bool = False


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """An attachment somebody may open."""

    id: UUID
    title: str
    name: str
    level: Level
    reading: Reading
    kept: ListingPaper

    @property
    def text(self) -> str:
        """Return its words, read when first asked for."""
        return self.kept.text


@dataclass(frozen=True, slots=True)
class Shown:
    """A listing as one reader sees it: `fields` holds what may be read, nothing else.

    `withheld` names the groups that say something this reader may not read, and who may.
    """

    id: UUID
    code: str
    kind: Kind
    state: State
    verification: Verification
    published_at: datetime | None
    expires_on: date | None
    clearance: Clearance
    fields: Mapping[str, Any]
    withheld: tuple[tuple[Group, Level], ...]
    papers: tuple[ShownPaper, ...]
    origin: Origin | None = None
    verified_on: date | None = None
    verified_by_words: str = ""

    def get(self, name: str) -> Any:
        """Return a field, None where it may not be read or says nothing."""
        return self.fields.get(name)


def reader_of(person: Person | AnonymousUser | None) -> Reader:
    """Return who reads, in at most four queries; a stranger in none."""
    if not isinstance(person, Person):
        return Reader()
    members = list(Member.objects.acted_for_by(person).values_list("pk", "tier"))
    own = frozenset(pk for pk, _tier in members)
    ndas = NdaNote.objects.filter(member__in=own, ended_on=None)
    return Reader(
        person,
        own,
        works_for_exchange(person) or person.authority.reads_everything,
        frozenset(ndas.values_list("listing_id", flat=True)) if own else frozenset(),
        any(tier != Tier.REGISTERED for _pk, tier in members),
    )


def readable(reader: Reader) -> Any:
    """Return the listings a reader may see at all, ready for `shown`."""
    seen = Listing.objects.visible_to(
        reader.person or AnonymousUser(), reviews=reader.oversees
    )
    return seen.select_related("member__organisation", "member__person", "foreign").prefetch_related("owners", Prefetch("papers", SHORT_PAPERS))  # fmt: skip


SHORT_PAPERS = ListingPaper.objects.select_related("file").defer("text")
"""Papers of many listings; their text, up to 200,000 characters each, is not read for a list."""


def clearance(listing: Listing, reader: Reader) -> Clearance:
    """Return how far a reader reads into a listing."""
    if reader.oversees or listing.member_id in reader.members:
        return Clearance.ALL
    if listing.pk in reader.signed:
        return Clearance.NDA
    return Clearance.MEMBERS if reader.verified else Clearance.PUBLIC


def shown(listing: Listing, reader: Reader) -> Shown:
    """Return what a reader may read of a listing they may see."""
    return _cut(listing, clearance(listing, reader))


def shown_at(listing: Listing, level: Level) -> Shown:
    """Return what everybody of a circle may read: what an index for it may hold."""
    return _cut(listing, Clearance(level.value))


def all_shown(listings: Iterable[Listing], reader: Reader) -> list[Shown]:
    """Return what a reader may read of each of these listings, in their order."""
    return [shown(listing, reader) for listing in listings]


def _cut(listing: Listing, how_far: Clearance) -> Shown:
    told = {
        name: value
        for name in visible_fields(listing.levels, how_far)
        if (value := _value(listing, name)) not in (None, "", [], ())
    }
    seen = set(visible_groups(listing.levels, how_far))
    withheld = tuple(
        (group, Level(listing.levels[group]))
        for group in Group
        if group not in seen and _says_something(listing, group)
    )
    papers = tuple(
        ShownPaper(p.pk, p.title, p.file.name, Level(p.level), Reading(p.reading), p)
        for p in listing.papers.all()
        if reads(how_far, Level(p.level))
    )
    return Shown(
        listing.pk, listing.code, Kind(listing.kind), State(listing.state),
        Verification(listing.verification), listing.published_at, listing.expires_on,
        how_far, told, withheld, papers, origin_of(listing), listing.verified_on, listing.verified_by_words,
    )  # fmt: skip


def origin_of(listing: Listing) -> Origin | None:
    """Return from which exchange a listing comes, None where it is ours."""
    foreign: Foreign | None = getattr(listing, "foreign", None)
    return foreign.origin if foreign else None


def _says_something(listing: Listing, group: Group) -> bool:
    return any(
        _value(listing, name) not in (None, "", [], ()) for name in FIELDS[group]
    )


def _value(listing: Listing, name: str) -> Any:
    if name == "owners":
        return tuple((owner.name, owner.share) for owner in listing.owners.all())
    if name == "member":
        foreign: Foreign | None = getattr(listing, "foreign", None)
        return foreign.provider if foreign else listing.member.name
    return getattr(listing, name)
