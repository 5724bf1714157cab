"""Ratings: for measures one by one, for people in groups of five and more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Avg, Count, Q

from khuevan.feedback.models import Rating
from khuevan.platform import clock
from khuevan.platform.privacy import SMALLEST_GROUP


@dataclass(frozen=True, slots=True)
class RatingView:
    """One rating without its giver: for measures, not for pages."""

    subject: str
    organisation_id: UUID
    procedure: str
    good: bool
    stars: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Ratings of a body together: never of fewer than five."""

    organisation_id: UUID
    name: str
    ratings: int
    good: int
    stars: float | None

    @property
    def share(self) -> float:
        """Return the share of thumbs up, in percent."""
        return 100 * self.good / self.ratings


def ratings_of(subject: str) -> tuple[RatingView, ...]:
    """Return the ratings of one thing, such as a dossier, the first first."""
    return tuple(ratings_of_many([subject]))


def ratings_of_many(subjects: list[str]) -> list[RatingView]:
    """Return the ratings of several things: one query."""
    rows = Rating.objects.filter(link__subject__in=subjects).select_related("link")
    return [
        RatingView(
            row.link.subject,
            row.link.organisation_id,
            row.link.procedure,
            row.good,
            row.stars,
        )
        for row in rows.order_by("rated_at", "pk")
    ]


def groups(since: date, until: date) -> list[Group]:
    """Return how bodies' procedures were rated over some days, both included.

    Small groups are left out, and what is no procedure: advice, events.
    """
    span = (clock.at_local(since, time.min), clock.end_of_day(until))
    rows = (
        Rating.objects.filter(rated_at__range=span)
        .exclude(link__procedure="")
        .values("link__organisation", "link__organisation__name")
        .annotate(n=Count("pk"), up=Count("pk", filter=Q(good=True)), mean=Avg("stars"))
        .filter(n__gte=SMALLEST_GROUP)
        .order_by("link__organisation__sort_key")
    )
    return [
        Group(
            row["link__organisation"],
            row["link__organisation__name"],
            row["n"],
            row["up"],
            row["mean"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ProcedureRatings:
    """Ratings of one procedure's dossiers together: never of fewer than five."""

    procedure: str
    ratings: int
    good: int


def procedure_ratings(since: date, until: date) -> dict[str, ProcedureRatings]:
    """Return how procedures were rated over some days by code; small groups left out."""
    span = (clock.at_local(since, time.min), clock.end_of_day(until))
    rows = (
        Rating.objects.filter(rated_at__range=span)
        .exclude(link__procedure="")
        .values("link__procedure")
        .annotate(n=Count("pk"), up=Count("pk", filter=Q(good=True)))
        .filter(n__gte=SMALLEST_GROUP)
    )
    return {
        row["link__procedure"]: ProcedureRatings(
            row["link__procedure"], row["n"], row["up"]
        )
        for row in rows
    }
