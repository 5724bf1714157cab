"""Whose work the catalogue is."""

from __future__ import annotations

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role


_KEEPERS = (Role.HEAD, Role.OFFICIAL)
"""Until the directory has the role of a procedure officer (kiểm soát TTHC)."""


def keeps_catalogue(person: Person | None) -> bool:
    """Tell whether somebody keeps the catalogue: the service centre's own people.

    None is the operator at the machine.
    """
    if person is None:
        return True
    kept: bool | None = person.__dict__.get("_keeps_catalogue")
    if kept is None:
        posts = [
            h.organisation_id for h in person.authority.holdings if h.role in _KEEPERS
        ]
        kept = Organisation.objects.filter(
            pk__in=posts, kind=OrganisationKind.SERVICE_CENTRE
        ).exists()
        person.__dict__["_keeps_catalogue"] = kept
    return kept
