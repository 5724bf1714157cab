"""The rounds of reports: opening, sending, closing with the names of who is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import may_steer, may_work_on
from khuevan.steering.facts import record_task
from khuevan.steering.models import Report, ReportingPeriod, Task
from khuevan.steering.rules import State, check_has_figures

from .common import locked, require


@transaction.atomic
def open_reporting_period(
    *, name: str, starts_on: date, ends_on: date, due_at: datetime, by: Person
) -> ReportingPeriod:
    """Open a round of reports with the instant by which every unit must have sent its own."""
    require(may_steer(by))
    if ends_on < starts_on:
        raise RuleBroken(N_("The period ends before it starts."), field="ends_on")
    if ReportingPeriod.objects.filter(name__iexact=name.strip()).exists():
        raise RuleBroken(
            N_("A period named %(name)s is there already."), field="name", name=name
        )
    period = ReportingPeriod.objects.create(
        name=name.strip(), starts_on=starts_on, ends_on=ends_on, due_at=due_at
    )
    record("steering.period_opened", subject=period.ref, by=by, name=period.name)
    return period


@transaction.atomic
def submit_report(
    *,
    task: Task,
    progress: int,
    figures: Mapping[str, float],
    explanation: str,
    next_step: str = "",
    period: ReportingPeriod | None = None,
    by: Person,
) -> Report:
    """Report on a task: at least one figure, then the explanation. Late ones say so."""
    task = locked(task)
    require(may_work_on(by, task))
    if task.state not in {State.OPEN, State.CLAIMED}:
        raise RuleBroken(N_("Only a running task is reported on."))
    check_has_figures(figures)
    if not 0 <= progress <= 100:
        raise RuleBroken(N_("Progress is a number from 0 to 100."), field="progress")
    if len(explanation.strip()) < 10:
        raise RuleBroken(
            N_("Explain the figures in at least ten characters."), field="explanation"
        )
    if period and task.reports.filter(period=period).exists():
        raise RuleBroken(N_("This task has been reported on for this period."))
    report = Report.objects.create(
        task=task,
        period=period,
        organisation=task.lead,
        progress=progress,
        figures=dict(figures),
        explanation=explanation.strip(),
        next_step=next_step.strip(),
        submitted_by=by,
    )
    task.progress = progress
    task.reported_on = clock.today()
    task.next_step = next_step.strip() or task.next_step
    task.save(update_fields=["progress", "reported_on", "next_step"])
    late = period is not None and report.submitted_at > period.due_at
    record_task(
        "report_came_late" if late else "report_submitted",
        task,
        by=by,
        report=report.ref,
        progress=progress,
    )
    return report


def close_reporting_period(*, period: ReportingPeriod, by: Person) -> list[Task]:
    """Close a round and return the running tasks nobody reported on, each with its fact."""
    require(may_steer(by))
    with transaction.atomic():
        period = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
        if period.closed_at:
            raise RuleBroken(N_("This period is closed already."))
        if clock.now() < period.due_at:
            raise RuleBroken(
                N_("This period cannot be closed before its reports are due.")
            )
        period.closed_at = clock.now()
        period.save(update_fields=["closed_at"])
        missing = list(
            Task.objects.running()
            .filter(assigned_on__lte=period.ends_on)
            .exclude(reports__period=period)
            .order_by("code")
        )
        for task in missing:
            record_task("report_missed", task, by=None, period=period.name)
        record(
            "steering.period_closed", subject=period.ref, by=by, missing=len(missing)
        )
        return missing
