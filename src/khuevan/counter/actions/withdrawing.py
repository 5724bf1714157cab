"""Taking a result back: from then on every page says so."""

from __future__ import annotations

from django.db import transaction

from khuevan.counter.access import may_lead
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier, Result, StoredPaper
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require


@transaction.atomic
def withdraw_result(*, dossier: Dossier, reason: str, by: Person) -> Result:
    """Withdraw an issued result, with the reason: only the deciding agency's leader.

    It leaves its owner's store at once and can be used for no other dossier.
    """
    dossier = locked(dossier)
    require(may_lead(by, dossier))
    result = Result.objects.select_for_update().filter(dossier=dossier).first()
    if result is None or result.sealed_at is None:
        raise RuleBroken(N_("There is no issued result to withdraw."))
    if result.withdrawn_at is not None:
        raise RuleBroken(N_("This result was withdrawn already."))
    if not reason.strip():
        raise RuleBroken(N_("Say why the result is withdrawn."), field="reason")
    result.withdrawn_at = clock.now()
    result.withdrawal = reason.strip()[:300]
    result.save()
    StoredPaper.objects.filter(from_dossier=dossier, withdrawn_at=None).update(
        withdrawn_at=result.withdrawn_at
    )
    record_dossier("result_withdrawn", dossier, by=by, number=result.number)
    return result
