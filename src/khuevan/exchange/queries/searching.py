"""The catalogue by its index: it orders and counts; what is shown comes from `shown`."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, UUIDField

from khuevan.exchange.index import circle_of, index_for, out_of_date
from khuevan.exchange.models import Listing, ListingOwner, ListingPaper
from khuevan.exchange.rules.listings import OFFERS, Kind
from khuevan.matching.public import (
    LAST_HIT,
    TRL_BANDS,
    Asked,
    Kind as Side,
    NotBuilt,
    search,
    suggest,
)
from khuevan.platform.prepared import Among, Given, Prepared
from khuevan.platform.text import fold

from .disclosing import SHORT_PAPERS, Reader, Shown, all_shown, readable, shown
from .listings import PAGE


_STEP = 100
TOKENS = frozenset({"public"})
"""Each circle asks its own copy, in which everybody sees all."""
Counts = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of the catalogue as a reader sees it, how many there are, and counts.

    `scores` are by code, empty where nothing was ranked. `simple` tells that the index
    could not answer: the database looked for the words, and only some filters held.
    """

    rows: tuple[Shown, ...]
    count: int
    facets: Counts = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    simple: bool = False


def search_listings(
    reader: Reader, asked: Asked, page: int = 1, size: int = PAGE
) -> Answer:
    """Return a page of published listings: best first, the newest without words.

    Words are looked for in what the reader's circle may read, with or without accents.
    """
    offset = (max(page, 1) - 1) * size
    try:
        return _by_index(reader, asked, offset, size)
    except NotBuilt as missing:
        log.warning("the exchange searches without its index: %s", missing)
        return _by_database(reader, asked, offset, size)


def last_page(count: int) -> int:
    """Return the last page of so many listings that is read: beyond, narrowing helps more."""
    return max(1, min(ceil(count / PAGE), LAST_HIT // PAGE + 1))


def every_listing(reader: Reader, asked: Asked, most: int) -> Iterator[Shown]:
    """Yield what a search finds, page after page."""
    for page in range(1, -(-most // _STEP) + 1):
        answer = search_listings(reader, asked, page, _STEP)
        yield from answer.rows
        if page * _STEP >= answer.count:
            return


def suggest_titles(reader: Reader, typed: str) -> tuple[str, ...]:
    """Return titles that go on from what was typed; none where the index cannot say."""
    try:
        return suggest(index_for(circle_of(reader)), typed[:100], tokens=TOKENS, without=out_of_date())  # fmt: skip
    except NotBuilt:
        return ()


def in_order(reader: Reader, codes: list[str]) -> dict[str, Shown]:
    """Return listings by code as a reader sees them; what is gone since is left out."""
    rows = _OF_CODES.ask(codes=codes)
    _give_parts(rows)
    found = {listing.code: shown(listing, reader) for listing in rows}
    return {code: found[code] for code in codes if code in found}


# What is published everybody sees: the same rows for every reader, so worded once.
_OF_CODES = Prepared(
    lambda: (
        Listing.objects.visible_to(AnonymousUser())
        .published()
        .filter(Among("code", Given("codes", ArrayField(CharField()))))
        .select_related("member__organisation", "member__person", "foreign")
        .defer("folded", "sketch")
    )
)


_OWNERS = Prepared(
    lambda: ListingOwner.objects.filter(Among("listing_id", Given("keys", ArrayField(UUIDField()))))
)  # fmt: skip
_PAPERS = Prepared(
    lambda: SHORT_PAPERS.filter(Among("listing_id", Given("keys", ArrayField(UUIDField()))))
)  # fmt: skip


def _give_parts(rows: list[Listing]) -> None:
    """Do what `prefetch_related` does for owners and papers, which words its questions anew."""
    keys = [row.pk for row in rows]
    owners: dict[UUID, list[ListingOwner]] = defaultdict(list)
    papers: dict[UUID, list[ListingPaper]] = defaultdict(list)
    for owner in _OWNERS.ask(keys=keys):
        owners[owner.listing_id].append(owner)
    for paper in _PAPERS.ask(keys=keys):
        papers[paper.listing_id].append(paper)
    for row in rows:
        told = {"owners": owners[row.pk], "papers": papers[row.pk]}
        row._prefetched_objects_cache = told  # type: ignore[attr-defined]


log = logging.getLogger("khuevan.exchange")


def _by_index(reader: Reader, asked: Asked, offset: int, size: int) -> Answer:
    index = index_for(circle_of(reader))
    found = search(index, asked, tokens=TOKENS, without=out_of_date(), offset=offset, limit=size)  # fmt: skip
    scores = {hit.entry.code: hit.score for hit in found.hits}
    rows = in_order(reader, list(scores))
    gone = len(scores) - len(rows)
    return Answer(tuple(rows.values()), found.total - gone, found.facets, scores)


def _by_database(reader: Reader, asked: Asked, offset: int, size: int) -> Answer:
    """Filter by what the headline says only: nothing else is public everywhere."""
    rows = readable(reader).published()
    if asked.kinds:
        rows = rows.filter(kind__in=_kinds(asked.kinds))
    if asked.sorts:
        rows = rows.filter(kind__in=asked.sorts)
    if asked.fields:
        rows = rows.filter(field__in=asked.fields)
    if asked.checks:
        rows = rows.filter(verification__in=asked.checks)
    if asked.trl_bands:
        rows = rows.filter(pk__in=_ready(asked.trl_bands))
    for word in fold(asked.text)[:200].split():
        rows = rows.filter(folded__contains=word)
    found = rows.order_by("-published_at", "pk")[offset : offset + size]
    return Answer(tuple(all_shown(found, reader)), rows.count(), simple=True)


def _kinds(sides: frozenset[Side]) -> list[Kind]:
    return [*([Kind.NEED] if Side.NEED in sides else []), *(OFFERS if Side.OFFER in sides else [])]  # fmt: skip


def _ready(bands: frozenset[str]):  # type: ignore[no-untyped-def]
    levels = sorted({level for band in bands for level in TRL_BANDS[band]})
    offers = Listing.objects.exclude(kind=Kind.NEED).filter(trl__in=levels)
    needs = Listing.objects.filter(kind=Kind.NEED, trl__lte=levels[-1])
    return (offers | needs).values("pk")
