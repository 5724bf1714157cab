"""Reading valuations: opinions as one may read them, reference prices as they may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.text import syllables

from .dated import disclosure_on
from .models import Appraisal, ReferencePrice, Valuation, Worksheet
from .rules.concluding import Right, spread
from .rules.prices import (
    Alike,
    Group,
    Lot,
    Price,
    Source,
    alike,
    group,
    last_quarter_end,
)
from .rules.sheets import Method, Sheet
from .rules.working import Swing, Working, swings, work


CANDIDATES = 2_000
"""Prices compared at most, the newest first."""


@dataclass(frozen=True, slots=True)
class WorksheetView:
    """A worksheet with its working; đồng, `weight` in per cent."""

    method: Method
    weight: int
    value: int
    sheet: Sheet
    working: Working
    swings: tuple[Swing, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion as one reader may know it: without figures while it is not theirs to read."""

    id: UUID
    seat: int
    name: str
    house: str
    certificate: str
    signed: bool
    readable: bool
    own: bool
    amount: int | None
    reasoning: str
    digest: str
    sheets: tuple[WorksheetView, ...]


def opinions_of(valuation: Valuation, person: Person) -> list[Opinion]:
    """Return the opinions of a valuation, each as far as somebody may read it; 2 queries.

    One's own, and all once all are signed: two opinions are independent only while
    neither knows the other.
    """
    sheets = Prefetch("worksheets", Worksheet.objects.order_by("method"))
    rows = list(
        valuation.appraisals.select_related(
            "appraiser__person", "appraiser__organisation"
        ).prefetch_related(sheets)
    )
    all_signed = all(row.signed_at for row in rows)
    return [_opinion(row, person, all_signed) for row in rows]


def _opinion(row: Appraisal, person: Person, all_signed: bool) -> Opinion:
    own = row.appraiser.person_id == person.pk
    told = own or all_signed
    return Opinion(
        row.pk, row.seat, row.appraiser.person.full_name, row.appraiser.organisation.name,
        row.appraiser.certificate, row.signed_at is not None, told, own,
        row.amount if told else None, row.reasoning if told else "", row.digest,
        tuple(sheet_view(each) for each in row.worksheets.all()) if told else (),
    )  # fmt: skip


def sheet_view(row: Worksheet) -> WorksheetView:
    """Return a worksheet worked through again from its inputs."""
    sheet = Sheet.from_json(row.sheet)
    return WorksheetView(
        Method(row.method), row.weight, row.value, sheet, work(sheet), swings(sheet)
    )


def spread_of(opinions: Sequence[Opinion]) -> Decimal | None:
    """Return how far two opinions lie apart in per cent; None while one is unknown."""
    amounts = [opinion.amount for opinion in opinions if opinion.amount is not None]
    return spread(*amounts) if len(amounts) == 2 else None


# ----------------------------------------------------------- reference prices


def price_of(row: ReferencePrice) -> Price:
    """Return a kept price as the rules know it."""
    return Price(
        row.pk, row.title, row.agreed_on, clock.local_day(row.recorded_at), row.field,
        row.kind, Right(row.right), row.price,
        row.royalty, row.trl, row.seller, row.buyer, Source(row.source), row.open,
    )  # fmt: skip


def price_groups(today: date | None = None) -> list[Group]:
    """Return what may be told of every field and right, up to the last quarter that is over.

    The same for everybody: groups are what the public reads.
    """
    day = today or clock.today()
    prices = [price_of(row) for row in ReferencePrice.objects.all()]
    rule, until = disclosure_on(day), last_quarter_end(day)
    return [
        group(prices, field=field, right=right, rule=rule, until=until)
        for field in sorted({price.field for price in prices})
        for right in (None, *Right)
    ]


def open_prices(limit: int) -> list[Price]:
    """Return the newest prices both of whose sides let everybody read them."""
    rows = ReferencePrice.objects.filter(open=True).order_by("-agreed_on", "-pk")
    return [price_of(row) for row in rows[:limit]]


def comparables_for(valuation: Valuation, limit: int = 10) -> list[Alike]:
    """Return the prices most alike to what is valued, agreed on by its day.

    For appraisers: a price that is not open is for them to weigh, in a band.
    """
    words = frozenset(syllables(valuation.title))
    lot = Lot(
        valuation.field, valuation.kind, Right(valuation.right), valuation.trl, words,
        valuation.base_day,
    )  # fmt: skip
    rows = ReferencePrice.objects.filter(agreed_on__lte=valuation.base_day)
    rows = rows.exclude(subject=valuation.subject).order_by("-agreed_on", "-pk")
    found = [
        alike(lot, price_of(row), frozenset(syllables(row.title)))
        for row in rows[:CANDIDATES]
    ]
    found.sort(
        key=lambda each: (-each.score, -each.price.agreed_on.toordinal(), each.price.id)
    )
    return [each for each in found[:limit] if each.score]
