"""Drafting, checking, publishing and undoing versions of procedures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from khuevan.catalogue import index
from khuevan.catalogue.access import may_keep_catalogue
from khuevan.catalogue.models import CostSheet, Procedure, Version
from khuevan.catalogue.rules.checking import Verdict
from khuevan.catalogue.rules.codec import from_json, to_json
from khuevan.catalogue.rules.cost import Sheet, cost, sheet_to_json
from khuevan.catalogue.rules.definition import Definition
from khuevan.catalogue.rules.states import (
    EDITABLE,
    Origin,
    ProcedureState,
    VersionState,
    check_move,
    check_names,
    check_start,
    day_before,
)
from khuevan.catalogue.verdict import verdict_on
from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, RuleBroken

from .common import describe, fingerprint_of, locked, next_number, require


@transaction.atomic
def draft_version(
    *, definition: Definition, procedure: Procedure | None = None, by: Person | None
) -> Version:
    """Draft a new version of a procedure, or the first one of a new procedure.

    Raises RuleBroken where a new procedure's code is taken, or the definition is of
    another procedure.
    """
    require(may_keep_catalogue(by))
    check_names(definition.code, definition.title)
    if procedure is None:
        if Procedure.objects.filter(code=definition.code).exists():
            raise RuleBroken(
                N_("Procedure %(code)s is in the catalogue already; draft a new version of it."),
                field="code",
                code=definition.code,
            )  # fmt: skip
        procedure = describe(Procedure(code=definition.code), definition)
        procedure.save()
    procedure = locked(procedure)
    _check_code(procedure, definition)
    told = to_json(definition)
    version = Version(
        procedure=procedure,
        number=next_number(procedure),
        definition=told,
        fingerprint=fingerprint_of(told),
        origin=Origin.CITY,
        decision=definition.decision[:80],
        decided_on=definition.decided_on,
        made_by=by,
    )
    version.save()
    _record("version_drafted", version, by)
    return version


@transaction.atomic
def change_draft(
    *, version: Version, definition: Definition, by: Person | None
) -> Version:
    """Change what a draft says; a checked one is a draft again."""
    require(may_keep_catalogue(by))
    check_names(definition.code, definition.title)
    procedure = locked(version.procedure)
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state not in EDITABLE:
        raise RuleBroken(N_("A published version never changes; draft a new one."))
    _check_code(procedure, definition)
    version.definition = to_json(definition)
    version.fingerprint = fingerprint_of(version.definition)
    # What a person has worked on is the city's own from here on.
    version.origin = Origin.CITY
    version.state = VersionState.DRAFT
    version.decision = definition.decision[:80]
    version.decided_on = definition.decided_on
    version.save()
    if procedure.state == ProcedureState.DRAFT:
        describe(procedure, definition).save()
    _record("version_changed", version, by)
    return version


@transaction.atomic
def check_version(*, version: Version, by: Person | None) -> Verdict:
    """Run every check on a draft as of today; without a refusal it becomes checked."""
    require(may_keep_catalogue(by))
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state not in EDITABLE:
        raise RuleBroken(N_("Only a draft is checked."))
    verdict = verdict_on(
        from_json(version.definition), Origin(version.origin), clock.today()
    )
    version.state = VersionState.CHECKED if verdict.sound else VersionState.DRAFT
    version.save(update_fields=["state"])
    _record(
        "version_checked", version, by,
        refused=len(verdict.refused), doubtful=len(verdict.doubtful),
    )  # fmt: skip
    return verdict


@transaction.atomic
def publish_version(
    *, version: Version, valid_from: date, by: Person | None
) -> Version:
    """Publish a version from a day on; the one before it ends the day before.

    Runs every check as of that day: InputRefused names all that stops it.
    """
    require(may_keep_catalogue(by))
    procedure = locked(version.procedure)
    version = Version.objects.select_for_update().get(pk=version.pk)
    check_move(VersionState(version.state), VersionState.PUBLISHED)
    others = Version.objects.filter(procedure=procedure).published()
    check_start(valid_from, clock.today(), others.filter(valid_from=valid_from).exists())  # fmt: skip
    definition = from_json(version.definition)
    verdict = verdict_on(definition, Origin(version.origin), valid_from)
    if not verdict.sound:
        raise InputRefused(list(verdict.refused))
    before = others.in_force(valid_from).first()
    after = others.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if before:
        before.valid_to = day_before(valid_from)
        before.save(update_fields=["valid_to"])
    version.valid_from = valid_from
    version.valid_to = day_before(after.valid_from) if after and after.valid_from else None  # fmt: skip
    version.state = VersionState.PUBLISHED
    version.published_at = clock.now()
    version.published_by = by
    version.save()
    if after is None:
        describe(procedure, definition)
    procedure.state = ProcedureState.PUBLISHED
    procedure.save()
    index.touch()
    _record("version_published", version, by, valid_from=valid_from)
    return version


@transaction.atomic
def withdraw_publication(*, version: Version, by: Person | None) -> Version:
    """Undo a publication no dossier used yet; the version before it holds on again."""
    require(may_keep_catalogue(by))
    procedure = locked(version.procedure)
    version = Version.objects.select_for_update().get(pk=version.pk)
    check_move(VersionState(version.state), VersionState.WITHDRAWN)
    if version.used_at:
        raise RuleBroken(
            N_("A dossier uses this version already; its publication cannot be undone.")
        )
    assert version.valid_from is not None
    version.state = VersionState.WITHDRAWN
    version.withdrawn_at = clock.now()
    version.save(update_fields=["state", "withdrawn_at"])
    others = Version.objects.filter(procedure=procedure).published()
    before = others.filter(valid_to=day_before(version.valid_from)).first()
    if before:
        before.valid_to = version.valid_to
        before.save(update_fields=["valid_to"])
    last = others.order_by("-valid_from").first()
    if last:
        describe(procedure, from_json(last.definition))
    else:
        procedure.state = ProcedureState.WITHDRAWN
    procedure.save()
    index.touch()
    _record("publication_withdrawn", version, by)
    return version


@transaction.atomic
def enter_cost(*, version: Version, sheet: Sheet, by: Person | None) -> CostSheet:
    """Enter or correct the compliance cost of a version."""
    require(may_keep_catalogue(by))
    locked(version.procedure)
    found = cost(sheet)
    kept, _made = CostSheet.objects.update_or_create(
        version=version,
        defaults={
            "sheet": sheet_to_json(sheet),
            "entered_by": by,
            "entered_at": clock.now(),
        },
    )
    _record("cost_entered", version, by, once=found.once, once_after=found.once_after)
    return kept


def _check_code(procedure: Procedure, definition: Definition) -> None:
    if definition.code != procedure.code:
        raise RuleBroken(
            N_("This is procedure %(code)s; the definition is of %(other)s."),
            field="code",
            code=procedure.code,
            other=definition.code,
        )


def _record(kind: str, version: Version, by: Person | None, **figures: Any) -> None:
    record(
        f"catalogue.{kind}",
        subject=version.procedure.ref,
        by=by,
        code=version.procedure.code,
        version=version.ref,
        number=version.number,
        **figures,
    )
