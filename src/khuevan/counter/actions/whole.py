"""Filing a whole application in one go: at a counter, or by another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from khuevan.catalogue.public import Channel, Definition, Supply, published
from khuevan.counter.access import may_receive_at
from khuevan.counter.models import Application, Dossier, Paper
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import require
from .filing_common import (
    check_offer,
    component_of,
    put_in,
    record_filed,
    set_going,
    subject_of,
    take_answers,
)


@dataclass(frozen=True, slots=True)
class Declared:
    """Who applies, where the applicant has no account, and how to reach them."""

    name: str
    national_id: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@transaction.atomic
def file_application(
    *,
    procedure: str,
    channel: Channel,
    applicant: Declared,
    answers: Mapping[str, Any],
    shown: Sequence[str] = (),
    agency: Organisation,
    point: Organisation,
    by: Person,
) -> Dossier:
    """File an application that is complete: nobody ever sees it as a draft.

    `shown` are the components whose originals were shown at the point. Raises
    InputRefused with everything that is missing; then nothing is kept.
    """
    require(may_receive_at(by, point))
    found = published(procedure, clock.today())
    if found is None:
        raise RuleBroken(
            N_("No procedure “%(code)s” is published."),
            field="procedure",
            code=procedure,
        )
    definition = found.definition
    check_offer(definition, channel)
    if not applicant.name.strip():
        raise RuleBroken(N_("Say who applies."), field="name")
    dossier = Dossier(
        procedure=procedure,
        version=found.id,
        title=definition.title,
        sector=definition.sector,
        channel=channel,
        applicant_name=applicant.name.strip(),
        filed_by=by,
        support_point=point if channel is Channel.ASSISTED else None,
    )
    application = _application(dossier, definition, applicant, answers)
    papers = [_shown(dossier, definition, code) for code in dict.fromkeys(shown)]
    put_in(dossier, papers, agency=agency, point=point)
    dossier.save(force_insert=True)
    application.save(force_insert=True)
    Paper.objects.bulk_create(papers)
    set_going(dossier)
    record_filed(dossier, by=by)
    return dossier


def _application(
    dossier: Dossier,
    definition: Definition,
    applicant: Declared,
    answers: Mapping[str, Any],
) -> Application:
    application = Application(
        dossier=dossier,
        subject=subject_of(definition).value,
        national_id=applicant.national_id,
        phone=applicant.phone,
        email=applicant.email,
        address=applicant.address,
    )
    take_answers(application, definition, answers)
    return application


def _shown(dossier: Dossier, definition: Definition, code: str) -> Paper:
    component = component_of(definition, code)
    return Paper(
        dossier=dossier, component=code, name=component.name, supply=Supply.SUBMIT,
        form=0,
    )  # fmt: skip
