"""The work between acceptance and decision: taking, giving, doing steps."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuevan.counter.access import (
    may_assign,
    may_do,
    may_give_opinion,
    may_work,
)
from khuevan.counter.endings import decide_without_document, ends_without_document
from khuevan.counter.engine import Chosen, finish
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Note, Opinion, Step, StepState
from khuevan.counter.rules.states import Business
from khuevan.counter.staffing import able, least_loaded, present
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import Duty, Kind

from .common import forget, locked_with_work, move, remember, require, require_state


OWN_ACTION = frozenset({Duty.RECEPTION, Duty.SIGN, Duty.CLERK, Duty.RETURN})
"""Duties that an action of their own fulfils: accepting, signing, sealing, handing over."""
_WORKING = (Business.ACCEPTED, Business.IN_PROCESS)


@transaction.atomic
def take_step(*, step: Step, by: Person) -> Step:
    """Take a step out of the pool of one's organisation."""
    dossier, step = _locked_step(step)
    require(may_do(by, step))
    remember(dossier, "step_taken", by=by)
    step.person = by
    step.save(update_fields=["person"])
    record_dossier("step_taken", dossier, by=by, name=step.name, step=str(step.pk))
    return step


@transaction.atomic
def assign_step(*, step: Step, person: Person | None = None, by: Person | None) -> Step:
    """Give a step to somebody who holds its duty; None gives it to the least loaded.

    Somebody away is replaced by their substitute; somebody with an interest in the
    dossier cannot be chosen.
    """
    dossier, step = _locked_step(step)
    require(may_assign(by, step))
    duty = Duty(step.duty)
    assert step.organisation_id is not None
    if person is None:
        chosen = least_loaded(dossier, duty, step.organisation_id)
    elif person.pk in able(dossier, duty, step.organisation_id):
        chosen = present(dossier, duty, person.pk, step.organisation_id)
    else:
        raise RuleBroken(
            N_("%(person)s cannot do this step: no such duty there, or an interest in the dossier."),
            field="person",
            person=person.full_name,
        )  # fmt: skip
    if chosen is None:
        raise RuleBroken(N_("Nobody who could do this step is there."), field="person")
    remember(dossier, "step_assigned", by=by)
    step.person_id = chosen
    step.save(update_fields=["person"])
    record_dossier(
        "step_assigned", dossier, by=by, name=step.name, step=str(step.pk),
        person=f"directory.person:{chosen}",
    )  # fmt: skip
    return step


@transaction.atomic
def finish_step(
    *,
    step: Step,
    outcome: str = "",
    remark: str = "",
    handler: Person | None = None,
    by: Person | None,
) -> Dossier:
    """Say a step is done, with what came out of it; the dossier goes on.

    `handler` names who handles the dossier next, where this step assigns. Steps of
    reception, signing, sealing and handing over are done by their own actions.
    """  # fmt: skip
    dossier, step = _locked_step(step)
    require(may_do(by, step))
    require_state(dossier, *_WORKING)
    if step.duty and Duty(step.duty) in OWN_ACTION:
        raise RuleBroken(N_("This step is done by its own action."))
    if step.kind == Kind.OPINIONS:
        raise RuleBroken(N_("This step waits for the agencies that were asked."))
    remember(dossier, "step_done", by=by)
    if dossier.business == Business.ACCEPTED:
        move(dossier, business=Business.IN_PROCESS)
    new = finish(
        dossier, step, by=by, outcome=outcome, remark=remark.strip(),
        chosen=_given_to(handler, dossier) if handler else None,
    )  # fmt: skip
    record_dossier(
        "step_done", dossier, by=by, name=step.name, node=step.node, outcome=outcome,
        organisation=str(step.organisation_id),
    )  # fmt: skip
    if not new and ends_without_document(dossier):
        decide_without_document(dossier, by=by)
    dossier.save()
    return dossier


@transaction.atomic
def give_opinion(*, opinion: Opinion, agrees: bool, text: str, by: Person) -> Opinion:
    """Answer what one's agency was asked; the dossier goes on when all have answered."""
    dossier, step = _locked_step(opinion.step)
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    opinion.step = step
    require(may_give_opinion(by, opinion))
    if opinion.given_at is not None:
        raise RuleBroken(N_("This opinion was given already."))
    if not text.strip():
        raise RuleBroken(N_("Write the opinion."), field="text")
    opinion.given_at, opinion.given_by = clock.now(), by
    opinion.agrees, opinion.text = agrees, text.strip()
    opinion.save()
    if not step.opinions.filter(given_at=None).exists():
        agreed = not step.opinions.filter(agrees=False).exists()
        finish(dossier, step, by=by, outcome="agreed" if agreed else "objected")
        dossier.save()
    forget(dossier)
    record_dossier(
        "opinion_given", dossier, by=by, organisation=str(opinion.organisation_id),
        in_time=opinion.given_at <= opinion.due_at,
    )  # fmt: skip
    return opinion


@transaction.atomic
def add_note(*, dossier: Dossier, text: str, by: Person) -> Note:
    """Leave an internal note; the applicant does not see it."""
    require(may_work(by, dossier) or _took_part(by, dossier))
    if not text.strip():
        raise RuleBroken(N_("Write the note."), field="text")
    note = Note.objects.create(dossier=dossier, text=text.strip(), by=by)
    record_dossier("note_added", dossier, by=by)
    return note


def _took_part(person: Person, dossier: Dossier) -> bool:
    return any(key in person.authority.organisations for key in dossier.parties)


def _locked_step(step: Step) -> tuple[Dossier, Step]:
    """Lock the dossier: nobody changes a step without its dossier's lock."""
    dossier = locked_with_work(step.dossier)
    found = next((s for s in dossier.kept_work or () if s.pk == step.pk), None)
    if found is None or found.state != StepState.WAITING:
        raise RuleBroken(N_("This step is not waiting for anybody now."))
    return dossier, found


def _given_to(handler: Person, dossier: Dossier) -> Chosen:
    """Return the choice of a handler for the steps of handling that come next."""

    def chosen(duty: Duty, organisation: UUID) -> UUID | None:
        if duty != Duty.HANDLE:
            return None
        if not able(dossier, duty, organisation, [handler.pk]):
            raise RuleBroken(
                N_("Whoever was chosen cannot handle it: no such duty there, or an interest in the dossier."),
                field="handler",
            )  # fmt: skip
        return present(dossier, duty, handler.pk, organisation)

    return chosen
