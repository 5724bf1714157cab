"""Cutting tasks from clauses, and the decisions that stop or move them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count

from django.db import transaction

from khuevan.directory.public import Organisation, Person, Role
from khuevan.indicators.public import declared
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import may_assign_part, may_help_with, may_steer
from khuevan.steering.capacity import acting
from khuevan.steering.facts import record_task
from khuevan.steering.models import Clause, Coordination, SavedFilter, Task
from khuevan.steering.rules import (
    Level,
    Proof,
    State,
    Visibility,
    check_code,
    check_dates,
    check_inside_parent,
    check_move,
    check_output,
    check_second_unit,
)

from .common import locked, require


_ANY_POST = (Role.HEAD, Role.OFFICIAL, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Helper:
    """A coordinating unit, what it does and by when."""

    organisation: Organisation
    part: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The six clears of a task: who, what, by when, with which authority, which output."""

    code: str
    title: str
    lead: Organisation
    verifier: Organisation
    authority: str
    output: str
    proof: Proof
    assigned_on: date
    due_on: date | None = None
    due_provenance: str = ""
    lead_person: Person | None = None
    helpers: tuple[Helper, ...] = field(default=())
    level: Level | None = None  # default: the level of the source
    indicator: str = ""
    indicator_periods: int = 1
    visibility: Visibility = Visibility.INTERNAL


@transaction.atomic
def assign_task(
    *, order: Order, clause: Clause, parent: Task | None = None, by: Person | None
) -> Task:
    """Cut a task from a clause and hand it to the unit that leads it.

    The fact carries the day of the order, so a task entered late still counts
    from the day it was given.
    """
    require(may_assign_part(by, parent) if parent else may_steer(by))
    _check_order(order, parent)
    task = Task.objects.create(
        code=order.code.strip(),
        parent=parent,
        clause=clause,
        level=order.level or Level(clause.source.level),
        group=clause.group,
        title=order.title.strip(),
        lead=order.lead,
        lead_person=order.lead_person,
        verifier=order.verifier,
        authority=order.authority.strip(),
        output=order.output.strip(),
        proof=order.proof,
        indicator=order.indicator,
        indicator_periods=order.indicator_periods,
        visibility=order.visibility,
        assigned_on=order.assigned_on,
        original_due_on=order.due_on,
        due_on=order.due_on,
        due_provenance=order.due_provenance.strip(),
        holder=order.lead,
        held_since=_on_the_day(order.assigned_on),
        created_by=by,
    )
    Coordination.objects.bulk_create(
        Coordination(
            task=task, organisation=h.organisation, part=h.part, due_on=h.due_on
        )
        for h in order.helpers
    )
    record_task(
        "task_assigned",
        task,
        by=by,
        occurred_at=_on_the_day(order.assigned_on),
        clause=clause.ref,
        due_on=order.due_on.isoformat() if order.due_on else None,
    )
    return task


@transaction.atomic
def cascade_task(
    *, task: Task, units: Sequence[Organisation], due_on: date | None, by: Person
) -> list[Task]:
    """Hand a part of a task to each of several departments or communes.

    Each part has the whole's output, its own code (`CODE.1`, `CODE.2` …) and its own
    fact; its verifier is the unit that leads the whole.
    """
    task = locked(task)
    require(may_assign_part(by, task))
    if not units:
        raise RuleBroken(N_("Choose at least one unit."), field="units")
    if State(task.state) not in {State.OPEN, State.CLAIMED}:
        raise RuleBroken(N_("Only a running task can be handed on in parts."))
    numbers = count(task.parts.count() + 1)
    return [
        assign_task(
            order=Order(
                code=f"{task.code}.{next(numbers)}",
                title=task.title,
                lead=unit,
                verifier=task.lead,
                authority=task.authority,
                output=task.output,
                proof=Proof(task.proof)
                if task.proof != Proof.INDICATOR
                else Proof.REPORT,
                assigned_on=clock.today(),
                due_on=due_on or task.due_on,
                due_provenance=task.code,
                level=Level(task.level),
                visibility=Visibility(task.visibility),
            ),
            clause=task.clause,
            parent=task,
            by=by,
        )
        for unit in units
    ]


def _check_order(order: Order, parent: Task | None) -> None:
    if order.assigned_on > clock.today():
        raise RuleBroken(
            N_("The day of the order is in the future."), field="assigned_on"
        )
    if not order.authority.strip():
        raise RuleBroken(
            N_("Say who decides on this task: the sixth of the six clears."),
            field="authority",
        )
    check_code(order.code.strip())
    if Task.objects.filter(code__iexact=order.code.strip()).exists():
        raise RuleBroken(
            N_("A task with code %(code)s is there already."),
            field="code",
            code=order.code,
        )
    check_output(order.output, order.proof)
    check_dates(order.assigned_on, order.due_on, order.due_provenance)
    check_second_unit(order.lead.pk, order.verifier.pk)
    if parent:
        check_inside_parent(order.due_on, parent.due_on)
    for helper in order.helpers:
        if helper.organisation.pk == order.lead.pk:
            raise RuleBroken(
                N_("The leading unit cannot coordinate with itself."), field="helpers"
            )
        check_inside_parent(helper.due_on or order.due_on, order.due_on)
    _check_indicator(order)


def _check_indicator(order: Order) -> None:
    if order.proof is Proof.INDICATOR and not order.indicator:
        raise RuleBroken(
            N_("Name the indicator whose target proves the output."), field="indicator"
        )
    if order.indicator and order.indicator not in {i.code for i in declared()}:
        raise RuleBroken(
            N_("There is no indicator %(code)s."),
            field="indicator",
            code=order.indicator,
        )


def _on_the_day(day: date) -> datetime:
    return clock.now() if day == clock.today() else clock.at_local(day, time(8))


@transaction.atomic
def name_lead_person(*, task: Task, person: Person, by: Person) -> Task:
    """Say who in the leading unit answers for the task."""
    task = locked(task)
    require(may_assign_part(by, task))
    if not acting(person).has_in(task.lead_id, *_ANY_POST):
        raise RuleBroken(
            N_("%(person)s holds no post in the leading unit."),
            field="person",
            person=person.full_name,
        )
    task.lead_person = person
    task.save(update_fields=["lead_person"])
    record_task("lead_person_named", task, by=by, person=person.ref)
    return task


@transaction.atomic
def suspend_task(*, task: Task, decision: str, by: Person) -> Task:
    """Stop the task for a while; only a document does that."""
    return _stop(task, State.SUSPENDED, "task_suspended", decision, by)


@transaction.atomic
def cancel_task(*, task: Task, decision: str, by: Person) -> Task:
    """Stop the task for good; only a document does that."""
    return _stop(task, State.CANCELLED, "task_cancelled", decision, by)


def _stop(task: Task, to: State, kind: str, decision: str, by: Person) -> Task:
    task = locked(task)
    require(may_steer(by))
    check_move(State(task.state), to)
    if not decision.strip():
        raise RuleBroken(N_("Name the document that stops the task."), field="decision")
    task.state = to
    task.decision = decision.strip()
    task.claimed_on = None
    task.save(update_fields=["state", "decision", "claimed_on"])
    record_task(kind, task, by=by, decision=decision.strip())
    return task


@transaction.atomic
def resume_task(*, task: Task, by: Person) -> Task:
    """Take a suspended task up again; its dates are as they were."""
    task = locked(task)
    require(may_steer(by))
    if task.state != State.SUSPENDED:
        raise RuleBroken(N_("Only a suspended task can be taken up again."))
    task.state = State.OPEN
    task.decision = ""
    task.save(update_fields=["state", "decision"])
    record_task("task_resumed", task, by=by)
    return task


@transaction.atomic
def publish_task(*, task: Task, visibility: Visibility, by: Person) -> Task:
    """Change who may know of a task: everybody, those who take part, or few."""
    task = locked(task)
    require(may_steer(by))
    task.visibility = visibility
    task.save(update_fields=["visibility"])
    record_task("task_published", task, by=by, visibility=visibility.value)
    return task


@transaction.atomic
def finish_part(*, task: Task, organisation: Organisation, by: Person) -> Task:
    """Say that a coordinating unit has done what it was asked for."""
    task = locked(task)
    require(may_help_with(by, task))
    part = task.coordinations.filter(organisation=organisation, done_on=None).first()
    if part is None:
        raise RuleBroken(N_("This unit has no open part in the task."))
    part.done_on = clock.today()
    part.save(update_fields=["done_on"])
    record_task("part_finished", task, by=by, organisation=organisation.ref)
    return task


@transaction.atomic
def save_filter(*, name: str, query: str, by: Person) -> SavedFilter:
    """Keep a way of looking at the table of tasks under a name; the same name again replaces it."""
    if not name.strip():
        raise RuleBroken(N_("Give the filter a name."), field="name")
    kept, _ = SavedFilter.objects.update_or_create(
        person=by, name=name.strip()[:80], defaults={"query": query[:1000]}
    )
    record("steering.filter_saved", subject=kept.ref, by=by)
    return kept
