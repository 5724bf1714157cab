"""Asking for more time and deciding on it: the only way a due date changes."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import may_steer, may_work_on
from khuevan.steering.facts import record_task
from khuevan.steering.models import Extension, Task
from khuevan.steering.rules import State, check_inside_parent

from .common import locked, require


@transaction.atomic
def ask_extension(
    *, task: Task, new_due_on: date, reason: str, by: Person
) -> Extension:
    """Ask for a later due date, with a reason; the date stays until somebody decides."""
    task = locked(task)
    require(may_work_on(by, task))
    if task.state not in {State.OPEN, State.CLAIMED} or task.due_on is None:
        raise RuleBroken(N_("Only a running task with a due date can be extended."))
    if new_due_on <= task.due_on:
        raise RuleBroken(
            N_("The new date must be after %(due)s."),
            field="new_due_on",
            due=f"{task.due_on:%d/%m/%Y}",
        )
    if len(reason.strip()) < 10:
        raise RuleBroken(
            N_("Give the reason in at least ten characters."), field="reason"
        )
    if task.extensions.filter(granted__isnull=True).exists():
        raise RuleBroken(N_("An extension of this task is waiting for a decision."))
    if task.parent:
        check_inside_parent(new_due_on, task.parent.due_on)
    extension = Extension.objects.create(
        task=task,
        old_due_on=task.due_on,
        new_due_on=new_due_on,
        reason=reason.strip(),
        asked_by=by,
    )
    record_task(
        "extension_asked",
        task,
        by=by,
        extension=extension.ref,
        old_due_on=task.due_on.isoformat(),
        new_due_on=new_due_on.isoformat(),
    )
    return extension


@transaction.atomic
def decide_extension(
    *, extension: Extension, granted: bool, note: str = "", by: Person
) -> Extension:
    """Grant or refuse more time. The original date is kept for discipline."""
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    task = locked(extension.task)
    require(may_steer(by))
    if extension.granted is not None:
        raise RuleBroken(N_("This extension was decided already."))
    if not granted and not note.strip():
        raise RuleBroken(N_("Say why more time is refused."), field="note")
    extension.granted = granted
    extension.decided_by = by
    extension.decided_at = clock.now()
    extension.decision_note = note.strip()
    extension.save()
    if granted:
        task.due_on = extension.new_due_on
        task.save(update_fields=["due_on"])
    record_task(
        "extension_granted" if granted else "extension_refused",
        task,
        by=by,
        extension=extension.ref,
        old_due_on=extension.old_due_on.isoformat(),
        new_due_on=extension.new_due_on.isoformat(),
    )
    return extension
