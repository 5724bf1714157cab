"""Standing aside: interests officials declare, and their absences."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from khuevan.counter.access import WORKERS, may_enter_absence, may_stand_aside
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Absence, Dossier, Interest, LastAction, Step
from khuevan.counter.models.work import StepQuerySet
from khuevan.directory.public import Appointment, Organisation, Person, in_force
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require


LONGEST_ABSENCE = timedelta(days=366)
"""As long as a mandate lasts: a longer absence is a change of posts. Configuration, not law."""


@transaction.atomic
def declare_interest(
    *, dossier: Dossier, reason: str, whole: bool = False, by: Person
) -> Interest:
    """Stand aside from a dossier; with `whole` from every dossier of its applicant.

    What waited for `by` there goes back to the pool. Law 36/2018/QH14 Art. 23: who
    knows of a conflict of interest in their duty reports it to whoever answers for it.
    """
    waiting = _waiting_there(dossier, whole, by)
    keys = {*waiting.values_list("dossier_id", flat=True), dossier.pk}
    # In the order of keys, so that two who stand aside never wait for each other.
    list(Dossier.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    dossier = locked(dossier)
    require(may_stand_aside(by, dossier))
    if not reason.strip():
        raise RuleBroken(N_("Say what connects you with it."), field="reason")
    if whole and dossier.applicant is None:
        raise RuleBroken(
            N_("The applicant has no account here: stand aside from this dossier alone."),
            field="whole",
        )  # fmt: skip
    if by.pk == dossier.applicant_id:
        raise RuleBroken(N_("It is your own dossier: nobody gives it to you anyway."))
    _refuse_twice(dossier, whole, by)
    interest = Interest.objects.create(
        person=by, dossier=dossier, reason=reason.strip(),
        applicant=dossier.applicant if whole else None,
    )  # fmt: skip
    # An undo would give a step back to whoever just stood aside.
    LastAction.objects.filter(dossier__in=keys).delete()
    back = waiting.filter(dossier__in=keys).update(person=None)
    record_dossier("interest_declared", dossier, by=by, whole=whole, handed_back=back)
    return interest


@transaction.atomic
def withdraw_interest(*, interest: Interest, by: Person) -> Interest:
    """Take back an interest one declared; the journal keeps that there was one."""
    dossier = locked(interest.dossier)
    interest = Interest.objects.select_for_update().get(pk=interest.pk)
    require(by.pk == interest.person_id)
    if interest.withdrawn_at is not None:
        raise RuleBroken(N_("This interest was withdrawn already."))
    interest.withdrawn_at = clock.now()
    interest.save(update_fields=["withdrawn_at"])
    record_dossier("interest_withdrawn", dossier, by=by)
    return interest


@transaction.atomic
def enter_absence(
    *,
    person: Person,
    organisation: Organisation,
    substitute: Person | None,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    by: Person,
) -> Absence:
    """Say from when to when somebody is away, both days included, and who stands in.

    Without a substitute what comes waits in the pool.
    """
    # Two absences entered at once would not see each other.
    Person.objects.select_for_update().get(pk=person.pk)
    require(may_enter_absence(by, person.pk, organisation.pk))
    _check_days(starts_on, ends_on)
    if not _holds_post(person, organisation, starts_on, ends_on):
        raise RuleBroken(
            N_("%(person)s holds no post in %(organisation)s in those days."),
            field="post",
            person=person.full_name,
            organisation=organisation.short_name,
        )
    _refuse_overlap(person, organisation, starts_on, ends_on)
    if substitute is not None:
        _check_substitute(person, substitute, organisation, starts_on, ends_on)
    absence = Absence.objects.create(
        person=person, substitute=substitute, organisation=organisation,
        starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
    )  # fmt: skip
    record(
        "counter.absence_entered", subject=absence.ref, by=by, person=person.ref,
        substitute=substitute.ref if substitute else None, unit=str(organisation.pk),
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: Person) -> Absence:
    """End an absence before its last day, or call it off before it begins."""
    absence = Absence.objects.select_for_update().get(pk=absence.pk)
    require(may_enter_absence(by, absence.person_id, absence.organisation_id))
    if absence.ended_at is not None or absence.ends_on < clock.today():
        raise RuleBroken(N_("This absence is over already."))
    absence.ended_at = clock.now()
    absence.save(update_fields=["ended_at"])
    record("counter.absence_ended", subject=absence.ref, by=by)
    return absence


def _refuse_twice(dossier: Dossier, whole: bool, by: Person) -> None:
    mine = Interest.objects.standing().filter(person=by)
    twice = mine.filter(dossier=dossier)
    if whole:
        twice |= mine.filter(applicant=dossier.applicant)
    if twice.exists():
        raise RuleBroken(
            N_("You declared this already. To widen it, withdraw it and declare it again.")
        )  # fmt: skip


def _waiting_there(dossier: Dossier, whole: bool, by: Person) -> StepQuerySet:
    """Return what waits for somebody in a dossier, or in all of its applicant."""
    waiting = Step.objects.waiting().filter(person=by)
    if whole and dossier.applicant_id:
        return waiting.filter(dossier__applicant=dossier.applicant_id)
    return waiting.filter(dossier=dossier)


def _check_days(starts_on: date, ends_on: date) -> None:
    if starts_on < clock.today():
        raise RuleBroken(
            N_("An absence cannot begin in the past. Choose today or a later day."),
            field="starts_on",
        )
    if ends_on < starts_on:
        raise RuleBroken(
            N_("The absence ends before it begins. Choose a later last day."),
            field="ends_on",
        )
    if ends_on - starts_on >= LONGEST_ABSENCE:
        raise RuleBroken(
            N_("An absence lasts a year at most. Choose an earlier last day."),
            field="ends_on",
        )


def _refuse_overlap(
    person: Person, organisation: Organisation, starts_on: date, ends_on: date
) -> None:
    other = _beside(person, organisation, starts_on, ends_on)
    if other is not None:
        raise RuleBroken(
            N_("An absence from %(first)s to %(last)s is entered already. End it first, or choose other days."),
            field="starts_on",
            first=f"{other.starts_on:%d/%m/%Y}",
            last=f"{other.ends_on:%d/%m/%Y}",
        )  # fmt: skip


def _check_substitute(
    person: Person,
    substitute: Person,
    organisation: Organisation,
    starts_on: date,
    ends_on: date,
) -> None:
    if substitute.pk == person.pk:
        raise RuleBroken(
            N_("Nobody stands in for oneself. Choose somebody else."),
            field="substitute",
        )
    if not _holds_post(substitute, organisation, starts_on, ends_on):
        raise RuleBroken(
            N_("%(person)s holds no post in %(organisation)s in those days."),
            field="substitute",
            person=substitute.full_name,
            organisation=organisation.short_name,
        )
    if _beside(substitute, organisation, starts_on, ends_on) is not None:
        raise RuleBroken(
            N_("%(person)s is away in those days as well. Choose somebody else."),
            field="substitute",
            person=substitute.full_name,
        )


def _holds_post(
    person: Person, organisation: Organisation, starts_on: date, ends_on: date
) -> bool:
    posts = Appointment.objects.filter(
        in_force(starts_on), person=person, organisation=organisation, role__in=WORKERS
    )
    return person.is_active and posts.filter(in_force(ends_on)).exists()


def _beside(
    person: Person, organisation: Organisation, starts_on: date, ends_on: date
) -> Absence | None:
    """Return an absence that shares a day with these."""
    return (
        Absence.objects.to_come(starts_on)
        .filter(person=person, organisation=organisation, starts_on__lte=ends_on)
        .first()
    )
