"""The list of those who value technology."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.access import keeps_the_list
from khuevan.valuation.models import Appraiser

from .common import require


@transaction.atomic
def register_appraiser(
    *, person: Person, organisation: Organisation, certificate: str,
    fields: Sequence[str], until: date, by: Person | None,
) -> Appraiser:  # fmt: skip
    """Put somebody on the list, or on it again with a newer certificate.

    RuleBroken without a certificate's number, or for one that is over (Decree 76/2018,
    Article 32 asks for practising appraisers with recognised training).
    """
    require(keeps_the_list(by))
    if not certificate.strip():
        raise RuleBroken(N_("Give the number of the certificate."), field="certificate")
    if until < clock.today():
        raise RuleBroken(N_("The certificate is over."), field="until")
    if by is not None and by.pk == person.pk:
        raise RuleBroken(N_("Nobody puts oneself on the list."), field="person")
    made, _new = Appraiser.objects.update_or_create(
        person=person,
        defaults={"organisation": organisation, "certificate": certificate.strip(),
                  "fields": sorted(set(fields)), "until": until, "ended_at": None},
    )  # fmt: skip
    record("valuation.appraiser_registered", subject=made.ref, by=by, until=until.isoformat())  # fmt: skip
    return made


@transaction.atomic
def end_appraiser(*, appraiser: Appraiser, by: Person | None) -> Appraiser:
    """Take somebody off the list; opinions signed before stand."""
    require(keeps_the_list(by))
    appraiser = Appraiser.objects.select_for_update().get(pk=appraiser.pk)
    if appraiser.ended_at is not None:
        raise RuleBroken(N_("This appraiser is off the list already."))
    appraiser.ended_at = clock.now()
    appraiser.save(update_fields=["ended_at"])
    record("valuation.appraiser_ended", subject=appraiser.ref, by=by)
    return appraiser
