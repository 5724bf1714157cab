"""The end of the work: a draft, a person's signature, the seal, the hand-over."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F

from khuevan.catalogue.public import Collect
from khuevan.counter.access import may_do, may_work
from khuevan.counter.definitions import definition_of
from khuevan.counter.documents.results import result_pdf
from khuevan.counter.engine import finish
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Result, ResultNumber, Step, StoredPaper
from khuevan.counter.owing import owed
from khuevan.counter.rules.states import Business, Delivery, Outcome
from khuevan.counter.tally import counted, retally
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.signing import sign_pdf
from khuevan.process.public import Duty

from .common import forget, locked, move, require, require_state, waiting_step
from .money import charge_fees


_WORKING = (Business.ACCEPTED, Business.IN_PROCESS)


@transaction.atomic
def draft_result(
    *, dossier: Dossier, outcome: Outcome, text: str = "", reason: str = "", by: Person
) -> Result:
    """Write what the decision should say; a new draft replaces the one before.

    A refusal on the merits is a written result with its reason, not a stop.
    """
    dossier = locked(dossier)
    require(may_work(by, dossier))
    require_state(dossier, *_WORKING)
    if outcome is Outcome.REJECTED and not reason.strip():
        raise RuleBroken(N_("Say why the application is rejected."), field="reason")
    held = Result.objects.filter(dossier=dossier).first()
    if held is not None and held.signed_at is not None:
        raise RuleBroken(N_("The result is signed; it cannot be drafted again."))
    result, _ = Result.objects.update_or_create(
        dossier=dossier,
        defaults={
            "outcome": outcome,
            "text": text.strip(),
            "reason": reason.strip(),
            "drafted_by": by,
            "drafted_at": clock.now(),
        },
    )
    record_dossier("result_drafted", dossier, by=by, outcome=outcome.value)
    return result


@transaction.atomic
def sign_results(*, dossiers: Sequence[Dossier], by: Person) -> list[Dossier]:
    """Sign several results with one's own certificate: all of them, or none.

    Each is signed as it is drafted; where the process has no clerk's step the
    organisation's signature follows at once.
    """
    return [_sign(dossier, by) for dossier in sorted(dossiers, key=lambda d: d.pk)]


@transaction.atomic
def seal_result(*, dossier: Dossier, by: Person) -> Dossier:
    """Number a signed result and add the organisation's signature: it has effect now."""
    dossier = locked(dossier)
    step = check_seal(dossier=dossier, by=by)
    _issue(dossier, by=by)
    finish(dossier, step, by=by)
    dossier.save()
    return dossier


@transaction.atomic
def return_result(
    *, dossier: Dossier, delivery: Delivery = Delivery.HANDED_OVER, by: Person | None
) -> Dossier:
    """Hand the result over, send it by post, or deliver it electronically.

    Raises RuleBroken while the applicant still owes money for it.
    """
    dossier = locked(dossier)
    require_state(dossier, Business.DECIDED)
    step = waiting_step(dossier, Duty.RETURN)
    require(by is None or (step is not None and may_do(by, step)))
    missing = owed(dossier)
    if missing:
        raise RuleBroken(
            N_("%(missing)s đồng is not paid yet: take the money, or let the head waive it, then hand the result over."),
            missing=missing,
        )  # fmt: skip
    move(dossier, delivery=delivery)
    dossier.returned_at = clock.now()
    if step is not None:
        finish(dossier, step, by=by)
    dossier.save()
    forget(dossier)
    record_dossier("result_returned", dossier, by=by, delivery=delivery.value)
    return dossier


def check_signature(*, dossier: Dossier, by: Person) -> tuple[Step, Result]:
    """Return the step and the result somebody may sign now, or refuse; nothing changes."""
    step = waiting_step(dossier, Duty.SIGN)
    if step is None:
        raise RuleBroken(
            N_("Dossier %(code)s does not wait for a signature."), code=dossier.code
        )
    require(may_do(by, step))
    result = Result.objects.filter(dossier=dossier).first()
    if result is None:
        raise RuleBroken(
            N_("Dossier %(code)s has no drafted result to sign."), code=dossier.code
        )
    if result.drafted_by_id == by.pk:
        raise RuleBroken(N_("Whoever drafted a result does not sign it."))
    return step, result


def check_seal(*, dossier: Dossier, by: Person) -> Step:
    """Return the step at which somebody may seal the result now, or refuse."""
    step = waiting_step(dossier, Duty.CLERK)
    if step is None:
        raise RuleBroken(N_("No signed result waits for its number and seal."))
    require(may_do(by, step))
    result = Result.objects.filter(dossier=dossier).first()
    if result is None or result.file is None or result.signed_at is None:
        raise RuleBroken(N_("The result must be signed by a person first."))
    return step


def _sign(dossier: Dossier, by: Person) -> Dossier:
    dossier = locked(dossier)
    step, result = check_signature(dossier=dossier, by=by)
    assert dossier.agency is not None
    _number(result, dossier.agency, clock.today())
    signed = sign_pdf(
        result_pdf(result, by),
        signer_name=by.full_name,
        organisation=dossier.agency.name,
        reason=f"Ký kết quả hồ sơ {dossier.code}",
    )
    result.file = files.keep(signed, f"{dossier.code}.pdf")
    result.signed_by, result.signed_at = by, clock.now()
    result.save()
    new = finish(dossier, step, by=by)
    forget(dossier)
    record_dossier("result_signed", dossier, by=by, number=result.number)
    if not any(s.duty == Duty.CLERK for s in [*new, *dossier.work.waiting()]):
        _issue(dossier, by=by)
    dossier.save()
    return dossier


def _number(result: Result, agency: Organisation, day: date) -> None:
    counter, _ = ResultNumber.objects.select_for_update().get_or_create(
        organisation=agency, year=day.year
    )
    ResultNumber.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db()
    result.number = f"{counter.last}/{day.year}/KQ-{agency.code.rpartition('.')[2]}"
    result.issued_on = day
    months = _result_months(result.dossier)
    result.valid_to = _plus_months(day, months) if months else None


def _issue(dossier: Dossier, *, by: Person) -> None:
    """Add the organisation's signature; from here on the decision stands."""
    result = Result.objects.select_for_update().get(dossier=dossier)
    result.dossier = dossier
    if result.file is None or result.signed_at is None:
        raise RuleBroken(N_("The result must be signed by a person first."))
    assert dossier.agency is not None
    sealed = sign_pdf(
        files.read(result.file),
        signer_name=dossier.agency.name,
        organisation=dossier.agency.name,
        reason=f"Chữ ký số của cơ quan, hồ sơ {dossier.code}",
    )
    result.file = files.keep(sealed, f"{dossier.code}.pdf")
    result.sealed_by, result.sealed_at = by, clock.now()
    result.save()
    dossier.outcome = result.outcome
    retally(dossier)
    move(dossier, business=Business.DECIDED)
    move(dossier, delivery=Delivery.READY)
    dossier.save()
    _keep_in_store(dossier, result)
    _charge_for_result(dossier, result, by=by)
    record_dossier(
        "dossier_decided", dossier, by=by, outcome=result.outcome,
        due_on=dossier.due_at and clock.local_day(dossier.due_at).isoformat(),
        **counted(dossier),
    )  # fmt: skip


def _charge_for_result(dossier: Dossier, result: Result, *, by: Person | None) -> None:
    """Ask for the fees of the result: they are for what was granted, not for a refusal."""
    if result.outcome == Outcome.APPROVED:
        charge_fees(dossier=dossier, when=Collect.ON_RETURN, by=by)
        dossier.refresh_from_db(fields=["finance", "fee_due", "sync"])


def _keep_in_store(dossier: Dossier, result: Result) -> None:
    """Put an approved result into its owner's store, to be used again."""
    said = definition_of(dossier).result
    if result.outcome != Outcome.APPROVED or said is None or not dossier.applicant_id:
        return
    assert result.file is not None
    StoredPaper.objects.create(
        owner_id=dossier.applicant_id,
        content=said.content,
        result_of=dossier.procedure,
        name=said.name,
        file=result.file,
        legally_valid=True,
        from_dossier=dossier,
        valid_from=result.issued_on,
        valid_to=result.valid_to,
    )


def _result_months(dossier: Dossier) -> int | None:
    said = definition_of(dossier).result
    return said.valid_months if said else None


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
