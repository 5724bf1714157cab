"""Which papers real dossiers were asked for: counts alone, no answers leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from khuevan.catalogue.public import Definition, components_due
from khuevan.platform import clock

from .models import Application


MOST = 200
"""How many of the latest dossiers a condition is tried on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of `dossiers` tried, how many would be asked for each component, by its code."""

    dossiers: int
    due: dict[str, int]


def papers_asked(
    procedure: str, definitions: Iterable[Definition], since: date, until: date
) -> list[Asked]:
    """Try versions on the answers of the latest dossiers of a procedure: one query.

    Returns one count for each definition, in order. Where no paper has a condition
    nothing is read and every paper counts as asked of every dossier.
    """
    told = list(definitions)
    if not any(c.when for d in told for c in d.components):
        return [Asked(1, {c.code: 1 for c in d.components}) for d in told]
    span = clock.at_local(since, time(0)), clock.end_of_day(until)
    rows = Application.objects.filter(
        dossier__procedure=procedure, dossier__filed_at__range=span
    ).order_by("-dossier__filed_at")
    answers = list(rows.values_list("answers", flat=True)[:MOST])
    return [_tried(definition, answers) for definition in told]


def _tried(definition: Definition, answers: list[dict[str, object]]) -> Asked:
    due: dict[str, int] = {}
    for one in answers:
        for component in components_due(definition, one):
            due[component.code] = due.get(component.code, 0) + 1
    return Asked(len(answers), due)
