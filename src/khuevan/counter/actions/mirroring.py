"""Dossiers of the city that a ministry's system handles (Decree 224/2026, Art. 15(1)(h))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khuevan.catalogue.public import Channel, published
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Application, Dossier
from khuevan.counter.rules.codes import acceptable
from khuevan.counter.rules.states import (
    ENDED,
    Business,
    Delivery,
    Outcome,
    Status,
    Sync,
)
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.text import fold

from .common import require


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What another system says of a dossier. No answers, no papers: they stay there."""

    code: str
    system: str
    procedure: str
    agency: str
    status: Status
    filed_at: datetime
    applicant_name: str = ""
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    returned_at: datetime | None = None
    approved: bool = True


_BUSINESS = {
    Status.FILED: Business.FILED,
    Status.ACCEPTED: Business.ACCEPTED,
    Status.REFUSED: Business.REFUSED,
    Status.IN_PROCESS: Business.IN_PROCESS,
    Status.SUPPLEMENT: Business.SUPPLEMENT,
    Status.FINANCE: Business.IN_PROCESS,
    Status.WITHDRAWING: Business.WITHDRAWING,
    Status.STOPPED: Business.STOPPED,
    Status.PROCESSED: Business.DECIDED,
    Status.RETURNED: Business.DECIDED,
}
_CLOCKED = frozenset({Business.ACCEPTED, Business.IN_PROCESS, Business.SUPPLEMENT, Business.DECIDED})  # fmt: skip


@transaction.atomic
def mirror_dossier(*, told: Mirrored, by: Person | None = None) -> Dossier:
    """Keep what a ministry's system says of a dossier; the same again changes nothing.

    Only machines do this. Raises InputRefused naming everything that is wrong.
    """
    require(by is None)
    agency = Organisation.objects.filter(code=told.agency).first()
    found = published(told.procedure)
    problems = _problems(told, agency is not None, found is not None)
    held = Dossier.objects.select_for_update().filter(code=told.code).first()
    if held is not None and held.origin_system != told.system:
        problems.append(
            Problem("code", N_("This code belongs to a dossier of another system."))
        )
    if problems or agency is None or found is None:
        raise InputRefused(problems)
    dossier = held or Dossier(
        code=told.code, procedure=told.procedure, version=found.id,
        title=found.definition.title, sector=found.definition.sector,
        channel=Channel.PORTAL, origin_system=told.system,
    )  # fmt: skip
    before = (dossier.standing, dossier.due_at) if held else None
    _set(dossier, told, agency)
    dossier.save()
    if held is None:
        Application.objects.create(dossier=dossier)
    if before != (dossier.standing, dossier.due_at):
        record_dossier("dossier_mirrored", dossier, by=None, occurred_at=None, system=told.system)  # fmt: skip
    return dossier


def _set(dossier: Dossier, told: Mirrored, agency: Organisation) -> None:
    """Write down what the other system says: its states are not ours to judge."""
    business = _BUSINESS[told.status]
    dossier.agency, dossier.business = agency, business
    dossier.admit(agency)
    dossier.applicant_name = told.applicant_name
    dossier.folded = fold(f"{told.code} {told.applicant_name}")[:400]
    dossier.filed_at, dossier.accepted_at = told.filed_at, told.accepted_at
    dossier.due_at = told.due_at
    dossier.original_due_at = dossier.original_due_at or told.due_at
    dossier.ended_at = told.ended_at if business in ENDED else None
    decided = business is Business.DECIDED
    dossier.outcome = (Outcome.APPROVED if told.approved else Outcome.REJECTED) if decided else ""  # fmt: skip
    if decided:
        returned = told.status is Status.RETURNED
        dossier.delivery = Delivery.E_DELIVERED if returned else Delivery.READY
    dossier.returned_at = told.returned_at
    dossier.sync, dossier.synced_at = Sync.ACKNOWLEDGED, clock.now()


def _problems(told: Mirrored, agency: bool, procedure: bool) -> list[Problem]:
    business = _BUSINESS[told.status]
    wrong = [
        (not acceptable(told.code), "code", N_("This is not a dossier code.")),
        (not told.system or told.system == "city", "system", N_("Name the system it comes from.")),
        (not agency, "agency", N_("No organisation has this code.")),
        (not procedure, "procedure", N_("No procedure of this code is published.")),
        (business in _CLOCKED and not (told.accepted_at and told.due_at), "due_at",
         N_("An accepted dossier has the time of acceptance and a date.")),
        (business in ENDED and told.ended_at is None, "ended_at",
         N_("A dossier that is over has the time it ended.")),
        (told.accepted_at is not None and told.accepted_at < told.filed_at, "accepted_at",
         N_("A dossier is accepted after it was filed.")),
    ]  # fmt: skip
    return [Problem(where, what) for bad, where, what in wrong if bad]
