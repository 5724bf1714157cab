"""Deciding about faults of an import: corrected in a draft, or accepted as they are."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from khuevan.catalogue.access import may_keep_catalogue
from khuevan.catalogue.models import Fault, Procedure, Version
from khuevan.catalogue.rules.codec import from_json, to_json
from khuevan.catalogue.rules.corrections import with_value
from khuevan.catalogue.rules.source import fees_of
from khuevan.catalogue.rules.source_faults import CORRECTABLE
from khuevan.catalogue.rules.states import (
    EDITABLE,
    FaultState,
    Origin,
    VersionState,
)
from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import fingerprint_of, locked, next_number, require


@transaction.atomic
def correct_fault(*, fault: Fault, value: str, note: str = "", by: Person | None) -> Version:  # fmt: skip
    """Write the right value into a draft of the procedure; the fault is corrected.

    The published version stays as found until the draft is published.
    """
    fault = _open(fault, by)
    if fault.rule not in CORRECTABLE:
        raise RuleBroken(
            N_("This fault cannot be corrected by one value; draft a version, then accept it.")
        )  # fmt: skip
    procedure = Procedure.objects.filter(code=fault.code).first()
    if procedure is None:
        raise RuleBroken(N_("The catalogue has no procedure with this code."))
    draft = _draft_of(locked(procedure), by)
    told = with_value(draft.definition, fault.place, value)
    definition = from_json(told)
    if fault.place.endswith(".fee"):
        definition = replace(definition, fees=fees_of(definition.channels))
    draft.definition = to_json(definition)
    draft.fingerprint = fingerprint_of(draft.definition)
    draft.state = VersionState.DRAFT
    draft.save()
    _close(fault, FaultState.CORRECTED, note, by)
    record(
        "catalogue.fault_corrected",
        subject=fault.ref,
        by=by,
        code=fault.code,
        rule=fault.rule,
        version=draft.ref,
    )
    return draft


@transaction.atomic
def accept_fault(*, fault: Fault, note: str, by: Person | None) -> Fault:
    """Let what the source says stand, and say why."""
    fault = _open(fault, by)
    if len(note.strip()) < 5:
        raise RuleBroken(N_("Say why this may stand as it is."), field="note")
    _close(fault, FaultState.ACCEPTED, note, by)
    record(
        "catalogue.fault_accepted",
        subject=fault.ref,
        by=by,
        code=fault.code,
        rule=fault.rule,
    )
    return fault


def _open(fault: Fault, by: Person | None) -> Fault:
    require(may_keep_catalogue(by))
    fault = Fault.objects.select_for_update().get(pk=fault.pk)
    if fault.state != FaultState.OPEN:
        raise RuleBroken(N_("This fault was decided already."))
    return fault


def _close(fault: Fault, state: FaultState, note: str, by: Person | None) -> None:
    fault.state = state
    fault.owner = fault.owner or by
    fault.note = note.strip()[:300]
    fault.closed_by = by
    fault.closed_at = clock.now()
    fault.save()


def _draft_of(procedure: Procedure, by: Person | None) -> Version:
    """Return the open draft of a locked procedure, else one that says what holds now."""
    newest = Version.objects.filter(procedure=procedure).order_by("-number").first()
    assert newest is not None
    if newest.state in EDITABLE:
        return newest
    return Version(
        procedure=procedure,
        number=next_number(procedure),
        definition=newest.definition,
        fingerprint=newest.fingerprint,
        origin=Origin.NATIONAL,
        decision=newest.decision,
        decided_on=newest.decided_on,
        made_by=by,
    )
