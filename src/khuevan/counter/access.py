"""Who may do what with a dossier. One answer for pages, API and actions."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.process.public import Duty

from .models import Absence, Correction, Dossier, Interest, Step


ROLES_OF: dict[Duty, tuple[Role, ...]] = {
    Duty.RECEPTION: (Role.OFFICIAL,),
    Duty.ASSIGN: (Role.DIVISION_HEAD, Role.HEAD),
    Duty.HANDLE: (Role.OFFICIAL,),
    Duty.CHECK: (Role.DIVISION_HEAD, Role.HEAD),
    Duty.SIGN: (Role.HEAD,),
    Duty.CLERK: (Role.CLERK,),
    Duty.RETURN: (Role.OFFICIAL,),
}
"""Which posts carry which duty in an organisation."""
WORKERS = (Role.OFFICIAL, Role.DIVISION_HEAD, Role.HEAD, Role.CLERK)


def is_applicant(person: Person | None, dossier: Dossier) -> bool:
    """Tell whether a dossier is somebody's own, or filed by them for another."""
    return person is not None and person.pk in {
        dossier.applicant_id,
        dossier.filed_by_id,
    }


def may_edit_draft(person: Person | None, dossier: Dossier) -> bool:
    """Fill in a draft: its applicant, or whoever began it."""
    return person is None or is_applicant(person, dossier)


def may_receive_at(person: Person, point: Organisation | UUID | None) -> bool:
    """Receive dossiers at a point: its own officials."""
    key = point.pk if isinstance(point, Organisation) else point
    return person.authority.has_in(key, *ROLES_OF[Duty.RECEPTION])


def may_receive(person: Person | None, dossier: Dossier) -> bool:
    """Accept, refuse or send back at reception: officials of the receiving point."""
    return person is not None and (
        may_receive_at(person, dossier.receiving_point_id)
        and not has_interest(person, dossier)
    )


def may_work(person: Person | None, dossier: Dossier) -> bool:
    """Ask for more, note, stop: people of the deciding agency without an interest."""
    return (
        person is not None
        and person.authority.has_in(dossier.agency_id, *WORKERS)
        and not has_interest(person, dossier)
    )


def may_lead(person: Person | None, dossier: Dossier) -> bool:
    """Decide what only the leader of the deciding agency may."""
    return (
        person is not None
        and person.authority.has_in(dossier.agency_id, Role.HEAD)
        and not has_interest(person, dossier)
    )


def may_do(person: Person | None, step: Step) -> bool:
    """Do a step: whoever holds the duty there, unless it is somebody else's.

    None is the system itself. A step given to an absent person is also their
    substitute's. Nobody works on their own dossier, or on one they have an interest in.
    """
    if person is None:
        return True
    if not step.duty or has_interest(person, step.dossier):
        return False
    if not person.authority.has_in(step.organisation_id, *ROLES_OF[Duty(step.duty)]):
        return False
    return step.person_id in {None, person.pk} or stands_in(person, step.person_id)


def may_assign(person: Person | None, step: Step) -> bool:
    """Give a step to somebody: heads of its organisation or of a division in it."""
    return person is None or person.authority.has_in(
        step.organisation_id, Role.HEAD, Role.DIVISION_HEAD
    )


def may_give_opinion(person: Person, organisation: UUID) -> bool:
    """Speak for an agency that was asked: its officials and its head."""
    return person.authority.has_in(organisation, *WORKERS)


def may_answer_doubt(person: Person, doubt: Correction) -> bool:
    """Answer a report of a wrong value: people of the register's owner."""
    return doubt.owner_id is not None and person.authority.has_in(
        doubt.owner_id, *WORKERS
    )


def stands_in(person: Person, absent: UUID | None) -> bool:
    """Tell whether somebody stands in for another today."""
    return absent in substituted_by(person)


def substituted_by(person: Person) -> frozenset[UUID]:
    """Return whom somebody stands in for today."""
    today = clock.today()
    return frozenset(
        Absence.objects.filter(
            substitute=person, starts_on__lte=today, ends_on__gte=today
        ).values_list("person_id", flat=True)
    )


def has_interest(person: Person, dossier: Dossier) -> bool:
    """Tell whether somebody must stand aside: it is theirs, or they declared it.

    Whoever files for a walk-in applicant at the counter has no interest in it.
    """
    if dossier.applicant_id is None:
        return False
    if person.pk == dossier.applicant_id:
        return True
    return Interest.objects.filter(
        person=person, applicant_id=dossier.applicant_id
    ).exists()
