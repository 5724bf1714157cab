"""The facts steering leaves in the journal: how they are written, how they read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from khuevan.directory.public import CITY_WIDE, Person
from khuevan.journal.public import Fact, record
from khuevan.platform.errors import N_

from .capacity import acting
from .models import Task


def record_task(
    kind: str,
    task: Task,
    *,
    by: Person | None,
    occurred_at: datetime | None = None,
    **figures: Any,
) -> int:
    """Write one fact about a task, with its whole standing after the fact."""
    return record(
        f"steering.{kind}",
        subject=task.ref,
        by=by,
        occurred_at=occurred_at,
        code=task.code,
        standing=task.standing.figures(),
        **_on_behalf(by, task),
        **figures,
    )


def _on_behalf(by: Person | None, task: Task) -> dict[str, str]:
    """Name whose authority was lent, where somebody had none of their own here."""
    if by is None:
        return {}
    units = {task.lead_id, task.verifier_id}
    holdings = [
        holding
        for holding in acting(by).holdings
        if holding.organisation_id in units or holding.role in CITY_WIDE
    ]
    lent = [holding.on_behalf_of for holding in holdings if holding.on_behalf_of]
    if not lent or len(lent) < len(holdings):
        return {}
    return {"on_behalf_of": f"directory.person:{lent[0]}"}


WORDS: dict[str, str] = {
    "steering.source_registered": N_("Source %(number)s was registered"),
    "steering.clause_added": N_("Clause %(number)s was added"),
    "steering.task_assigned": N_("The task was assigned, due %(due_on)s"),
    "steering.task_cancelled": N_("The task was cancelled by %(decision)s"),
    "steering.task_suspended": N_("The task was suspended by %(decision)s"),
    "steering.task_resumed": N_("The task was taken up again"),
    "steering.task_published": N_("Who may see the task was changed to %(visibility)s"),
    "steering.lead_person_named": N_("A new person answers for the task"),
    "steering.part_finished": N_("A coordinating unit finished its part"),
    "steering.extension_asked": N_("More time was asked for, until %(new_due_on)s"),
    "steering.extension_granted": N_("More time was granted, until %(new_due_on)s"),
    "steering.extension_refused": N_("More time was refused; due %(old_due_on)s stays"),
    "steering.task_claimed": N_("The unit claims the task is done (claim %(round)s)"),
    "steering.claim_verified": N_("A second unit verified the result"),
    "steering.claim_rejected": N_("The evidence was rejected; the task is open again"),
    "steering.task_accepted": N_("Completion was taken over from a report, unverified"),
    "steering.task_closed_by_indicator": N_("The bound indicator shows the result"),
    "steering.task_reopened_by_indicator": N_("The bound indicator fell; open again"),
    "steering.reaudit_passed": N_("A second look confirmed the result"),
    "steering.reaudit_failed": N_("A second look failed; the task is open again"),
    "steering.report_submitted": N_("A report was sent: %(progress)s%%"),
    "steering.report_came_late": N_("A report was sent late: %(progress)s%%"),
    "steering.report_missed": N_("No report was sent for %(period)s"),
    "steering.difficulty_raised": N_("A difficulty was raised"),
    "steering.difficulty_resolved": N_("A difficulty was resolved"),
    "steering.request_asked": N_("Another agency was asked"),
    "steering.request_handed_on": N_("The request was passed on (pass %(exchange)s)"),
    "steering.request_closed": N_("The request was settled"),
    "steering.task_fell_overdue": N_("The task went past its due date %(due_on)s"),
    "steering.reminder_sent": N_("A reminder was sent (%(days)s days)"),
    "steering.meeting_called": N_("A meeting was called"),
    "steering.conclusion_added": N_("A meeting concluded on this"),
    "steering.meeting_closed": N_("The meeting was closed"),
    "steering.period_opened": N_("A round of reports was opened"),
    "steering.period_closed": N_("A round of reports was closed"),
    "steering.register_entry_answered": N_("The unit answered an entry"),
    "steering.policy_decided": N_("Limits and ladder were decided"),
    "steering.filter_saved": N_("A filter was saved"),
    "steering.report_signed": N_("The committee's report was signed"),
    "steering.calendar_link_made": N_("A calendar address was made"),
    "steering.calendar_link_revoked": N_("A calendar address was withdrawn"),
}
"""What each kind of fact says on a timeline. docs/reference/facts lists them."""

DISCIPLINE: dict[str, str] = {
    "steering.task_fell_overdue": N_("Task past its due date"),
    "steering.report_missed": N_("Report not sent"),
    "steering.report_came_late": N_("Report sent late"),
    "steering.claim_rejected": N_("Claim rejected by the second unit"),
    "steering.reaudit_failed": N_("Result did not stand a second look"),
}
"""The facts the register of discipline is built from, and nothing else."""


def words_params(fact: Fact) -> dict[str, Any]:
    """Return what fills the places of a fact's sentence: dates as people write them."""
    shown = dict(fact.figures)
    for name in ("due_on", "old_due_on", "new_due_on"):
        if shown.get(name):
            shown[name] = f"{date.fromisoformat(shown[name]):%d/%m/%Y}"
        elif name in shown:
            shown[name] = "–"
    return shown
