"""The copies of the catalogue that are searched: one for each circle of readers.

A copy holds nothing its circle may not read, so what somebody finds, counts or is
suggested can betray nothing. The worker keeps them by reading the journal; what changed
since it last did is left out of every question, so that nothing gone is found or counted.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from khuevan.auctions.public import on_sale
from khuevan.journal.public import (
    START,
    Fact,
    batch,
    place_of,
    skip_to_end,
    unread,
)
from khuevan.matching.public import Entry, Index, Meanings, NotBuilt, meanings_in
from khuevan.platform.errors import N_

from .entries import ON_SALE, entry_of
from .models import Listing, ListingAuction
from .queries.disclosing import Reader
from .rules.disclosing import Level


READER = "exchange.index"
CIRCLES = (Level.PUBLIC, Level.MEMBERS)
MOST_BEHIND = 2_000
"""So many facts may wait to be read before the copies are no good to ask."""
_CHUNK = 500
_STAMP = "place"
log = logging.getLogger("khuevan.exchange")


def circle_of(reader: Reader) -> Level:
    """Return the circle whose copy a reader asks."""
    return Level.MEMBERS if reader.verified or reader.oversees else Level.PUBLIC


def index_for(level: Level) -> Index:
    """Return the copy of a circle."""
    return _opened(settings.EXCHANGE_INDEX, level)


@cache
def _opened(folder: Path, level: Level) -> Index:
    return Index(folder / level.value, _meanings(folder))


@cache
def _meanings(folder: Path) -> Meanings | None:
    """Return one set of meanings for all circles: what they hold they decide themselves."""
    return meanings_in(folder)


def out_of_date() -> frozenset[str]:
    """Return the codes of listings that changed since the copies were brought up to date.

    Raises NotBuilt where the copies are too far behind to be asked.
    """
    facts = unread(READER, limit=MOST_BEHIND)
    if len(facts) == MOST_BEHIND or place_of(READER) == START:
        raise NotBuilt(N_("The index of the exchange is behind: let the worker run."))
    return frozenset(codes_of(facts))


def check_index() -> None:
    """Raise NotBuilt where the copies cannot be asked."""
    for level in CIRCLES:
        index_for(level).read()
    out_of_date()


def rebuild_index() -> int:
    """Make the copies anew from the database; return how many listings are published.

    What the database says now holds all facts up to here: the reader goes on after them.
    """
    skip_to_end(READER)
    place = place_of(READER)
    count = _rebuild()
    _stamp(place)
    return count


def follow() -> int:
    """Bring the copies up to date with new facts; return how many facts were read.

    Copies that are lost, of another format, or of another database than this one are
    made anew first.
    """
    if place_of(READER) == START:
        rebuild_index()
    with batch(READER) as facts:
        if not _is_ours():
            log.warning("the index of the exchange is made anew")
            _rebuild()
        else:
            _bring(codes_of(facts))
    if facts or not _is_ours():
        _stamp(place_of(READER))
    return len(facts)


def learn(most: int = 10) -> int:
    """Read what so many published texts mean, where a model is installed; return how many.

    They are found by their words already: meaning comes after, and delays nobody.
    """
    try:
        return sum(index_for(level).learn(most) for level in CIRCLES)
    except NotBuilt:
        return 0


def _rebuild() -> int:
    """Make every copy anew; all of them hold the same listings."""
    count = 0
    for level in CIRCLES:
        count = index_for(level).rebuild(partial(_entries, level))
    meanings = _meanings(settings.EXCHANGE_INDEX)
    if meanings:
        there = (index_for(level).read().told for level in CIRCLES)
        meanings.keep(frozenset().union(*there))
    return count


def _entries(level: Level) -> Iterator[Entry]:
    auctioned = ListingAuction.objects.select_related("listing")
    bought = on_sale({row.listing.ref for row in auctioned})
    for listing in _published().iterator(chunk_size=_CHUNK):
        yield entry_of(listing, level, _marks(listing, bought))


def _marks(listing: Listing, bought: Collection[str]) -> tuple[str, ...]:
    return (ON_SALE,) if listing.ref in bought else ()


def _bring(codes: set[str]) -> None:
    """Put what is published of these listings into every copy, and take out the rest."""
    if not codes:
        return
    there = list(_published().filter(code__in=codes))
    gone = codes - {listing.code for listing in there}
    bought = on_sale([listing.ref for listing in there])
    for level in CIRCLES:
        index = index_for(level)
        if gone:
            index.remove(gone)
        if there:
            index.put(entry_of(one, level, _marks(one, bought)) for one in there)


def _published() -> Any:
    rows = Listing.objects.published().select_related("member__organisation", "member__person", "foreign")  # fmt: skip
    return rows.prefetch_related("owners", "papers__file").order_by("pk")


def codes_of(facts: Iterable[Fact]) -> set[str]:
    """Return the codes of listings that some facts changed."""
    codes: set[str] = set()
    members: set[UUID] = set()
    auctions: set[str] = set()
    for fact in facts:
        if fact.kind.startswith("exchange.listing_"):
            codes.add(fact.figures["code"])
        elif fact.kind in ("exchange.member_described", "exchange.member_delivered"):
            members.add(UUID(fact.subject.partition(":")[2]))
        elif fact.kind.startswith("auctions.auction_"):
            auctions.add(fact.figures["auction"])
    if auctions:
        bought = ListingAuction.objects.filter(code__in=auctions)
        codes.update(bought.values_list("listing__code", flat=True))
    if members:
        rows = Listing.objects.published().filter(member__in=members)
        codes.update(rows.values_list("code", flat=True))
    return codes


def _is_ours() -> bool:
    """Tell whether the copies stand where this database's reader stands."""
    try:
        for level in CIRCLES:
            index_for(level).read()
        return _stamp_file().read_text() == place_of(READER)
    except (NotBuilt, FileNotFoundError):
        return False


def _stamp(place: str) -> None:
    file = _stamp_file()
    draft = file.with_name(f".{_STAMP}")
    draft.write_text(place)
    draft.replace(file)


def _stamp_file() -> Path:
    folder: Path = settings.EXCHANGE_INDEX
    return folder / _STAMP
