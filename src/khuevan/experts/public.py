"""Experts for every app above: who may be asked about a matter, asking them, their ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Sum

from khuevan.directory.public import Organisation, Person

from . import actions
from .matters import Matter, register_matter
from .models import Booking, Expert
from .queries.conflicts import conflicts_among, conflicts_of as _conflicts_of
from .queries.pool import ExpertRow, rows_of
from .rules.pool import Conflict, Tie


def bookable_experts(
    field: str, organisations: Iterable[UUID], on: date
) -> list[ExpertRow]:
    """Return who may be asked about a matter of these sides on a day, by name.

    Experts of the field who take bookings and have no tie to a side; "" means any field.
    """
    rows = Expert.objects.admitted().filter(paused=False).select_related("person")
    if field:
        rows = rows.filter(fields__contains=[field])
    found = list(rows.order_by("person__sort_key"))
    tied = conflicts_among(found, organisations, on)
    return rows_of([expert for expert in found if expert.pk not in tied])


def conflicts_of(expert: UUID, organisations: Iterable[UUID], on: date) -> list[Conflict]:  # fmt: skip
    """Return what ties an expert to some organisations on a day: declared ties and posts."""
    return _conflicts_of(Expert.objects.get(pk=expert), organisations, on)


def expert_of(person: Person) -> UUID | None:
    """Return the key of somebody who is in the pool, None for everybody else."""
    rows = Expert.objects.admitted().filter(person=person)
    return rows.values_list("pk", flat=True).first()


def paid_about(matters: Iterable[str]) -> dict[str, int]:
    """Return what was paid to experts about some things, by the thing; đồng."""
    rows = Booking.objects.filter(consultation__matter__in=list(matters), paid_at__isnull=False)  # fmt: skip
    summed = rows.values_list("consultation__matter").annotate(sum=Sum("amount", default=0))  # fmt: skip
    return dict(summed.order_by("consultation__matter"))


def book_for(
    *, matter: str, experts: Sequence[UUID], title: str, question: str,
    starts: Sequence[datetime], minutes: int, place: str = "",
    organisation: Organisation | None = None, by: Person,
) -> str:  # fmt: skip
    """Ask experts about a thing of the calling app and return the question's code.

    The app has told what the thing is (`register_matter`). RuleBroken where one of them
    has a tie to a side, or no time; nobody is asked then.
    """
    asked = actions.ask_experts(
        experts=list(Expert.objects.filter(pk__in=experts)), title=title,
        question=question, starts=starts, minutes=minutes, place=place,
        organisation=organisation, matter=matter, by=by,
    )  # fmt: skip
    return asked.code


__all__ = [
    "Conflict",
    "ExpertRow",
    "Matter",
    "Tie",
    "book_for",
    "bookable_experts",
    "conflicts_of",
    "expert_of",
    "paid_about",
    "register_matter",
]
