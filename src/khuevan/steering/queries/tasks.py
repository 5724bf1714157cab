"""Rows of tasks for tables, boards and inboxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.text import fold
from khuevan.steering.capacity import acting
from khuevan.steering.models import Task
from khuevan.steering.models.tasks import TaskQuerySet
from khuevan.steering.policies import limits_on
from khuevan.steering.rules import DONE, RUNNING, Basis, State, Status

from .summary import Judged, judged_on


PAGE = 50


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a table of tasks."""

    id: UUID
    code: str
    title: str
    level: str
    group: int
    lead: str
    lead_short: str
    holder_short: str
    held_since: Any
    due_on: date | None
    original_due_on: date | None
    assigned_on: date
    accepted_on: date | None
    state: str
    basis: str
    progress: int
    status: str
    next_step: str = ""

    @property
    def moved(self) -> bool:
        """Tell whether the due date is no longer the original one."""
        return self.due_on != self.original_due_on


_COLUMNS = (
    "pk", "code", "title", "level", "group", "lead__name", "lead__short_name",
    "holder__short_name", "held_since", "due_on", "original_due_on", "assigned_on",
    "accepted_on", "state", "basis", "progress", "status", "next_step",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of the tasks they may see."""

    text: str = ""
    level: str = ""
    group: int | None = None
    status: str = ""  # a Status, or done / open / verified / reported_only / claimed
    organisation: UUID | None = None
    on: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    sort: str = "due_on"
    visibility: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, with how many there are in all."""

    rows: list[TaskRow]
    total: int
    number: int
    pages: int


SORTS = {
    "due_on": ("due_on", "code"),
    "-due_on": ("-due_on", "code"),
    "code": ("code",),
    "lead": ("lead__sort_key", "due_on", "code"),
    "held_since": ("held_since", "code"),
}


def task_rows(*, person: Person | AnonymousUser, wanted: Wanted, page: int = 1) -> Page:
    """Return a page of the tasks somebody may see, filtered; three queries at most.

    For a past day the statuses come from the journal as of that day's end.
    """
    on = wanted.on or clock.today()
    tasks = _wanted(Task.objects.visible_to(person), wanted)
    if on < clock.today():
        return _past_rows(tasks, wanted, on, page)
    judged = tasks.with_status(on=on, limits=limits_on(on))
    judged = _with_status_wanted(judged, wanted.status)
    total = judged.count()
    number, pages, first = _cut(total, page)
    rows = judged.order_by(*SORTS.get(wanted.sort, SORTS["due_on"]))
    values = rows.values_list(*_COLUMNS)[first : first + PAGE]
    return Page([TaskRow(*row) for row in values], total, number, pages)


def _wanted(tasks: TaskQuerySet, wanted: Wanted) -> TaskQuerySet:
    for word in fold(wanted.text).split():
        tasks = tasks.filter(folded__contains=word)
    exact = {
        "level": wanted.level or None,
        "group": wanted.group,
        "visibility": wanted.visibility or None,
        "due_on__gte": wanted.due_from,
        "due_on__lte": wanted.due_to,
    }
    tasks = tasks.filter(**{k: v for k, v in exact.items() if v is not None})
    if wanted.organisation:
        takes_part = Q(lead=wanted.organisation) | Q(
            coordinations__organisation=wanted.organisation
        )
        tasks = tasks.filter(takes_part).distinct()
    return tasks


_STATUS_SETS: dict[str, dict[str, Any]] = {
    "done": {"status__in": DONE},
    "open": {"status__in": RUNNING},
    "verified": {
        "state": State.ACCEPTED,
        "basis__in": [Basis.VERIFIED, Basis.INDICATOR],
    },
    "reported_only": {"state": State.ACCEPTED, "basis": Basis.REPORT},
    "claimed": {"state": State.CLAIMED},
}


def _with_status_wanted(tasks: Any, wanted: str) -> Any:
    if not wanted:
        return tasks.exclude(state=State.CANCELLED)
    if wanted in _STATUS_SETS:
        return tasks.filter(**_STATUS_SETS[wanted])
    return tasks.filter(status=wanted)


def _matches(one: Judged, wanted: str) -> bool:
    basis = one.standing.basis
    sets = {
        "": one.status is not Status.CANCELLED,
        "done": one.status in DONE,
        "open": one.status in RUNNING,
        "verified": one.status in DONE and basis is not Basis.REPORT,
        "reported_only": one.status in DONE and basis is Basis.REPORT,
        "claimed": one.standing.state is State.CLAIMED,
    }
    return sets.get(wanted, one.status == wanted)


def _past_rows(tasks: TaskQuerySet, wanted: Wanted, on: date, page: int) -> Page:
    then = {j.task: j for j in judged_on(on) if _matches(j, wanted.status)}
    order = SORTS.get(wanted.sort, SORTS["due_on"])
    keys = list(tasks.filter(pk__in=then).order_by(*order).values_list("pk", flat=True))
    number, pages, first = _cut(len(keys), page)
    shown = keys[first : first + PAGE]
    columns = tuple(c for c in _COLUMNS if c != "status")
    found = {row[0]: row for row in tasks.filter(pk__in=shown).values_list(*columns)}
    return Page(
        [_as_of(found[key], then[key]) for key in shown], len(keys), number, pages
    )


def _as_of(row: tuple[Any, ...], judged: Judged) -> TaskRow:
    """Show a row as the journal knew it: dates and state of that day, not of today."""
    standing = judged.standing
    return replace(
        TaskRow(*row[:-1], judged.status.value, row[-1]),  # type: ignore[call-arg]
        due_on=standing.due_on,
        accepted_on=standing.accepted_on,
        state=standing.state.value,
        basis=standing.basis.value if standing.basis else "",
        progress=standing.progress,
    )


def _cut(total: int, page: int) -> tuple[int, int, int]:
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    return number, pages, (number - 1) * PAGE


def inbox(*, person: Person) -> list[TaskRow]:
    """List what waits for this person's own unit, most urgent first (at most 100).

    Their unit leads it and it runs, or their unit must verify a claim.
    """
    units = {h.organisation_id for h in acting(person).holdings}
    mine = Q(lead__in=units, state=State.OPEN) | Q(
        verifier__in=units, state=State.CLAIMED
    )
    today = clock.today()
    tasks = (
        Task.objects.visible_to(person)
        .filter(mine)
        .with_status(on=today, limits=limits_on(today))
        .order_by("due_on", "code")
    )
    return [TaskRow(*row) for row in tasks.values_list(*_COLUMNS)[:100]]


def most_urgent(
    *, person: Person | AnonymousUser, on: date, many: int = 8
) -> list[TaskRow]:
    """List the running tasks that need a decision first: overdue, then soonest due."""
    tasks = (
        Task.objects.visible_to(person)
        .running()
        .filter(due_on__isnull=False)
        .with_status(on=on, limits=limits_on(on))
        .order_by("due_on", "code")
    )
    return [TaskRow(*row) for row in tasks.values_list(*_COLUMNS)[:many]]


def find_tasks(
    *, person: Person | AnonymousUser, text: str, many: int = 20
) -> list[tuple[str, str, str]]:
    """Search the tasks somebody may see, with or without accents: title, detail, address."""
    rows = task_rows(person=person, wanted=Wanted(text=text)).rows[:many]
    return [
        (
            row.title,
            f"{row.code} · {row.lead}",
            reverse("steering-task", args=[row.code]),
        )
        for row in rows
    ]
