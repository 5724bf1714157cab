"""Counts over tasks, as of any day: today from the table, past days from the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from khuevan.directory.public import Person
from khuevan.journal.public import latest_facts
from khuevan.platform import clock
from khuevan.steering.capacity import acting
from khuevan.steering.models import Task
from khuevan.steering.policies import limits_on
from khuevan.steering.rules import (
    DONE,
    Basis,
    Level,
    Standing,
    State,
    Status,
    original_status,
    status,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How a set of tasks stands on a day; cancelled tasks are not counted."""

    total: int = 0
    done: int = 0
    done_on_time: int = 0
    done_late: int = 0
    open: int = 0
    overdue: int = 0
    at_risk: int = 0
    claimed: int = 0
    verified: int = 0
    reported_only: int = 0
    overdue_on_original: int = 0

    @property
    def rate(self) -> float | None:
        """Return the share done, in percent."""
        return 100 * self.done / self.total if self.total else None

    @property
    def on_time_rate(self) -> float | None:
        """Return the share on time of what is done, in percent."""
        return 100 * self.done_on_time / self.done if self.done else None

    @property
    def in_time(self) -> int:
        """Return how many are open and not overdue."""
        return self.open - self.overdue


@dataclass(frozen=True, slots=True)
class Judged:
    """One task on one day: its standing and what the clock says on both dates.

    `as_of` is the day of the last fact known by then.
    """

    task: UUID
    standing: Standing
    status: Status
    original: Status
    as_of: date


def judged_on(
    day: date, *, person: Person | AnonymousUser | None = None
) -> list[Judged]:
    """Return every task assigned by a day as the journal knows it at the day's end.

    `person` limits to what they may see; None is the system itself.
    """
    limits = limits_on(day)
    facts = latest_facts("steering.task", until=clock.end_of_day(day))
    allowed = _allowed(person)
    judged = []
    for subject, fact in facts.items():
        key = UUID(subject.partition(":")[2])
        if allowed is None or key in allowed:
            standing = Standing.from_figures(fact.figures["standing"])
            judged.append(
                Judged(
                    key,
                    standing,
                    status(standing, on=day, limits=limits),
                    original_status(standing, on=day, limits=limits),
                    clock.local_day(fact.occurred_at),
                )
            )
    return judged


def _allowed(person: Person | AnonymousUser | None) -> set[UUID] | None:
    if person is None:
        return None
    if isinstance(person, Person) and acting(person).reads_everything:
        return None
    return set(Task.objects.visible_to(person).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Cell:
    """How many tasks share a leading unit, a level and what is said of them."""

    lead: UUID
    level: Level
    status: Status
    state: State
    bare: bool  # accepted by report only
    many: int
    originally_late: int


def cells_on(day: date, *, person: Person | AnonymousUser | None = None) -> list[Cell]:
    """Count tasks by unit, level and status as of the end of a day.

    Today comes from the table in one query, a past day from the journal; both say
    the same of today (a test holds them to it).
    """
    if day >= clock.today():
        return _live_cells(day, person)
    return [cell_of(one) for one in judged_on(day, person=person)]


def cell_of(one: Judged) -> Cell:
    """Return one judged task as a cell of its own."""
    return Cell(
        UUID(one.standing.lead),
        one.standing.level,
        one.status,
        one.standing.state,
        one.standing.basis is Basis.REPORT,
        1,
        int(one.original is Status.OVERDUE),
    )


def _live_cells(on: date, person: Person | AnonymousUser | None) -> list[Cell]:
    tasks = Task.objects.all() if person is None else Task.objects.visible_to(person)
    running = Q(state__in=[State.OPEN, State.CLAIMED])
    rows = (
        tasks.assigned_by(on)
        .with_status(on=on, limits=limits_on(on))
        .order_by()
        .values_list("lead", "level", "status", "state", "basis")
        .annotate(
            n=Count("pk"), late=Count("pk", filter=running & Q(original_due_on__lt=on))
        )
    )
    return [
        Cell(
            lead, Level(level), Status(status), State(state), basis == Basis.REPORT,
            n, late,
        )
        for lead, level, status, state, basis, n, late in rows
    ]  # fmt: skip


def summary(
    *, on: date, person: Person | AnonymousUser | None = None
) -> dict[Level, Counts]:
    """Count tasks per level as of the end of a day."""
    return per_level(cells_on(on, person=person))


def per_level(cells: list[Cell]) -> dict[Level, Counts]:
    """Add cells up by level; every level is there."""
    return {level: count(c for c in cells if c.level is level) for level in Level}


def per_unit(cells: list[Cell]) -> dict[UUID, Counts]:
    """Add cells up by leading unit."""
    units: dict[UUID, list[Cell]] = {}
    for cell in cells:
        units.setdefault(cell.lead, []).append(cell)
    return {unit: count(group) for unit, group in units.items()}


def count(cells: Iterable[Cell]) -> Counts:
    """Add cells up."""
    tally: Counter[str] = Counter()
    for cell in cells:
        if cell.status is Status.CANCELLED:
            continue
        tally["total"] += cell.many
        tally[cell.status] += cell.many
        if cell.status in DONE:
            tally["reported_only" if cell.bare else "verified"] += cell.many
        else:
            tally["overdue_on_original"] += cell.originally_late
        if cell.state is State.CLAIMED:
            tally["claimed"] += cell.many
    done = tally[Status.DONE_ON_TIME] + tally[Status.DONE_LATE]
    return Counts(
        total=tally["total"],
        done=done,
        done_on_time=tally[Status.DONE_ON_TIME],
        done_late=tally[Status.DONE_LATE],
        open=tally["total"] - done,
        overdue=tally[Status.OVERDUE],
        at_risk=tally[Status.AT_RISK],
        claimed=tally["claimed"],
        verified=tally["verified"],
        reported_only=tally["reported_only"],
        overdue_on_original=tally["overdue_on_original"],
    )
