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
from khuevan.steering.models import Source, Task
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
    code: str = ""
    level: str = ""
    group: int | None = None
    # A Status, or done / open / verified / reported_only / claimed / any; empty: all
    # that are not cancelled.
    status: str = ""
    organisation: UUID | None = None
    lead: UUID | None = None
    on: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    sort: str = "due_on"
    visibility: str = ""
    original_from: date | None = None
    original_to: date | None = None


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
    found = chosen(person=person, wanted=wanted)
    if found.then is not None:
        return _past_rows(found, page)
    total = found.tasks.count()
    number, pages, first = _cut(total, page)
    values = found.tasks.values_list(*_COLUMNS)[first : first + PAGE]
    return Page([TaskRow(*row) for row in values], total, number, pages)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tasks somebody wants, in their order; `then` is how a past day judged them.

    Without `then` the tasks are annotated with their `status`.
    """

    tasks: Any
    then: dict[UUID, Judged] | None


def chosen(*, person: Person | AnonymousUser, wanted: Wanted) -> Chosen:
    """Choose tasks for a page, an export or the API: all of them show the same set."""
    on = wanted.on or clock.today()
    tasks = _wanted(Task.objects.visible_to(person), wanted)
    order = SORTS.get(wanted.sort, SORTS["due_on"])
    if on < clock.today():
        then = {j.task: j for j in judged_on(on) if _matches(j, wanted)}
        return Chosen(tasks.filter(pk__in=then).order_by(*order), then)
    due = {"due_on__gte": wanted.due_from, "due_on__lte": wanted.due_to}
    tasks = tasks.filter(**{k: v for k, v in due.items() if v is not None})
    judged = tasks.with_status(on=on, limits=limits_on(on))
    return Chosen(_with_status_wanted(judged, wanted.status).order_by(*order), None)


def _wanted(tasks: TaskQuerySet, wanted: Wanted) -> TaskQuerySet:
    for word in fold(wanted.text).split():
        tasks = tasks.filter(folded__contains=word)
    exact = {
        "code": wanted.code or None,
        "level": wanted.level or None,
        "group": wanted.group,
        "visibility": wanted.visibility or None,
        "original_due_on__gte": wanted.original_from,
        "original_due_on__lte": wanted.original_to,
        "lead": wanted.lead,
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
    "any": {},
}


def _with_status_wanted(tasks: Any, wanted: str) -> Any:
    if not wanted:
        return tasks.exclude(state=State.CANCELLED)
    if wanted in _STATUS_SETS:
        return tasks.filter(**_STATUS_SETS[wanted])
    return tasks.filter(status=wanted)


def _matches(one: Judged, wanted: Wanted) -> bool:
    due = one.standing.due_on
    if wanted.due_from and (due is None or due < wanted.due_from):
        return False
    if wanted.due_to and (due is None or due > wanted.due_to):
        return False
    return _has_status(one, wanted.status)


def _has_status(one: Judged, wanted: str) -> bool:
    basis = one.standing.basis
    sets = {
        "": one.status is not Status.CANCELLED,
        "any": True,
        "done": one.status in DONE,
        "open": one.status in RUNNING,
        "verified": one.status in DONE and basis is not Basis.REPORT,
        "reported_only": one.status in DONE and basis is Basis.REPORT,
        "claimed": one.standing.state is State.CLAIMED,
    }
    return sets.get(wanted, one.status == wanted)


def _past_rows(found: Chosen, page: int) -> Page:
    then = found.then or {}
    keys = list(found.tasks.values_list("pk", flat=True))
    number, pages, first = _cut(len(keys), page)
    shown = keys[first : first + PAGE]
    columns = tuple(c for c in _COLUMNS if c != "status")
    rows = Task.objects.filter(pk__in=shown).values_list(*columns)
    by_key = {row[0]: row for row in rows}
    return Page(
        [_as_of(by_key[key], then[key]) for key in shown], len(keys), number, pages
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


def find_sources(
    *, person: Person | AnonymousUser, text: str, many: int = 10
) -> list[tuple[str, str, str]]:
    """Search the papers behind the tasks somebody may see: title, number, address."""
    visible = Task.objects.visible_to(person)
    sources = Source.objects.filter(clauses__tasks__in=visible).distinct()
    for word in fold(text).split():
        sources = sources.filter(folded__contains=word)
    return [
        (source.title, source.number, reverse("steering-source", args=[source.pk]))
        for source in sources.order_by("-issued_on")[:many]
    ]
