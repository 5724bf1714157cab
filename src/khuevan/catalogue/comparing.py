"""Editions of procedures side by side: what restructuring compares."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from khuevan.directory.public import Person
from khuevan.platform import clock

from .access import may_keep_catalogue
from .models import CostSheet, Version
from .rules.codec import from_json
from .rules.cost import Cost, cost, sheet_from_json
from .rules.definition import Definition
from .rules.states import EDITABLE, VersionState


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a procedure, published or proposed; a draft holds from no day."""

    id: UUID
    code: str
    number: int
    definition: Definition
    valid_from: date | None
    draft: bool


def key_codes(on: date | None = None) -> list[str]:
    """Return the codes of the procedures marked as to be restructured, in order."""
    rows = Version.objects.in_force(on or clock.today()).filter(definition__is_key=True)
    codes = rows.order_by("procedure__code").values_list("procedure__code", flat=True)
    return list(codes)


def editions_of(
    codes: Collection[str], reader: Person | None = None
) -> dict[str, list[Edition]]:
    """Return every published version of procedures, the oldest first: one query.

    Those who keep the catalogue see proposed versions as well.
    """
    states = Q(state=VersionState.PUBLISHED)
    if reader is not None and may_keep_catalogue(reader):
        states |= Q(state__in=list(EDITABLE))
    rows = Version.objects.filter(states, procedure__code__in=codes)
    told = rows.order_by("procedure__code", "number").values_list(
        "pk", "procedure__code", "number", "definition", "valid_from", "state"
    )
    found: dict[str, list[Edition]] = {}
    for pk, code, number, definition, valid_from, state in told:
        made = Edition(pk, code, number, from_json(definition), valid_from, state in EDITABLE)  # fmt: skip
        found.setdefault(code, []).append(made)
    return found


def costs_of(versions: Collection[UUID]) -> dict[UUID, Cost]:
    """Return the compliance costs that were entered, by version: one query."""
    rows = CostSheet.objects.filter(version__in=versions)
    return {key: cost(sheet_from_json(sheet)) for key, sheet in rows.values_list("version", "sheet")}  # fmt: skip
