"""Who has not reported yet in a round."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.steering.models import ReportingPeriod, Task


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit and how many of its running tasks it has not reported on."""

    organisation_id: UUID
    organisation: str
    tasks: int


def missing_reports(*, period: ReportingPeriod, person: Person) -> list[Missing]:
    """List units with running tasks not reported on in a round, most missing first."""
    rows = (
        Task.objects.visible_to(person)
        .running()
        .filter(assigned_on__lte=period.ends_on)
        .exclude(reports__period=period)
        .order_by()
        .values_list("lead", "lead__short_name")
        .annotate(n=Count("pk"))
    )
    return sorted(
        (Missing(*row) for row in rows), key=lambda m: (-m.tasks, m.organisation)
    )


def open_period_for(task: Task) -> ReportingPeriod | None:
    """Return the open round of reports this task has not been reported on for."""
    return (
        ReportingPeriod.objects.filter(
            closed_at=None, starts_on__lte=clock.today(), ends_on__gte=task.assigned_on
        )
        .exclude(reports__task=task)
        .order_by("due_at")
        .first()
    )
