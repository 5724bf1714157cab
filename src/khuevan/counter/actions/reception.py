"""At the reception: accept or refuse; and what the applicant sends in addition."""

from __future__ import annotations

from django.db import transaction

from khuevan.catalogue.public import Channel, Collect, Supply, limit_of
from khuevan.counter.access import may_edit_draft, may_receive
from khuevan.counter.definitions import definition_of
from khuevan.counter.engine import abandon
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Paper, SupplementItem
from khuevan.counter.rules.clocks import Why
from khuevan.counter.rules.states import Business
from khuevan.counter.tally import retally
from khuevan.counter.timing import due_of, give_due
from khuevan.directory.public import Person
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import Duty
from khuevan.worktime.public import reception_due_at

from .common import (
    AT_RECEPTION,
    finish_duty,
    forget,
    locked,
    locked_with_work,
    move,
    refuse_open_request,
    remember,
    require,
    require_state,
)
from .money import charge_fees, close_fees


@transaction.atomic
def accept_dossier(*, dossier: Dossier, by: Person | None) -> Dossier:
    """Accept a full dossier: the legal clock starts, the work begins.

    After a supplement at reception the period counts from now: the day the dossier
    was full (services.md 3.5 (a)).
    """
    dossier = locked_with_work(dossier)
    require(by is None or may_receive(by, dossier))
    require_state(dossier, *AT_RECEPTION)
    refuse_open_request(dossier)
    remember(dossier, "dossier_accepted", by=by)
    limit = limit_of(definition_of(dossier), dossier.application.answers, Channel(dossier.channel))  # fmt: skip
    if limit is None:
        raise RuleBroken(N_("The procedure names no time limit for this channel."))
    dossier.limit_amount, dossier.limit_unit = limit.amount, limit.unit
    dossier.cut_off = limit.cut_off
    dossier.accepted_at = clock.now()
    due_at = due_of(dossier)
    give_due(dossier, due_at)
    dossier.original_due_at = due_at
    move(dossier, business=Business.ACCEPTED)
    dossier.save()
    parties = dossier.parties
    finish_duty(dossier, Duty.RECEPTION, by=by)
    if dossier.parties != parties:
        dossier.save(update_fields=["parties"])
    record_dossier(
        "dossier_accepted", dossier, by=by, due_on=clock.local_day(due_at).isoformat(),
        synced=dossier.synced_at is not None,
    )  # fmt: skip
    return dossier


@transaction.atomic
def refuse_dossier(*, dossier: Dossier, reason: str, by: Person) -> Dossier:
    """Refuse at reception, with the reason and where to go (Form 03)."""
    dossier = locked(dossier)
    require(may_receive(by, dossier))
    require_state(dossier, Business.FILED)
    if not reason.strip():
        raise RuleBroken(
            N_("Say why, and which body the applicant should go to."), field="reason"
        )
    dossier.decision_note = reason.strip()
    move(dossier, business=Business.REFUSED)
    dossier.save()
    abandon(dossier)
    forget(dossier)
    record_dossier("dossier_refused", dossier, by=by)
    close_fees(dossier=dossier, by=by)
    dossier.refresh_from_db()
    return dossier


@transaction.atomic
def answer_item(
    *,
    item: SupplementItem,
    content: bytes = b"",
    name: str = "",
    value: object = None,
    form: int = 2,
    by: Person | None,
) -> SupplementItem:
    """Give one thing that was asked for: a paper, or a mended answer."""
    dossier = locked(item.request.dossier)
    require(may_edit_draft(by, dossier) or may_receive(by, dossier))
    if item.request.completed_at is not None:
        raise RuleBroken(N_("What was asked for has been sent already."))
    if item.component == "form":
        dossier.application.answers[item.field] = value
        dossier.application.provenance[item.field] = {"source": "applicant"}
        dossier.application.save()
    else:
        if not content and form == 2:
            raise RuleBroken(N_("Choose a file."), field="file")
        file = files.keep(content, name) if content else None
        component = next(
            c for c in definition_of(dossier).components if c.code == item.component
        )
        dossier.papers.filter(component=item.component, replaced_at=None).update(
            replaced_at=clock.now()
        )
        Paper.objects.create(
            dossier=dossier, component=item.component, name=component.name,
            supply=Supply.SUBMIT, file=file, form=form, round=item.request.round,
        )  # fmt: skip
    item.answered_at = clock.now()
    item.save()
    record_dossier("paper_attached", dossier, by=by, component=item.component)
    return item


@transaction.atomic
def complete_supplement(*, dossier: Dossier, by: Person | None) -> Dossier:
    """Send everything that was asked for; the clock goes on.

    Fees collected at a supplement are asked for now, each once.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier) or may_receive(by, dossier))
    require_state(dossier, Business.TO_COMPLETE, Business.SUPPLEMENT)
    request = dossier.requests.filter(completed_at=None).first()
    if request is None:
        raise RuleBroken(N_("Nothing is being waited for."))
    left = request.items.filter(answered_at=None)
    if left:
        raise RuleBroken(
            N_("%(count)s of the things asked for are still missing."),
            field="items",
            count=len(left),
        )
    now = clock.now()
    request.completed_at = now
    request.save()
    dossier.intervals.filter(why=Why.SUPPLEMENT, ends_at=None).update(ends_at=now)
    retally(dossier)
    if dossier.business == Business.SUPPLEMENT:
        move(dossier, business=Business.IN_PROCESS)
        give_due(dossier, due_of(dossier))
    else:  # the reception looks at it again, within the same hours
        dossier.reception_due_at, dossier.warned = reception_due_at(now), ""
    dossier.save()
    charge_fees(dossier=dossier, when=Collect.ON_SUPPLEMENT, by=by)
    dossier.refresh_from_db(fields=["finance", "fee_due", "sync"])
    forget(dossier)
    record_dossier(
        "supplement_completed", dossier, by=by, round=request.round,
        due_on=dossier.due_at and clock.local_day(dossier.due_at).isoformat(),
    )  # fmt: skip
    return dossier
