"""Who serves, who manages, who reads the Party's counts."""

from __future__ import annotations

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role


POINTS = (OrganisationKind.POINT, OrganisationKind.COMMUNE)
"""Where people are received: the branches' points and every commune."""


def may_serve(person: Person, point: Organisation) -> bool:
    """Open a desk and call people: officials of the point or of its branch."""
    units = {
        point.pk,
        point.parent_id if point.kind == OrganisationKind.POINT else None,
    }
    return any(
        person.authority.has_in(unit, Role.OFFICIAL, Role.HEAD) for unit in units
    )


def may_manage(person: Person) -> bool:
    """See every point's load: people of the service centre, and who reads everything."""
    if person.authority.reads_everything:
        return True
    centres = Organisation.objects.filter(
        kind__in=[OrganisationKind.SERVICE_CENTRE, OrganisationKind.BRANCH]
    ).values_list("pk", flat=True)
    own = {h.organisation_id for h in person.authority.own}
    return bool(own & set(centres))


def may_count_party(person: Person | None) -> bool:
    """Enter and read counts of the Party's procedures: people of Party bodies.

    They are out of public pages and open data (services.md 13).
    """
    if person is None:
        return True
    if person.authority.has(Role.LEADER, Role.INSPECTOR):
        return True
    own = {h.organisation_id for h in person.authority.own}
    return Organisation.objects.filter(pk__in=own, kind=OrganisationKind.PARTY).exists()
