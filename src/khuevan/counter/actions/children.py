"""Interlinked procedures: a step opens a dossier of another procedure (liên thông)."""

from __future__ import annotations

from django.db import transaction

from khuevan.catalogue.public import Channel
from khuevan.counter.definitions import definition_of, process_of
from khuevan.counter.engine import finish
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Paper, Step
from khuevan.counter.rules.states import ENDED, Business
from khuevan.directory.public import Organisation, Person
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import Kind

from .common import locked
from .filing import file_dossier, start_draft


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
    held = parent.children.filter(procedure=node.procedure).first()
    if held is not None:
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
        if process_of(parent).by_id[step.node].procedure == child.procedure:
            finish(parent, step, by=None, outcome=child.outcome or child.business)
            parent.save()
            record_dossier(
                "step_done", parent, by=by, name=step.name, node=step.node,
                outcome=child.outcome or child.business,
            )  # fmt: skip
    return parent


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
