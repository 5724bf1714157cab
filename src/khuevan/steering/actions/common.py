"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from khuevan.directory.public import Organisation
from khuevan.platform import clock
from khuevan.steering.models import Task
from khuevan.steering.rules import State


def locked(task: Task) -> Task:
    """Return the task again, locked until the action ends."""
    return Task.objects.select_for_update().get(pk=task.pk)


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def last_round(task: Task) -> int:
    """Return the number of the last claim, 0 before the first."""
    return task.evidence.aggregate(last=Max("round"))["last"] or 0


def hand_to(task: Task, holder: Organisation) -> None:
    """Say who has the task from now on."""
    task.holder = holder
    task.held_since = clock.now()


def reopen(task: Task) -> None:
    """Put a task back to work; its clock never stopped."""
    task.state = State.OPEN
    task.claimed_on = None
    task.accepted_on = None
    task.basis = ""
    task.progress = min(task.progress, 90)
    hand_to(task, task.lead)
    task.save()
