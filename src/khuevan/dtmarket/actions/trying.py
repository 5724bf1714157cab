"""The trial, what is measured in it, what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.dtmarket.access import may_decide, may_work_on
from khuevan.dtmarket.dated import custom_on, limits_on
from khuevan.dtmarket.facts import record_in
from khuevan.dtmarket.models import Answer, Order, Problem, ReadingRow, Trial
from khuevan.dtmarket.queries import metrics_of, supported_before
from khuevan.dtmarket.rules.problems import Standing, State
from khuevan.dtmarket.rules.trials import (
    Step,
    TrialState,
    check_period,
    check_success,
    longest,
    readings_from,
    support,
    verdicts,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    locked,
    locked_trial,
    move,
    noting_misuse,
    readings_of,
    refuse_short,
    refuse_tied,
    refuse_without_paper,
    require,
    require_state,
    require_trial,
)


@noting_misuse
def begin_trial(*, answer: Answer, starts_on: date, ends_on: date, decision: str, by: Person | None) -> Trial:  # fmt: skip
    """Invite one firm of the short list to a trial, by the head's decision (its number).

    RuleBroken for a trial beyond what the law lets it last (Decree 224/2026, Article 39).
    The firm bears the cost; data belong to the body.
    """
    problem = locked(answer.problem)
    require(may_decide(by, problem))
    require_state(problem, State.SHORTLISTED)
    found = Answer.objects.select_related("supplier").get(pk=answer.pk)
    refuse_tied(by, found.supplier)
    if (
        found.standing != Standing.SHORTLISTED
        or Trial.objects.filter(answer=found).exists()
    ):
        raise RuleBroken(
            N_("Choose a solution of the short list that was not tried yet.")
        )
    if starts_on < clock.today():
        raise RuleBroken(N_("A trial starts today or later."), field="starts_on")
    check_period(starts_on, ends_on, limits_on(clock.today()))
    _refuse_again(found, starts_on, ends_on)
    if not decision.strip():
        raise RuleBroken(N_("Give the number of the decision."), field="decision")
    made = Trial.objects.create(
        answer=found,
        starts_on=starts_on,
        ends_on=ends_on,
        decision=decision.strip(),
        decided_by=by,
    )
    move(problem, State.TRIAL, ends_on=ends_on)
    record_in(problem, "trial_began", by=by, trial=str(made.pk))
    return made


@noting_misuse
def keep_readings(*, trial: Trial, lines: str, why: str = "", by: Person | None) -> int:
    """Keep what was measured, a line each: figure; day; value; cases. Return how many.

    All or nothing. A reading for a day that has one replaces it, and needs a reason; the
    old one stays to be read.
    """
    problem, trial = locked_trial(trial)
    require(may_work_on(by, problem))
    refuse_tied(by, trial.answer.supplier)
    require_trial(trial, TrialState.RUNNING)
    last = min(trial.ends_on, clock.today())
    found = readings_from(lines, metrics_of(problem), trial.starts_on, last)
    kept = {(r.metric, r.on): r for r in trial.readings.filter(counts=True)}
    changed = [kept[r.metric, r.on] for r in found if (r.metric, r.on) in kept]
    if changed:
        refuse_short(why, "why")
        ReadingRow.objects.filter(pk__in=[row.pk for row in changed]).update(
            counts=False
        )
    ReadingRow.objects.bulk_create(
        ReadingRow(
            trial=trial, metric=r.metric, on=r.on, value=r.value, cases=r.cases,
            why=why.strip(), kept_by=by,
        )
        for r in found
    )  # fmt: skip
    record_in(
        problem,
        "readings_kept",
        by=by,
        trial=str(trial.pk),
        count=len(found),
        replaced=len(changed),
    )
    return len(found)


@noting_misuse
def end_trial(*, trial: Trial, succeeded: bool, why: str, by: Person | None) -> Trial:
    """End a trial. It succeeded only where its figures say so, whoever says it."""
    problem, trial = locked_trial(trial)
    require(may_decide(by, problem))
    refuse_tied(by, trial.answer.supplier)
    require_trial(trial, TrialState.RUNNING)
    if clock.today() < trial.starts_on:
        raise RuleBroken(N_("The trial has not begun; it can be stopped."))
    if succeeded:
        least = custom_on(clock.today()).readings
        refuse_without_paper(trial, Step.READINGS)
        check_success(verdicts(metrics_of(problem), readings_of(trial), least))
    _end(
        problem,
        trial,
        TrialState.SUCCEEDED if succeeded else TrialState.FAILED,
        why,
        by,
    )
    return trial


@noting_misuse
def stop_trial(*, trial: Trial, why: str, by: Person | None) -> Trial:
    """Stop a trial before its time."""
    problem, trial = locked_trial(trial)
    require(may_decide(by, problem))
    refuse_tied(by, trial.answer.supplier)
    require_trial(trial, TrialState.RUNNING)
    _end(problem, trial, TrialState.STOPPED, why, by)
    return trial


@noting_misuse
def audit_trial(*, trial: Trial, auditor: Organisation, cost: int, paper: str, by: Person | None) -> Trial:  # fmt: skip
    """Keep what an independent auditor found the trial to have cost, in đồng."""
    problem, trial = locked_trial(trial)
    require(may_work_on(by, problem))
    refuse_tied(by, trial.answer.supplier)
    require_trial(trial, TrialState.SUCCEEDED)
    if auditor.pk in (problem.agency_id, trial.answer.supplier_id):
        raise RuleBroken(
            N_("The auditor is neither the body nor the firm."), field="auditor"
        )
    if trial.supported_at is not None:
        raise RuleBroken(N_("Support was paid on the audit there is."))
    if cost <= 0 or not paper.strip():
        raise RuleBroken(
            N_("Give the audited cost and the number of the report."), field="cost"
        )
    trial.auditor, trial.audited, trial.audit_paper = auditor, cost, paper.strip()
    trial.save(update_fields=["auditor", "audited", "audit_paper"])
    record_in(problem, "trial_audited", by=by, trial=str(trial.pk), cost=cost)
    return trial


@noting_misuse
def pay_support(*, trial: Trial, by: Person | None) -> Trial:
    """Note the support paid after success: what the decree lets the State bear, no more.

    RuleBroken without an audit, or where the firm has had all it may have.
    """
    problem, trial = locked_trial(trial)
    require(may_decide(by, problem))
    refuse_tied(by, trial.answer.supplier)
    require_trial(trial, TrialState.SUCCEEDED)
    if trial.audited is None:
        raise RuleBroken(N_("The cost is to be audited first."))
    refuse_without_paper(trial, Step.AUDIT)
    if trial.false_why:
        raise RuleBroken(N_("The report on this trial was found false: nothing is paid on it."))  # fmt: skip
    if trial.supported_at is not None:
        raise RuleBroken(N_("Support was paid already."))
    supplier = trial.answer.supplier
    # One firm's cap is over all its trials: whoever pays one waits for whoever pays another.
    Organisation.objects.select_for_update().get(pk=supplier.pk)
    already = supported_before(supplier)
    amount = support(trial.audited, already, limits_on(clock.today()))
    if not amount:
        raise RuleBroken(N_("This firm has had all the support one firm may have."))
    trial.support, trial.supported_at = amount, clock.now()
    trial.save(update_fields=["support", "supported_at"])
    record_in(problem, "trial_supported", by=by, trial=str(trial.pk), amount=amount)
    return trial


@transaction.atomic
def find_false(*, trial: Trial, why: str, by: Person | None) -> Trial:
    """Say that what a firm reported was false: nothing is paid or ordered on it any more.

    Support it has had is owed back, with a last day.
    """
    problem, trial = locked_trial(trial)
    require(may_decide(by, problem))
    require_trial(trial, TrialState.SUCCEEDED)
    if trial.false_why:
        raise RuleBroken(N_("This was said already."))
    trial.false_why = refuse_short(why, "why")
    if trial.supported_at is not None:
        days = limits_on(clock.today()).repay_days
        trial.repay_by = clock.today() + timedelta(days=days)
    trial.save(update_fields=["false_why", "repay_by"])
    record_in(
        problem,
        "false_report_found",
        by=by,
        trial=str(trial.pk),
        until=trial.repay_by.isoformat() if trial.repay_by else "",
    )
    return trial


@transaction.atomic
def note_repaid(*, trial: Trial, by: Person | None) -> Trial:
    """Note that a firm paid its support back."""
    problem, trial = locked_trial(trial)
    require(may_work_on(by, problem))
    if trial.repay_by is None or trial.repaid_at is not None:
        raise RuleBroken(N_("Nothing is owed back."))
    trial.repaid_at = clock.now()
    trial.save(update_fields=["repaid_at"])
    record_in(
        problem, "support_repaid", by=by, trial=str(trial.pk), amount=trial.support
    )
    return trial


@noting_misuse
def order(*, problem: Problem, number: str, title: str, amount: int, signed_on: date, by: Person | None) -> Order:  # fmt: skip
    """Order the solution that succeeded, directly as the decree lets a body do; đồng.

    RuleBroken for an amount beyond the budget the problem was put out with, and where the
    firm's report was found false.
    """
    problem = locked(problem)
    require(may_decide(by, problem))
    require_state(problem, State.PROVEN)
    trial = Trial.objects.select_related("answer__supplier").get(answer__problem=problem, state=TrialState.SUCCEEDED)  # fmt: skip
    refuse_tied(by, trial.answer.supplier)
    if trial.false_why:
        raise RuleBroken(
            N_("The report on this trial was found false: nothing is ordered on it.")
        )
    if not 0 < amount <= problem.budget:
        raise RuleBroken(
            N_("The order lies within the budget of %(budget)s đồng."),
            field="amount",
            budget=problem.budget,
        )
    assert trial.ended_at is not None
    if not clock.local_day(trial.ended_at) <= signed_on <= clock.today():
        raise RuleBroken(
            N_("An order is signed after the trial succeeded and not in the future."),
            field="signed_on",
        )
    if not number.strip() or not title.strip():
        raise RuleBroken(
            N_("Give the number and the title of the order."), field="number"
        )
    made = Order.objects.create(
        problem=problem,
        trial=trial,
        number=number.strip(),
        title=title.strip(),
        amount=amount,
        signed_on=signed_on,
    )
    problem.ended_at = clock.now()
    move(problem, State.ORDERED, "ended_at")
    record_in(problem, "solution_ordered", by=by, trial=str(trial.pk), amount=amount)
    return made


def _refuse_again(answer: Answer, starts_on: date, ends_on: date) -> None:
    """Refuse to try one firm's solution of a need longer in all than one trial may last."""
    rows = Trial.objects.filter(
        answer__supplier=answer.supplier, answer__problem__need=answer.problem.need
    )
    had = sum((row.ends_on - row.starts_on).days for row in rows)
    most = longest(starts_on, limits_on(clock.today()))
    if had + (ends_on - starts_on).days > most:
        raise RuleBroken(
            N_("This firm has tried its solution of this need for %(had)s days already; %(most)s days is the most in all."),
            field="ends_on", had=had, most=most,
        )  # fmt: skip


def _end(
    problem: Problem, trial: Trial, state: TrialState, why: str, by: Person | None
) -> None:
    trial.why = refuse_short(why, "why")
    trial.state, trial.ended_at = state, clock.now()
    trial.save(update_fields=["why", "state", "ended_at"])
    move(problem, State.PROVEN if state is TrialState.SUCCEEDED else State.SHORTLISTED)
    record_in(problem, f"trial_{state.value}", by=by, trial=str(trial.pk))
