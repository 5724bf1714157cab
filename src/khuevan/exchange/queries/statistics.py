"""What the exchange amounts to, in sums that name nobody: listings, members, views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from khuevan.exchange.models import Listing, Step, ViewDay
from khuevan.exchange.rules.listings import Kind, Move, State


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands in one field now: published listings by kind."""

    field: str
    offers: int
    needs: int


@dataclass(frozen=True, slots=True)
class Views:
    """How often the listings of a field and kind were looked at in a month."""

    month: date
    field: str
    kind: str
    count: int


def has_published(member: UUID, *, needs: bool) -> bool:
    """Tell whether a member has ever put an offer, or a need, on the exchange."""
    rows = Step.objects.filter(listing__member=member, move=Move.PUBLISH)
    return rows.filter(_side(needs)).exists()


def shelves() -> list[Shelf]:
    """Return how many offers and needs are published in each field now: one query."""
    rows = Listing.objects.filter(state=State.PUBLISHED).values("field")
    counted = rows.annotate(
        needs=Count("pk", filter=Q(kind=Kind.NEED)),
        offers=Count("pk", filter=~Q(kind=Kind.NEED)),
    )
    return [
        Shelf(row["field"], row["offers"], row["needs"])
        for row in counted.order_by("field")
    ]


def views_between(since: date, until: date) -> list[Views]:
    """Return how often listings were looked at between two days, by month: one query."""
    rows = ViewDay.objects.filter(day__range=(since, until))
    counted = (
        rows.annotate(month=TruncMonth("day"))
        .values_list("month", "listing__field", "listing__kind")
        .annotate(total=Sum("count"))
    )
    return [Views(*row) for row in counted.order_by("month", "listing__field", "listing__kind")]  # fmt: skip


def _side(needs: bool) -> Q:
    wanted = Q(listing__kind=Kind.NEED)
    return wanted if needs else ~wanted
