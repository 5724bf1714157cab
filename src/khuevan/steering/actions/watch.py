"""What happens by itself: dates that pass, rungs of the ladder, bound indicators.

The worker calls these once an hour; every call is safe to repeat.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from khuevan.directory.public import Person
from khuevan.indicators.public import Held, held
from khuevan.platform import clock
from khuevan.steering.facts import record_task
from khuevan.steering.models import Evidence, Reminder, Task
from khuevan.steering.policies import ladder_of, policy_on
from khuevan.steering.rules import Basis, Proof, State, rungs_reached

from .common import last_round, locked, reopen


def note_overdue(*, by: Person | None = None) -> int:
    """Leave one fact for every running task whose due date has passed; return how many."""
    passed = Task.objects.running().filter(due_on__lt=clock.today()).order_by("pk")
    noted = Reminder.objects.filter(days=0, due_on=F("task__due_on")).values("task")
    return sum(_note_overdue(task, by) for task in passed.exclude(pk__in=noted))


@transaction.atomic
def _note_overdue(task: Task, by: Person | None) -> bool:
    task = locked(task)
    if task.due_on is None or task.state not in {State.OPEN, State.CLAIMED}:
        return False
    if not Reminder.objects.get_or_create(task=task, due_on=task.due_on, days=0)[1]:
        return False
    record_task("task_fell_overdue", task, by=by, due_on=task.due_on.isoformat())
    return True


def climb_ladder(*, by: Person | None = None) -> int:
    """Remind everybody a new rung of the ladder names; return how many reminders."""
    today = clock.today()
    ladder = ladder_of(policy_on(today))
    waiting = Task.objects.running().filter(due_on__isnull=False).order_by("pk")
    sent = {
        (task, due, days)
        for task, due, days in Reminder.objects.filter(
            due_on=F("task__due_on"), task__state__in=[State.OPEN, State.CLAIMED]
        ).values_list("task_id", "due_on", "days")
    }
    count = 0
    for task in waiting:
        reached = rungs_reached(task.due_on, on=today, ladder=ladder)
        # Only the highest rung reached speaks: a task entered late is not
        # answered with every reminder it would have had.
        if reached and (task.pk, task.due_on, _mark(reached[-1].days)) not in sent:
            count += _remind(task, reached[-1].days, reached[-1].tells, by)
    return count


DAY_ITSELF = 1000
"""A rung on the due date itself: 0 is kept for the fact that the date passed."""


def _mark(days: int) -> int:
    return days or DAY_ITSELF


@transaction.atomic
def _remind(task: Task, days: int, tells: tuple[str, ...], by: Person | None) -> bool:
    task = locked(task)
    if task.due_on is None or task.state not in {State.OPEN, State.CLAIMED}:
        return False
    _, new = Reminder.objects.get_or_create(
        task=task, due_on=task.due_on, days=_mark(days)
    )
    if new:
        record_task(
            "reminder_sent",
            task,
            by=by,
            days=days,
            tells=list(tells),
            due_on=task.due_on.isoformat(),
        )
    return new


def follow_indicators(*, by: Person | None = None) -> int:
    """Close tasks whose bound indicator has held its target, reopen those where it fell."""
    bound = Task.objects.filter(proof=Proof.INDICATOR).filter(
        Q(state__in=[State.OPEN, State.CLAIMED])
        | Q(state=State.ACCEPTED, basis=Basis.INDICATOR)
    )
    return sum(_follow_indicator(task, by) for task in bound.order_by("pk"))


def _follow_indicator(task: Task, by: Person | None) -> bool:
    reading = held(task.indicator, periods=task.indicator_periods, until=clock.today())
    if reading.held == (task.state == State.ACCEPTED):
        return False
    with transaction.atomic():
        task = locked(task)
        if reading.held and task.state in {State.OPEN, State.CLAIMED}:
            _close_by_indicator(task, reading, by)
            return True
        if not reading.held and task.state == State.ACCEPTED:
            reopen(task)
            record_task(
                "task_reopened_by_indicator",
                task,
                by=by,
                indicator=task.indicator,
                reading=reading.figures(),
            )
            return True
    return False


def _close_by_indicator(task: Task, reading: Held, by: Person | None) -> None:
    number = last_round(task) + 1
    Evidence.objects.create(
        task=task,
        round=number,
        proof=Proof.INDICATOR,
        note=task.indicator,
        reading=reading.figures(),
    )
    task.state = State.ACCEPTED
    task.claimed_on = clock.today()
    task.accepted_on = clock.today()
    task.basis = Basis.INDICATOR
    task.progress = 100
    task.save()
    record_task(
        "task_closed_by_indicator",
        task,
        by=by,
        indicator=task.indicator,
        reading=reading.figures(),
    )
