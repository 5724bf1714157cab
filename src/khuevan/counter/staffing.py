"""Who gets a step: whoever had the dossier, else the pool, spread by load.

A step returns to the person who did the same duty on the dossier before. Otherwise
it goes to the people its organisation's narrowest rule names, to whoever of them has
the least to do. Without a rule, or with nobody of it there, it waits in the pool until
a head assigns it or somebody takes it. Absent people are replaced by their substitute,
people with an interest are passed over.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import CharField, Count, DateField, Q, QuerySet, UUIDField

from khuevan.directory.public import Appointment, Person, in_force
from khuevan.platform import clock
from khuevan.platform.prepared import Given, Prepared
from khuevan.process.public import Duty

from .access import ROLES_OF, may_do, national_id_of
from .models import Absence, AssignmentRule, Dossier, Interest, Step, StepState


_WAITING = Prepared(
    lambda: (
        Step.objects.waiting()
        .filter(dossier=Given("key", UUIDField()))
        .order_by("entered_at", "pk")
    )
)


_AWAY = Prepared(
    lambda: Absence.objects.filter(
        person=Given("person", UUIDField()),
        organisation=Given("organisation", UUIDField()),
        ended_at=None,
        starts_on__lte=Given("today", DateField()),
        ends_on__gte=Given("today", DateField()),
    )
)


_RULES = Prepared(
    lambda: AssignmentRule.objects.filter(
        Q(procedure=Given("procedure", CharField()))
        | Q(procedure="", sector=Given("sector", CharField()))
        | Q(procedure="", sector=""),
        organisation=Given("organisation", UUIDField()),
    ).narrowest_first()
)


def worker_for(dossier: Dossier, duty: Duty, organisation: UUID) -> UUID | None:
    """Return who should do a step, or None for the pool of the organisation."""
    before = _who_did(dossier, duty, organisation)
    if before is not None and before in able(dossier, duty, organisation, [before]):
        return present(dossier, duty, before, organisation)
    ruled = _ruled(dossier, duty, organisation)
    return _least(dossier, duty, organisation, ruled) if ruled else None


def _who_did(dossier: Dossier, duty: Duty, organisation: UUID) -> UUID | None:
    """Return who did a duty on a dossier last, in an organisation."""
    work = dossier.kept_work
    if work is None:
        work = list(dossier.work.filter(duty=duty, state=StepState.DONE))
    done = [
        step
        for step in work
        if step.duty == duty and step.organisation_id == organisation
        if step.state == StepState.DONE and step.done_by_id is not None
    ]
    last = max(done, key=lambda step: step.left_at, default=None)
    return last.done_by_id if last else None


def present(
    dossier: Dossier, duty: Duty, person: UUID, organisation: UUID
) -> UUID | None:
    """Return the person; while they are away their substitute, if able and there."""
    away = _away(person, organisation)
    if away is None:
        return person
    other = away.substitute_id
    if other is None or not able(dossier, duty, organisation, [other]):
        return None
    return None if _away(other, organisation) else other


def _away(person: UUID, organisation: UUID) -> Absence | None:
    found = _AWAY.ask(person=person, organisation=organisation, today=clock.today())
    return found[0] if found else None


def able(
    dossier: Dossier, duty: Duty, organisation: UUID, among: list[UUID] | None = None
) -> list[UUID]:
    """Return the keys of `able_people`, in the order of names."""
    found = able_people(dossier, duty, organisation)
    if among is not None:
        found = found.filter(pk__in=among)
    return list(found.order_by("sort_key").values_list("pk", flat=True))


def able_people(dossier: Dossier, duty: Duty, organisation: UUID) -> QuerySet[Person]:
    """Return who holds the duty there and has no interest in the dossier."""
    found = Person.objects.filter(
        pk__in=Appointment.objects.filter(
            in_force(), organisation=organisation, role__in=ROLES_OF[duty]
        ).values("person"),
        is_active=True,
    )
    about = Q(dossier=dossier)
    if dossier.applicant_id:
        about |= Q(applicant=dossier.applicant_id)
        found = found.exclude(pk=dossier.applicant_id)
    if number := national_id_of(dossier):
        found = found.exclude(national_id=number)
    declared = Interest.objects.standing().filter(about)
    return found.exclude(pk__in=declared.values("person"))


def least_loaded(dossier: Dossier, duty: Duty, organisation: UUID) -> UUID | None:
    """Return whoever of the able and present has the fewest waiting steps.

    Those a rule names come before all others.
    """
    ruled = _ruled(dossier, duty, organisation)
    found = _least(dossier, duty, organisation, ruled) if ruled else None
    return found or _least(dossier, duty, organisation)


def _ruled(dossier: Dossier, duty: Duty, organisation: UUID) -> list[UUID]:
    """Return whom the narrowest rule names for handling a dossier; nobody without one."""
    if duty != Duty.HANDLE:
        return []
    rules = _RULES.ask(
        organisation=organisation, procedure=dossier.procedure, sector=dossier.sector
    )
    return list(rules[0].people) if rules else []


def _least(
    dossier: Dossier, duty: Duty, organisation: UUID, among: list[UUID] | None = None
) -> UUID | None:
    people = [
        who
        for one in able(dossier, duty, organisation, among)
        if (who := present(dossier, duty, one, organisation)) is not None
    ]
    loads = dict(
        Step.objects.waiting()
        .filter(person__in=people)
        .order_by()
        .values_list("person")
        .annotate(load=Count("pk", filter=Q(duty=duty)))
    )
    return min(people, key=lambda who: loads.get(who, 0), default=None)


def step_of(person: Person, dossier: Dossier) -> Step | None:
    """Return the first waiting step of a dossier this person may do."""
    for step in _WAITING.ask(key=dossier.pk):
        step.dossier = dossier
        if may_do(person, step):
            return step
    return None
