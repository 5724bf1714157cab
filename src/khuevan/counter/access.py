"""Who may do what with a dossier. One answer for pages, API and actions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, UUIDField

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.platform import clock
from khuevan.platform.prepared import Given, Prepared
from khuevan.process.public import Duty

from .models import (
    Absence,
    Application,
    Correction,
    Dossier,
    Interest,
    Opinion,
    Step,
)
from .models.aside import LEADING
from .rules.states import Business


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


_DECLARED = Prepared(
    lambda: Interest.objects.standing().filter(
        Q(applicant=Given("applicant", UUIDField()))
        | Q(dossier=Given("dossier", UUIDField())),
        person=Given("person", UUIDField()),
    )
)


def is_applicant(person: Person | None, dossier: Dossier) -> bool:
    """Tell whether a dossier is somebody's own.

    Whoever filed it for another works on it: what they read is told to its owner.
    """
    return person is not None and person.pk == dossier.applicant_id


def may_edit_draft(person: Person | None, dossier: Dossier) -> bool:
    """Fill in a draft: its applicant, or whoever began it."""
    return (
        person is None
        or is_applicant(person, dossier)
        or person.pk == dossier.filed_by_id
    )


def may_ask_back(person: Person, dossier: Dossier) -> bool:
    """Take a dossier back: its applicant; for one without an account whoever filed it."""
    for_them = dossier.applicant_id is None and person.pk == dossier.filed_by_id
    return is_applicant(person, dossier) or for_them


def may_receive_at(person: Person, point: Organisation | UUID | None) -> bool:
    """Receive dossiers at a point: its own officials, and its machines."""
    key = point.pk if isinstance(point, Organisation) else point
    return person.authority.has_in(key, *ROLES_OF[Duty.RECEPTION], Role.MACHINE)


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


def may_ask(person: Person | None, dossier: Dossier) -> bool:
    """Ask the applicant for more: at reception the receiving point, then the agency."""
    at_reception = dossier.business in {Business.FILED, Business.TO_COMPLETE}
    return (may_receive if at_reception else may_work)(person, dossier)


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
    """Give a step to somebody: heads of its organisation without an interest."""
    return person is None or (
        person.authority.has_in(step.organisation_id, *LEADING)
        and not has_interest(person, step.dossier)
    )


def may_set_assignment(person: Person, organisation: UUID) -> bool:
    """Say who handles what in an organisation: its heads."""
    return person.authority.has_in(organisation, *LEADING)


def may_give_opinion(person: Person, opinion: Opinion) -> bool:
    """Speak for an agency that was asked: its officials and its head."""
    return person.authority.has_in(
        opinion.organisation_id, *WORKERS
    ) and not has_interest(person, opinion.step.dossier)


def may_stand_aside(person: Person, dossier: Dossier) -> bool:
    """Declare an interest in a dossier: whoever could get work on it."""
    return any(person.authority.has_in(key, *WORKERS) for key in dossier.parties)


def may_enter_absence(person: Person, absent: UUID, organisation: UUID) -> bool:
    """Say who is away from an organisation: oneself, or its heads for their people."""
    return person.authority.has_in(organisation, *LEADING) or (
        person.pk == absent and person.authority.has_in(organisation, *WORKERS)
    )


def may_answer_doubt(person: Person, doubt: Correction) -> bool:
    """Answer a report of a wrong value: people of the register's owner."""
    return doubt.owner_id is not None and person.authority.has_in(
        doubt.owner_id, *WORKERS
    )


def may_keep_sync(person: Person | None) -> bool:
    """Look after the national portal's copy: people of the city's service centre."""
    if person is None:
        return True
    held = {h.organisation_id for h in person.authority.holdings if h.role in WORKERS}
    centres = Organisation.objects.filter(kind=OrganisationKind.SERVICE_CENTRE)
    return centres.filter(pk__in=held).exists()


def stands_in(person: Person, absent: UUID | None) -> bool:
    """Tell whether somebody stands in for another today."""
    return absent in substituted_by(person)


def substituted_by(person: Person) -> frozenset[UUID]:
    """Return whom somebody stands in for today."""
    return frozenset(
        Absence.objects.on(clock.today())
        .filter(substitute=person)
        .values_list("person_id", flat=True)
    )


def has_interest(person: Person, dossier: Dossier) -> bool:
    """Tell whether somebody must stand aside: it is theirs, or they declared it.

    Theirs by account or by national number, as that of a walk-in applicant. Whoever
    files for a walk-in applicant at the counter has no interest in it.
    Law 36/2018/QH14 Art. 23: who knows of a conflict in their duty reports it.
    """
    if person.pk == dossier.applicant_id:
        return True
    if person.national_id and person.national_id == national_id_of(dossier):
        return True
    found = _DECLARED.ask(
        applicant=dossier.applicant_id, dossier=dossier.pk, person=person.pk
    )
    return bool(found)


def national_id_of(dossier: Dossier) -> str:
    """Return the national number its application names, "" where it names none."""
    application = getattr(dossier, "application", None)
    return application.national_id if application else ""


def of_interest_to(person: Person, path: str) -> Q:
    """Return the condition that a row's dossier is one `has_interest` is true for.

    `path` leads from the row to its dossier.
    """
    declared = Interest.objects.standing().filter(
        Q(applicant=OuterRef(f"{path}__applicant")) | Q(dossier=OuterRef(path)),
        person=person,
    )
    found = Q(**{f"{path}__applicant": person}) | Q(Exists(declared))
    if person.national_id:
        own = Application.objects.filter(national_id=person.national_id)
        found |= Q(**{f"{path}__in": own.values("dossier")})
    return found
