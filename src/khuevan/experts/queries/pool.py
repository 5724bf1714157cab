"""The pool as everybody reads it, and as its keeper does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from khuevan.experts.models import Absence, Booking, Expert, Rate
from khuevan.experts.rules.bookings import TAKES_TIME, Span, State
from khuevan.feedback.public import ratings_of_many
from khuevan.platform import clock
from khuevan.platform.privacy import SMALLEST_GROUP
from khuevan.platform.text import fold


DONE = (State.OWED, State.CLOSED)
"""States of bookings that were held and confirmed."""


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert on a list: no contact details.

    `rate` is đồng for an hour today, None where none holds yet; `stars` the mean of the
    ratings once there are enough of them to name nobody.
    """

    id: UUID
    person: UUID
    name: str
    headline: str
    fields: tuple[str, ...]
    languages: tuple[str, ...]
    paused: bool
    rate: int | None
    done: int
    stars: float | None
    ratings: int


def rows_of(experts: Sequence[Expert]) -> list[ExpertRow]:
    """Return experts as lists show them: four queries however many."""
    today = clock.today()
    rates = rates_on(experts, today)
    done = _bookings_done(experts)
    stars = _stars(experts)
    return [
        ExpertRow(
            one.pk, one.person_id, one.person.full_name, one.headline, tuple(one.fields),
            tuple(one.languages), one.paused, rates.get(one.pk), done.get(one.pk, 0),
            *_mean(stars.get(one.pk, [])),
        )
        for one in experts
    ]  # fmt: skip


def find(rows: Iterable[ExpertRow], words: str) -> list[ExpertRow]:
    """Keep the rows in whose name or headline every word occurs, accents aside."""
    wanted = fold(words).split()
    return [
        row for row in rows
        if all(word in fold(f"{row.name} {row.headline}") for word in wanted)
    ]  # fmt: skip


def rates_on(experts: Iterable[Expert], day: date) -> dict[UUID, int]:
    """Return what each expert asks for an hour on a day; đồng."""
    rows = Rate.objects.filter(expert__in=list(experts), valid_from__lte=day)
    newest = rows.order_by("valid_from").values_list("expert_id", "amount")
    return dict(newest)


def rate_on(expert: Expert, day: date) -> int | None:
    """Return what an expert asks for an hour on a day, None where nothing is said."""
    return rates_on([expert], day).get(expert.pk)


def taken(expert: Expert, span: Span) -> str:
    """Tell why an expert has no time then: "booked", "away", or "" where there is time."""
    clashing = Booking.objects.filter(
        expert=expert, state__in=TAKES_TIME, time__overlap=(span.start, span.end)
    )
    if clashing.exists():
        return "booked"
    first, last = clock.local_day(span.start), clock.local_day(span.end)
    away = Absence.objects.filter(expert=expert, first__lte=last, last__gte=first)
    return "away" if away.exists() else ""


def _bookings_done(experts: Sequence[Expert]) -> dict[UUID, int]:
    rows = Booking.objects.filter(expert__in=list(experts), state__in=DONE)
    counted = rows.values("expert").annotate(count=Count("pk"))
    return {row["expert"]: row["count"] for row in counted}


def _stars(experts: Sequence[Expert]) -> dict[UUID, list[int]]:
    rows = Booking.objects.filter(expert__in=list(experts), state=State.CLOSED)
    of = {booking.ref: booking.expert_id for booking in rows.only("pk", "expert_id")}
    found: dict[UUID, list[int]] = {}
    if of:
        for rating in ratings_of_many(list(of)):
            if rating.stars is not None:
                found.setdefault(of[rating.subject], []).append(rating.stars)
    return found


def _mean(stars: list[int]) -> tuple[float | None, int]:
    if len(stars) < SMALLEST_GROUP:
        return None, len(stars)
    return sum(stars) / len(stars), len(stars)
