"""Whether a result is real: by its code, and by a file somebody holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from khuevan.counter.definitions import definition_of
from khuevan.counter.models import Result
from khuevan.counter.rules.results import (
    Validity,
    Verdict,
    dossiers_named,
    initials_of,
    validity,
    verdict,
)
from khuevan.counter.rules.states import Outcome
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused
from khuevan.platform.signing import SignatureReport, verify_pdf


@dataclass(frozen=True, slots=True)
class Issued:
    """What anybody may know of a result: the applicant only by initials."""

    name: str
    procedure: str
    outcome: Outcome
    number: str
    agency: str
    applicant: str
    issued_on: date | None
    valid_to: date | None
    signed_by: str
    signed_at: datetime | None
    sealed_at: datetime | None
    withdrawn_at: datetime | None
    validity: Validity
    sha256: str
    verification: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What an uploaded document turned out to be."""

    verdict: Verdict
    sha256: str
    signatures: list[SignatureReport]
    issued: Issued | None


def issued_as(verification: str) -> Issued | None:
    """Return what is known of a result by its code; None where there is none."""
    found = _issued().filter(verification=verification).first()
    return _told(found) if found else None


def check_file(content: bytes) -> Checked:
    """Judge a document: its signatures, and whether its bytes are those we issued."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        if not content.startswith(b"%PDF-"):
            return Checked(Verdict.UNREADABLE, digest, [], None)
        signatures = verify_pdf(content)
    except InputRefused:
        return Checked(Verdict.UNREADABLE, digest, [], None)
    same = _issued().filter(file__sha256=digest).first()
    named = dossiers_named(report.reason for report in signatures)
    ours = same or _issued().filter(dossier__code__in=named).first()
    found = verdict(len(signatures), same is not None, ours is not None)
    return Checked(found, digest, signatures, _told(ours) if ours else None)


def _issued() -> QuerySet[Result]:
    return Result.objects.filter(sealed_at__isnull=False).select_related(
        "dossier__agency", "signed_by", "file"
    )


def _told(result: Result) -> Issued:
    dossier = result.dossier
    said = definition_of(dossier).result
    withdrawn = result.withdrawn_at is not None
    return Issued(
        name=said.name
        if said and result.outcome == Outcome.APPROVED
        else dossier.title,
        procedure=dossier.procedure,
        outcome=Outcome(result.outcome),
        number=result.number,
        agency=dossier.agency.name if dossier.agency else "",
        applicant=initials_of(dossier.applicant_name),
        issued_on=result.issued_on,
        valid_to=result.valid_to,
        signed_by=result.signed_by.full_name if result.signed_by else "",
        signed_at=result.signed_at,
        sealed_at=result.sealed_at,
        withdrawn_at=result.withdrawn_at,
        validity=validity(result.valid_to, withdrawn, clock.today()),
        sha256=result.file.sha256 if result.file else "",
        verification=result.verification,
    )
