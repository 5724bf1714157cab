"""Taking over the national catalogue, and the facts shipped with the platform."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from khuevan.catalogue import index
from khuevan.catalogue.access import may_keep_catalogue
from khuevan.catalogue.builtin import builtin_definitions
from khuevan.catalogue.models import Fault, ImportRun, Procedure, Version
from khuevan.catalogue.rules.codec import from_json, to_json
from khuevan.catalogue.rules.corrections import take_place
from khuevan.catalogue.rules.definition import Definition
from khuevan.catalogue.rules.source import fees_of, read_row
from khuevan.catalogue.rules.source_faults import Found, find_faults, find_stated
from khuevan.catalogue.rules.states import (
    EDITABLE,
    FaultState,
    Origin,
    ProcedureState,
    VersionState,
    day_before,
)
from khuevan.catalogue.source_file import read_source
from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock

from .common import describe, fingerprint_of, require


PORTION = 500
FaultKey = tuple[str, str, str, str]
"""What makes a fault the same one: code, rule, place, and what was found."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: procedures that came, drafts of changed ones, the rest.

    `found` is the report, `faults` counts its rows by rule, `new_faults` those not
    known before, `mended` the open ones the file does not have any more.
    """

    rows: int
    created: int
    changed: int
    unchanged: int
    faults: dict[str, int] = field(default_factory=dict)
    new_faults: int = 0
    mended: int = 0
    found: tuple[Found, ...] = ()
    changed_codes: tuple[str, ...] = ()

    def figures(self) -> dict[str, Any]:
        """Return the plain counts."""
        names = ("rows", "created", "changed", "unchanged", "new_faults", "mended")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def import_catalogue(
    *,
    content: bytes,
    name: str,
    told: Callable[[int, int], None] | None = None,
    by: Person | None,
) -> Imported:
    """Take over a file of the national catalogue, all or nothing.

    A procedure not here yet is published as found, described and not executable. One
    whose row says something else than its newest version gets a draft to look at. The
    same file again changes nothing. What is wrong with a row is reported, never mended.
    `told` hears how many rows of how many are done.
    """
    require(may_keep_catalogue(by))
    source = read_source(content, name)
    rows = source.rows
    faults = find_faults(rows, source.numbers)
    definitions = _first_of_each_code(map(read_row, rows))
    mended = _settle_known({d.code for d in definitions}, faults, by)
    work = _take_over(definitions, Origin.NATIONAL, told, by, set(map(_key, faults)))
    run = ImportRun.objects.create(
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=len(rows),
        created=work.created,
        changed=len(work.changed),
        unchanged=work.unchanged,
        faults_found=len(faults),
        run_by=by,
    )
    done = Imported(
        rows=len(rows),
        created=work.created,
        changed=len(work.changed),
        unchanged=work.unchanged,
        faults=_counts(faults),
        new_faults=_keep_faults(run, faults),
        mended=mended,
        found=tuple(faults),
        changed_codes=tuple(work.changed),
    )
    record("catalogue.catalogue_imported", subject=run.ref, by=by, **done.figures())
    return done


@transaction.atomic
def load_builtin(
    *,
    adapt: Callable[[Definition], Definition] = lambda definition: definition,
    more: Iterable[Definition] = (),
    told: Callable[[int, int], None] | None = None,
    by: Person | None,
) -> Imported:
    """Publish the facts shipped with the platform for procedures not here yet.

    `adapt` says what a city decides of each (its level online, its agency); `more` are
    procedures described in the same way that the file does not hold.
    """
    require(may_keep_catalogue(by))
    known = set(Procedure.objects.values_list("code", flat=True))
    definitions = [adapt(one) for one in (*builtin_definitions(), *more)]
    missing = [d for d in definitions if d.code not in known]
    work = _take_over(missing, Origin.BUILT_IN, told, by)
    new = {d.code for d in missing}
    faults = [f for f in find_stated(builtin_definitions()) if f.code in new]
    run = ImportRun.objects.create(
        file_name="procedures.jsonl.gz",
        rows=len(definitions),
        created=work.created,
        changed=0,
        unchanged=len(definitions) - work.created,
        faults_found=len(faults),
        run_by=by,
    )
    done = Imported(
        run.rows, run.created, 0, run.unchanged, faults=_counts(faults),
        new_faults=_keep_faults(run, faults), found=tuple(faults),
    )  # fmt: skip
    record("catalogue.builtin_loaded", subject=run.ref, by=by, **done.figures())
    return done


@dataclass
class _Work:
    """What taking over definitions has done so far; `still` are the faults of the file."""

    still: Collection[FaultKey]
    created: int = 0
    unchanged: int = 0
    changed: list[str] = field(default_factory=list)


def _take_over(
    definitions: list[Definition],
    origin: Origin,
    told: Callable[[int, int], None] | None,
    by: Person | None,
    still: Collection[FaultKey] = (),
) -> _Work:
    work = _Work(still)
    for start in range(0, len(definitions), PORTION):
        portion = definitions[start : start + PORTION]
        codes = [d.code for d in portion]
        procedures = {p.code: p for p in Procedure.objects.select_for_update().filter(code__in=codes).order_by("pk")}  # fmt: skip
        newest = _newest(procedures.values())
        fresh = [d for d in portion if d.code not in procedures]
        _publish_new(fresh, origin, by)
        work.created += len(fresh)
        for definition in portion:
            procedure = procedures.get(definition.code)
            if procedure:
                _compare(procedure, newest[procedure.pk], definition, work, by)
        if told:
            told(start + len(portion), len(definitions))
    if work.created or work.changed:
        index.touch()
    return work


def _publish_new(definitions: list[Definition], origin: Origin, by: Person | None) -> None:  # fmt: skip
    procedures = []
    versions = []
    for definition in definitions:
        procedure = describe(Procedure(code=definition.code), definition).prepare()
        procedure.state = ProcedureState.PUBLISHED
        procedures.append(procedure)
        version = _version(procedure, 1, definition, origin, by)
        _publish(version, by)
        if origin is Origin.NATIONAL:
            procedure.source_fingerprint = version.fingerprint
        versions.append(version)
    Procedure.objects.bulk_create(procedures)
    Version.objects.bulk_create(versions, batch_size=200)


def _compare(
    procedure: Procedure,
    newest: Version,
    definition: Definition,
    work: _Work,
    by: Person | None,
) -> None:
    """Draft a version where the source moved on; leave alone what it said already.

    Built-in facts only stand in for the source: they give way to it at once.
    """
    source = fingerprint_of(to_json(definition))
    if procedure.source_fingerprint == source:
        work.unchanged += 1
        return
    procedure.source_fingerprint = source
    definition = _with_corrections(definition, newest, work.still)
    version = _version(procedure, newest.number + 1, definition, Origin.NATIONAL, by)
    if newest.origin == Origin.BUILT_IN and newest.used_at is None:
        _replace_builtin(procedure, newest, version, by)
        describe(procedure, definition)
    elif newest.state in EDITABLE and newest.origin == Origin.NATIONAL:
        newest.definition = version.definition
        newest.fingerprint = version.fingerprint
        newest.state = VersionState.DRAFT
        newest.decision = version.decision
        newest.save()
    else:
        version.save()
    procedure.save()
    work.changed.append(procedure.code)


def _with_corrections(
    definition: Definition, newest: Version, still: Collection[FaultKey]
) -> Definition:
    """Keep what a person corrected where the source still says the same wrong thing."""
    told = to_json(definition)
    corrected = Fault.objects.filter(code=definition.code, state=FaultState.CORRECTED)
    for fault in corrected:
        if _key(fault) in still:
            told = take_place(told, newest.definition, fault.place)
    made = from_json(told)
    if made.channels == definition.channels:
        return made
    return replace(made, fees=fees_of(made.channels))


def _replace_builtin(
    procedure: Procedure, old: Version, new: Version, by: Person | None
) -> None:
    today = clock.today()
    if old.valid_from == today:
        old.state = VersionState.WITHDRAWN
        old.withdrawn_at = clock.now()
    else:
        old.valid_to = day_before(today)
    old.save()
    _publish(new, by)
    new.save()


def _newest(procedures: Iterable[Procedure]) -> dict[UUID, Version]:
    rows = Version.objects.filter(procedure__in=list(procedures)).order_by("number")
    return {
        version.procedure.pk: version for version in rows.select_related("procedure")
    }


def _publish(version: Version, by: Person | None) -> None:
    version.state = VersionState.PUBLISHED
    version.valid_from = clock.today()
    version.published_at = clock.now()
    version.published_by = by


def _version(
    procedure: Procedure,
    number: int,
    definition: Definition,
    origin: Origin,
    by: Person | None,
) -> Version:
    told = to_json(definition)
    return Version(
        procedure=procedure,
        number=number,
        definition=told,
        fingerprint=fingerprint_of(told),
        origin=origin,
        decision=definition.decision[:80],
        decided_on=definition.decided_on,
        made_by=by,
    )


def _first_of_each_code(definitions: Iterable[Definition]) -> list[Definition]:
    """Keep the first row of a code; the report names the others."""
    kept: dict[str, Definition] = {}
    for definition in definitions:
        kept.setdefault(definition.code, definition)
    return list(kept.values())


def _keep_faults(run: ImportRun, faults: list[Found]) -> int:
    """Write down the faults not known yet; return how many those are.

    One that was mended at the source and is there again is open again.
    """
    before = Fault.objects.count()
    again = set(map(_key, faults))
    mended = Fault.objects.filter(state=FaultState.MENDED, code__in={f.code for f in faults})  # fmt: skip
    back = [fault.pk for fault in mended if _key(fault) in again]
    Fault.objects.filter(pk__in=back).update(
        state=FaultState.OPEN, closed_by=None, closed_at=None, run=run
    )
    Fault.objects.bulk_create(
        [
            Fault(
                run=run, row=f.row, code=f.code[:40], rule=f.rule, place=f.place, found=f.found
            )
            for f in faults
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )  # fmt: skip
    return Fault.objects.count() - before + len(back)


def _settle_known(codes: set[str], faults: list[Found], by: Person | None) -> int:
    """Bring the open faults of a file's procedures up to date; return how many closed.

    One the file says in other words at the same place is the same fault; one it does
    not have any more was mended at the source.
    """
    now: dict[tuple[str, str, str], list[Found]] = {}
    for found in faults:
        now.setdefault(_key(found)[:3], []).append(found)
    still = set(map(_key, faults))
    known = list(Fault.objects.filter(code__in=codes))
    told = set(map(_key, known))
    mended, reworded = [], []
    for fault in (f for f in known if f.state == FaultState.OPEN):
        there = now.get(_key(fault)[:3], [])
        if _key(fault) in still:
            continue
        # Words that were told before, and decided on, are not told again.
        if len(there) == 1 and _key(there[0]) not in told:
            fault.found, fault.row = there[0].found, there[0].row
            reworded.append(fault)
        else:
            fault.state, fault.closed_by = FaultState.MENDED, by
            fault.closed_at = clock.now()
            mended.append(fault)
    Fault.objects.bulk_update(reworded, ["found", "row"], batch_size=500)
    Fault.objects.bulk_update(mended, ["state", "closed_by", "closed_at"], batch_size=500)  # fmt: skip
    return len(mended)


def _key(fault: Fault | Found) -> FaultKey:
    return fault.code[:40], fault.rule, fault.place, fault.found


def _counts(faults: list[Found]) -> dict[str, int]:
    """Count the rows of each rule: a row with two small fees is one row."""
    rows: dict[str, set[int]] = {}
    for fault in faults:
        rows.setdefault(fault.rule, set()).add(fault.row)
    return {rule: len(rows[rule]) for rule in sorted(rows)}
