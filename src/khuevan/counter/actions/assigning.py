"""Rules by which dossiers are given to people: a head sets them for the own organisation."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuevan.counter.access import ROLES_OF, may_set_assignment
from khuevan.counter.models import AssignmentRule
from khuevan.directory.public import Appointment, Organisation, Person, in_force
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.process.public import Duty

from .common import require


@transaction.atomic
def set_assignment(
    *,
    organisation: Organisation,
    people: Sequence[Person],
    procedure: str = "",
    sector: str = "",
    by: Person,
) -> AssignmentRule:
    """Say who handles a procedure's, a sector's, or all other dossiers of an organisation.

    A rule of the same kind is replaced. Dossiers that have somebody keep them.
    """
    require(may_set_assignment(by, organisation.pk))
    procedure, sector = procedure.strip(), sector.strip()
    if procedure and sector:
        raise RuleBroken(N_("Name a procedure or a sector, not both."), field="sector")
    if not people:
        raise RuleBroken(N_("Choose at least one person."), field="people")
    able = set(
        Appointment.objects.filter(
            in_force(), organisation=organisation, role__in=ROLES_OF[Duty.HANDLE]
        ).values_list("person", flat=True)
    )
    other = next((one for one in people if one.pk not in able), None)
    if other is not None:
        raise RuleBroken(
            N_("%(person)s handles no dossiers in %(organisation)s."), field="people",
            person=other.full_name, organisation=organisation.short_name,
        )  # fmt: skip
    rule, _ = AssignmentRule.objects.update_or_create(
        organisation=organisation, procedure=procedure, sector=sector,
        defaults={
            "people": [one.pk for one in people], "set_by": by, "set_at": clock.now(),
        },
    )  # fmt: skip
    record(
        "counter.assignment_set", subject=rule.ref, by=by, unit=str(organisation.pk),
        procedure=procedure, sector=sector, people=[one.ref for one in people],
    )  # fmt: skip
    return rule


@transaction.atomic
def drop_assignment(*, rule: AssignmentRule, by: Person) -> None:
    """Take a rule away: what comes waits in the pool, or goes by a wider rule."""
    rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
    require(may_set_assignment(by, rule.organisation_id))
    record(
        "counter.assignment_dropped", subject=rule.ref, by=by, unit=str(rule.organisation_id),
        procedure=rule.procedure, sector=rule.sector,
    )  # fmt: skip
    rule.delete()
