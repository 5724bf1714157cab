"""Whole tables of tasks for other programs: every row, in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Value

from khuevan.directory.public import Person
from khuevan.steering.models import Coordination

from .summary import Judged
from .tasks import Wanted, chosen


PORTION = 2_000


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One task with everything a register holds, and what the clock says about it."""

    id: UUID
    code: str
    title: str
    level: str
    source: str
    group: int
    lead: str
    coordinators: tuple[str, ...]
    output: str
    proof: str
    assigned_on: date
    due_on: date | None
    accepted_on: date | None
    original_due_on: date | None
    status: str
    state: str
    basis: str
    progress: int
    holder: str
    held_since: datetime
    next_step: str
    visibility: str


_COLUMNS = (
    "pk", "code", "title", "level", "clause__source__number", "group", "lead__name",
    "helpers", "output", "proof", "assigned_on", "due_on", "accepted_on",
    "original_due_on", "status", "state", "basis", "progress", "holder__name",
    "held_since", "next_step", "visibility",
)  # fmt: skip
_HELPERS = _COLUMNS.index("helpers")


def export_rows(
    *, person: Person | AnonymousUser, wanted: Wanted, after: str = "", many: int = 0
) -> Iterator[ExportRow]:
    """Yield the tasks of a filter that somebody may see, as of its day, a portion at a time.

    With `after` only codes beyond it, by code; with `many` at most so many.
    """
    found = chosen(person=person, wanted=wanted)
    helpers = (
        Coordination.objects.filter(task=OuterRef("pk"))
        .order_by("organisation__sort_key")
        .values("organisation__name")
    )
    tasks = found.tasks.annotate(helpers=ArraySubquery(helpers))
    if found.then is not None:
        tasks = tasks.annotate(status=Value(""))
    if after:
        tasks = tasks.filter(code__gt=after)
    rows = tasks.values_list(*_COLUMNS)
    if many:
        rows = rows[:many]
    for row in rows.iterator(chunk_size=PORTION):
        yield _row(row, found.then)


def _row(row: tuple[Any, ...], then: dict[UUID, Judged] | None) -> ExportRow:
    values = [*row[:_HELPERS], tuple(row[_HELPERS]), *row[_HELPERS + 1 :]]
    made = ExportRow(*values)
    if then is None:
        return made
    judged = then[made.id]
    standing = judged.standing
    return replace(
        made,
        due_on=standing.due_on,
        accepted_on=standing.accepted_on,
        status=judged.status.value,
        state=standing.state.value,
        basis=standing.basis.value if standing.basis else "",
        progress=standing.progress,
    )
