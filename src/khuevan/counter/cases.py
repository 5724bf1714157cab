"""Rows of dossiers for lists of other apps, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from khuevan.directory.public import Person

from .models import Dossier
from .rules.states import Status


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One dossier in a list; who applied is on its own page."""

    key: UUID
    code: str
    title: str
    unit: str
    status: Status | None
    filed_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    supplements: int


def case_rows(person: Person, keys: Sequence[UUID]) -> list[CaseRow]:
    """Return those of the named dossiers a person may see, in the order of the names."""
    found = {
        d.pk: d
        for d in Dossier.objects.visible_to(person)
        .filter(pk__in=keys)
        .select_related("agency")
    }
    return [_row(found[key]) for key in keys if key in found]


def _row(dossier: Dossier) -> CaseRow:
    return CaseRow(
        dossier.pk,
        dossier.code or "",
        dossier.title,
        dossier.agency.short_name if dossier.agency else "",
        dossier.status,
        dossier.filed_at,
        dossier.due_at,
        dossier.ended_at,
        dossier.supplements,
    )
