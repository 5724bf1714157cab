"""What the clock does: say that a problem, or money owed back, waits longer than it may."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.dtmarket.facts import record_in
from khuevan.dtmarket.models import Problem, Trial
from khuevan.platform import clock

from .common import locked, locked_trial


@transaction.atomic
def note_late(*, problem: Problem, by: Person | None) -> bool:
    """Note once that whoever has a problem let its day pass; tell whether it had."""
    if by is not None:
        raise PermissionDenied
    problem = locked(problem)
    if problem.due_on is None or problem.due_on >= clock.today() or problem.late_at:
        return False
    problem.late_at = clock.now()
    problem.save(update_fields=["late_at"])
    record_in(problem, "problem_fell_late", by=by, due_on=problem.due_on)
    return True


@transaction.atomic
def note_repayment_late(*, trial: Trial, by: Person | None) -> bool:
    """Note once that support owed back was not paid by its day; tell whether it was not."""
    if by is not None:
        raise PermissionDenied
    problem, trial = locked_trial(trial)
    over = trial.repay_by is not None and trial.repay_by < clock.today()
    if not over or trial.repaid_at or trial.repay_late_at:
        return False
    trial.repay_late_at = clock.now()
    trial.save(update_fields=["repay_late_at"])
    record_in(problem, "repayment_fell_late", by=by, trial=str(trial.pk), repay_by=trial.repay_by)  # fmt: skip
    return True
