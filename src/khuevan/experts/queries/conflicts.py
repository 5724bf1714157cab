"""Ties between experts and the sides of a matter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from khuevan.directory.public import Appointment, Organisation
from khuevan.experts.dated import cooling_on
from khuevan.experts.models import Expert, Interest
from khuevan.experts.rules.pool import Conflict, Tie, counts


def conflicts_among(
    experts: Iterable[Expert], organisations: Iterable[UUID], on: date
) -> dict[UUID, list[Conflict]]:
    """Return the ties that keep experts from a matter of some organisations on a day.

    By the expert's key; three queries however many. A post in a body directly above or
    below a side counts as one there, and like a declared tie for a while after its end.
    """
    listed = list(experts)
    sides = set(organisations)
    if not listed or not sides:
        return {}
    found: dict[UUID, list[Conflict]] = {}
    for conflict in (*_declared(listed, sides, on), *_posts(listed, sides, on)):
        found.setdefault(conflict.expert, []).append(conflict)
    return found


def conflicts_of(expert: Expert, organisations: Iterable[UUID], on: date) -> list[Conflict]:  # fmt: skip
    """Return one expert's ties to some organisations on a day."""
    return conflicts_among([expert], organisations, on).get(expert.pk, [])


def _declared(experts: list[Expert], sides: set[UUID], on: date) -> list[Conflict]:
    rows = Interest.objects.filter(expert__in=experts, organisation__in=sides)
    cooling = cooling_on(on)
    return [
        Conflict(
            row.expert_id, Tie(row.tie), row.organisation_id, row.organisation.name,
            row.valid_from, row.valid_to,
        )
        for row in rows.select_related("organisation").order_by("declared_at")
        if counts(row.valid_from, row.valid_to, on, cooling)
    ]  # fmt: skip


def _posts(experts: list[Expert], sides: set[UUID], on: date) -> list[Conflict]:
    above = set(
        Organisation.objects.filter(pk__in=sides, parent__isnull=False).values_list(
            "parent", flat=True
        )
    )
    rows = Appointment.objects.filter(
        Q(organisation__in=sides | above) | Q(organisation__parent__in=sides),
        person__in=[expert.person_id for expert in experts],
    ).select_related("organisation")
    of = {expert.person_id: expert.pk for expert in experts}
    cooling = cooling_on(on)
    return [
        Conflict(
            of[row.person_id], Tie.POST, row.organisation_id, row.organisation.name,
            row.valid_from, row.valid_to,
        )
        for row in rows.order_by("pk")
        if counts(row.valid_from, row.valid_to, on, cooling)
    ]  # fmt: skip
