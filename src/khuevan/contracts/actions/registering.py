"""The way to the State: the dossier of registration, and what the authority decides."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from django.db import transaction

from khuevan.catalogue.public import Channel
from khuevan.contracts.access import (
    may_note_decision,
    may_register,
    may_take_papers,
    may_watch,
)
from khuevan.contracts.dated import registering_on
from khuevan.contracts.documents.ministry import ministry_archive
from khuevan.contracts.facts import record_contract
from khuevan.contracts.models import Contract
from khuevan.contracts.queries.standing import filed_here, goes_to_ministry, view_of
from khuevan.contracts.registering import answers_of
from khuevan.contracts.rules.duty import Kind
from khuevan.contracts.rules.states import State
from khuevan.contracts.values import ContractView
from khuevan.counter.public import Outcome, prefill_draft, standing_of, start_draft
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import enter_force, locked, owed, require, waits_for_state


@transaction.atomic
def open_registration(*, contract: UUID, by: Person | None) -> ContractView:
    """Begin the dossier that registers a signed contract, filled from it, with its paper.

    The draft belongs to whoever asked for it, or signed for the side that files. Asked
    again it changes nothing. Raises RuleBroken where the counter does not take it.
    """
    row = locked(contract)
    if row.state not in {State.SIGNED, State.IN_FORCE}:
        raise RuleBroken(N_("%(number)s is not signed by both sides."), number=row.number)  # fmt: skip
    duty = owed(row)
    if duty.filer is None or not filed_here(row):
        raise RuleBroken(
            N_("%(number)s is not filed at the city's counter."), number=row.number
        )
    require(may_register(by, row, duty.filer))
    if row.dossier or row.certificate:
        return view_of(row)
    _open(row, by or row.signatures.get(side=duty.filer).person, by)
    row.save(update_fields=["dossier", "refusal"])
    record_contract("registration_opened", row, by=by, dossier=row.dossier)
    return view_of(row)


@transaction.atomic
def follow_dossier(*, contract: UUID, by: Person | None) -> ContractView:
    """Take over how the dossier stands: filed, ended without a certificate, decided.

    A certificate sets the contract in force on its date. Nothing new changes nothing.
    """
    row = locked(contract)
    require(may_watch(by))
    if not row.dossier or row.certificate:
        return view_of(row)
    standing = standing_of(UUID(row.dossier.partition(":")[2]))
    if standing is not None and standing.outcome is not None:
        assert standing.issued_on is not None
        approved = standing.outcome is Outcome.APPROVED
        _decide(row, approved, standing.number, standing.issued_on, standing.reason, by)
    elif standing is None or standing.ended:
        _close(row, standing.reason if standing else "")
        record_contract("registration_closed", row, by=by, due_on=row.due_on)
    elif standing.filed_on is not None and row.filed_on is None:
        row.filed_on = standing.filed_on
        row.save(update_fields=["filed_on"])
        record_contract("registration_filed", row, by=by, dossier=row.dossier)
    return view_of(row)


@transaction.atomic
def note_filing(*, contract: UUID, filed_on: date, by: Person | None) -> ContractView:
    """Note that the side that files handed the dossier in outside this platform."""
    row = locked(contract)
    if not waits_for_state(row) or row.dossier or filed_here(row):
        raise RuleBroken(N_("%(number)s is not filed elsewhere."), number=row.number)
    filer = owed(row).filer
    assert filer is not None
    assert row.signed_on is not None
    require(may_note_decision(by) or may_register(by, row, filer))
    if not row.signed_on <= filed_on <= clock.today():
        raise RuleBroken(
            N_("It is filed after both sides signed, and not in days to come."),
            field="filed_on",
        )
    row.filed_on = filed_on
    row.save(update_fields=["filed_on"])
    record_contract("registration_filed", row, by=by, dossier="")
    return view_of(row)


@transaction.atomic
def take_ministry_papers(*, contract: UUID, by: Person | None) -> bytes:
    """Return the papers for a ministry as an archive, and note who took them.

    For the side that files and the exchange's people. RuleBroken where the contract waits
    for no ministry.
    """
    row = locked(contract)
    if not goes_to_ministry(row):
        raise RuleBroken(N_("%(number)s waits for no ministry."), number=row.number)
    require(may_take_papers(by, row))
    packed = ministry_archive(row)
    sha256 = hashlib.sha256(packed).hexdigest()
    record_contract("papers_taken", row, by=by, due_on=row.due_on, sha256=sha256)
    return packed


@transaction.atomic
def note_decision(
    *,
    contract: UUID,
    approved: bool,
    number: str,
    decided_on: date,
    reason: str = "",
    by: Person | None,
) -> ContractView:
    """Note what an authority decided on a contract that was filed outside this platform."""
    row = locked(contract)
    require(may_note_decision(by))
    if not waits_for_state(row) or row.dossier:
        raise RuleBroken(
            N_("%(number)s waits for no decision from outside."), number=row.number
        )
    assert row.signed_on is not None
    if not row.signed_on <= decided_on <= clock.today():
        raise RuleBroken(
            N_("The authority decides after both sides signed, and not in days to come."),
            field="decided_on",
        )  # fmt: skip
    if not number.strip():
        raise RuleBroken(N_("Write the number of its paper."), field="number")
    if not (approved or reason.strip()):
        raise RuleBroken(N_("Write the reasons of the refusal."), field="reason")
    _decide(row, approved, number.strip(), decided_on, reason.strip(), by)
    return view_of(row)


def _open(row: Contract, applicant: Person, by: Person | None) -> None:
    found = registering_on(clock.today())
    dossier = start_draft(
        procedure=found.code, channel=Channel.PORTAL, applicant=applicant, by=by
    )
    prefill_draft(
        dossier=dossier,
        answers=answers_of(row, found.fields),
        source="contract",
        document=row.number,
        papers={found.component: row.file},
        by=by,
    )
    row.dossier, row.refusal = dossier.ref, ""


def _close(row: Contract, reason: str) -> None:
    """Let go of a dossier that gave nothing: another one may be opened."""
    row.dossier, row.filed_on, row.refusal = "", None, reason
    row.save(update_fields=["dossier", "filed_on", "refusal"])


def _decide(
    row: Contract, approved: bool, number: str, day: date, reason: str, by: Person | None
) -> None:  # fmt: skip
    """Take a decision over; a refused contract stays without effect."""
    row.decided_on = day
    if approved:
        row.certificate, row.refusal = number, ""
        if waits_for_state(row):
            enter_force(row, day)
    else:
        row.dossier, row.filed_on, row.refusal = "", None, reason
    row.save()
    licence = owed(row).kind is Kind.LICENCE
    record_contract(
        "registration_decided", row, by=by, approved=approved, decided_on=day,
        decision="licence" if licence else "certificate", in_force_on=row.in_force_on,
    )  # fmt: skip
