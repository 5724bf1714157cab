"""Interlinked procedures: a step opens a dossier of another procedure (liên thông)."""

from __future__ import annotations

from django.db import transaction

from khuevan.catalogue.public import Channel
from khuevan.counter.access import may_assign, may_lead
from khuevan.counter.definitions import definition_of, process_of
from khuevan.counter.engine import finish, step_due
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Paper, Step, StepState
from khuevan.counter.rules.states import ENDED, Business
from khuevan.counter.staffing import least_loaded
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import Duty, Kind

from .common import forget, locked, require
from .filing import file_dossier, start_draft


STUCK_HOURS = 8
"""Working hours to look after a step that is stuck, where it has no budget. Configuration."""


@transaction.atomic
def open_child(*, step: Step, agency: Organisation, by: Person | None) -> Dossier:
    """Open and file the dossier a step calls for, with what the parent declared.

    Answers go over by field name: the applicant declares once. A step opens one
    child; opening again answers with it.
    """
    parent = locked(step.dossier)
    node = process_of(parent).by_id[step.node]
    if step.kind != Kind.CALL:
        raise RuleBroken(N_("This step opens no other procedure."))
    step = Step.objects.get(pk=step.pk)
    # One opened before steps kept their child belongs to the first that calls for it.
    held = step.child or parent.children.filter(procedure=node.procedure, called_by=None).first()  # fmt: skip
    if held is not None:
        _keep(step, held)
        return held
    child = start_draft(
        procedure=node.procedure,
        channel=Channel(parent.channel),
        applicant=parent.applicant,
        point=parent.receiving_point,
        parent=parent,
        by=None,
    )
    _hand_over(parent, child)
    filed = file_dossier(
        dossier=child, agency=agency, point=parent.receiving_point, by=None
    )
    _keep(step, filed)
    parent.admit(agency)
    parent.save(update_fields=["parties"])
    record_dossier("child_opened", parent, by=by, child=filed.ref, of=filed.procedure)
    return filed


@transaction.atomic
def close_child(*, child: Dossier, by: Person | None) -> Dossier | None:
    """Let the parent go on when a child has ended; return the parent."""
    if child.parent is None or Business(child.business) not in ENDED:
        return None
    parent = locked(child.parent)
    for step in parent.work.waiting().filter(kind=Kind.CALL):
        same = process_of(parent).by_id[step.node].procedure == child.procedure
        if step.child_id == child.pk or (step.child_id is None and same):
            finish(parent, step, by=None, outcome=child.outcome or child.business)
            parent.save()
            record_dossier(
                "step_done", parent, by=by, name=step.name, node=step.node,
                outcome=child.outcome or child.business,
            )  # fmt: skip
    return parent


@transaction.atomic
def note_stuck(*, step: Step, why: str, by: Person | None) -> Step:
    """Give a step that cannot open its procedure to a head of the agency, with a clock.

    Noted once; the watch goes on trying, and the step leaves the inbox when it succeeds.
    """
    parent = locked(step.dossier)
    step = Step.objects.get(pk=step.pk)
    if step.person_id is not None or step.state != StepState.WAITING:
        return step
    assert step.organisation_id is not None
    now = clock.now()
    step.person_id = least_loaded(parent, Duty.ASSIGN, step.organisation_id)
    step.remark = why[:1000]
    step.due_at = step.due_at or step_due(now, STUCK_HOURS)
    step.save(update_fields=["person", "remark", "due_at"])
    if step.person_id is not None:
        record_dossier(
            "child_stuck", parent, by=by, name=step.name,
            person=f"directory.person:{step.person_id}",
        )  # fmt: skip
    return step


@transaction.atomic
def go_on_without_child(*, step: Step, note: str, by: Person) -> Dossier:
    """Let a dossier go on whose other procedure is settled elsewhere, and say how."""
    parent = locked(step.dossier)
    step = Step.objects.get(pk=step.pk)
    require(may_lead(by, parent) or may_assign(by, step))
    if step.kind != Kind.CALL or step.state != StepState.WAITING or step.child_id:
        raise RuleBroken(N_("This step is not waiting for anybody now."))
    if not note.strip():
        raise RuleBroken(N_("Say how the other procedure is settled."), field="note")
    finish(parent, step, by=by, outcome="elsewhere", remark=note.strip())
    parent.save()
    forget(parent)
    record_dossier("child_given_up", parent, by=by, name=step.name, node=step.node)
    return parent


def _keep(step: Step, child: Dossier) -> None:
    """Tie a child to the step that called for it; nobody has to look after it then."""
    step.child, step.person, step.remark = child, None, ""
    step.save(update_fields=["child", "person", "remark"])


def _hand_over(parent: Dossier, child: Dossier) -> None:
    """Give the child what the parent knows of the same fields, and its papers."""
    wanted = definition_of(child).form.get("properties", {})
    application = child.application
    for field, value in parent.application.answers.items():
        if field in wanted:
            application.answers[field] = value
            application.provenance[field] = {
                "source": "previous_dossier",
                "name": parent.code,
            }
    application.save()
    child.applicant_name = parent.applicant_name
    child.save(update_fields=["applicant_name"])
    codes = {c.code for c in definition_of(child).components}
    for paper in parent.papers.filter(replaced_at=None, component__in=codes):
        Paper.objects.create(
            dossier=child, component=paper.component, name=paper.name,
            supply=paper.supply, file=paper.file, stored=paper.stored, form=paper.form,
            digitised=paper.digitised,
        )  # fmt: skip
