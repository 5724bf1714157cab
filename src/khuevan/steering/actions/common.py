"""What the actions of this package share: a lock and two refusals."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from khuevan.steering.models import Task


def locked(task: Task) -> Task:
    """Return the task again, locked until the action ends."""
    return Task.objects.select_for_update().get(pk=task.pk)


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied
