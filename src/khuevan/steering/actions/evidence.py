"""Claiming that a task is done, and what a second unit says about the claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.models import StoredFile
from khuevan.steering.access import may_reaudit, may_steer, may_verify, may_work_on
from khuevan.steering.capacity import acting
from khuevan.steering.facts import record_task
from khuevan.steering.models import Evidence, Task, Verification
from khuevan.steering.rules import Basis, Proof, State, check_move

from .common import hand_to, last_round, locked, reopen, require


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence as it is handed in; which fields count depends on `proof`."""

    proof: Proof
    note: str
    document_number: str = ""
    count: int | None = None
    file: StoredFile | None = None
    place: str = ""
    taken_at: datetime | None = None
    reading: dict[str, Any] | None = None


@transaction.atomic
def claim_done(*, task: Task, evidence: Sequence[Shown], by: Person) -> Task:
    """Say the output is there and show it; the task waits for the second unit."""
    task = locked(task)
    require(may_work_on(by, task))
    check_move(State(task.state), State.CLAIMED)
    _check_evidence(task, evidence)
    if task.parts.exclude(state__in=[State.ACCEPTED, State.CANCELLED]).exists():
        raise RuleBroken(N_("Parts of this task are still open; finish them first."))
    number = last_round(task) + 1
    Evidence.objects.bulk_create(
        Evidence(task=task, round=number, submitted_by=by, **_columns(piece))
        for piece in evidence
    )
    task.state = State.CLAIMED
    task.claimed_on = clock.today()
    task.progress = 100
    hand_to(task, task.verifier)
    task.save()
    record_task(
        "task_claimed", task, by=by, round=number, proofs=[e.proof for e in evidence]
    )
    return task


def _check_evidence(task: Task, evidence: Sequence[Shown]) -> None:
    if not evidence:
        raise RuleBroken(N_("Show at least one piece of evidence."), field="evidence")
    if all(piece.proof != task.proof for piece in evidence):
        raise RuleBroken(
            N_("This task is proved by “%(proof)s”: show that kind of evidence."),
            field="evidence",
            proof=task.proof,
        )
    for piece in evidence:
        _check_piece(piece)


def _check_piece(piece: Shown) -> None:
    missing = {
        Proof.DOCUMENT: not piece.document_number.strip(),
        Proof.COUNT: piece.count is None,
        Proof.PHOTO: not (piece.place and piece.taken_at and piece.file),
        Proof.INDICATOR: piece.reading is None,
        Proof.REPORT: len(piece.note.strip()) < 10,
    }
    if missing[piece.proof]:
        raise RuleBroken(_MISSING[piece.proof], field="evidence")


_MISSING = {
    Proof.DOCUMENT: N_("Give the number of the signed document."),
    Proof.COUNT: N_("Give the count of records."),
    Proof.PHOTO: N_("A photo needs its file, the place and the time it was taken."),
    Proof.INDICATOR: N_("The bound indicator has given no reading yet."),
    Proof.REPORT: N_("Say in at least ten characters what the report shows."),
}


def _columns(piece: Shown) -> dict[str, Any]:
    return {name: getattr(piece, name) for name in Shown.__slots__}


@transaction.atomic
def verify_claim(
    *, task: Task, reason: str = "", beyond: bool = False, by: Person
) -> Task:
    """Accept a claim after looking at its evidence; `beyond`: more than was asked."""
    task = locked(task)
    require(may_verify(by, task))
    if task.state != State.CLAIMED:
        raise RuleBroken(N_("There is no claim to verify."))
    _say(task, accepted=True, reason=reason, by=by)
    task.state = State.ACCEPTED
    task.accepted_on = clock.today()
    task.basis = Basis.VERIFIED
    task.beyond = beyond
    hand_to(task, task.lead)
    task.save()
    record_task("claim_verified", task, by=by, round=last_round(task), beyond=beyond)
    return task


@transaction.atomic
def reject_claim(*, task: Task, reason: str, by: Person) -> Task:
    """Send a claim back with the reason; the task is open again, its clock never stopped."""
    task = locked(task)
    require(may_verify(by, task))
    if task.state != State.CLAIMED:
        raise RuleBroken(N_("There is no claim to reject."))
    if len(reason.strip()) < 10:
        raise RuleBroken(
            N_("Say what is missing, in at least ten characters."), field="reason"
        )
    _say(task, accepted=False, reason=reason, by=by)
    reopen(task)
    record_task("claim_rejected", task, by=by, round=last_round(task))
    return task


@transaction.atomic
def reaudit(*, task: Task, passed: bool, reason: str = "", by: Person) -> Task:
    """Look again at an accepted task; what fails is open again."""
    task = locked(task)
    require(may_reaudit(by, task))
    if task.state != State.ACCEPTED:
        raise RuleBroken(N_("Only an accepted task can be looked at again."))
    if not passed and len(reason.strip()) < 10:
        raise RuleBroken(
            N_("Say what does not stand, in at least ten characters."), field="reason"
        )
    _say(task, accepted=passed, reason=reason, by=by, is_reaudit=True)
    if not passed:
        reopen(task)
    elif task.basis == Basis.REPORT:
        task.basis = Basis.VERIFIED
        task.save(update_fields=["basis"])
    record_task("reaudit_passed" if passed else "reaudit_failed", task, by=by)
    return task


@transaction.atomic
def accept_by_report(*, task: Task, accepted_on: date, by: Person | None) -> Task:
    """Take over a completion that a register or report states; nobody has verified it."""
    task = locked(task)
    require(may_steer(by))
    check_move(State(task.state), State.ACCEPTED)
    if not task.assigned_on <= accepted_on <= clock.today():
        raise RuleBroken(
            N_("The day of acceptance must lie between the order and today."),
            field="accepted_on",
        )
    task.state = State.ACCEPTED
    task.accepted_on = accepted_on
    task.basis = Basis.REPORT
    task.progress = 100
    hand_to(task, task.lead)
    task.save()
    # A day of the past ends with its office; today is now, or the order of facts would break.
    today = accepted_on == clock.today()
    then = clock.now() if today else clock.at_local(accepted_on, time(17))
    record_task("task_accepted", task, by=by, occurred_at=then)
    return task


def _say(
    task: Task, *, accepted: bool, reason: str, by: Person, is_reaudit: bool = False
) -> None:
    holdings = acting(by).holdings
    unit = task.verifier_id if not is_reaudit else holdings[0].organisation_id
    Verification.objects.create(
        task=task,
        round=last_round(task),
        accepted=accepted,
        is_reaudit=is_reaudit,
        reason=reason.strip(),
        organisation_id=unit,
        decided_by=by,
    )
