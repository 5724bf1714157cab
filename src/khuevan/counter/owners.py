"""Who answers for a source of values: where a report of a wrong value goes.

A source names its owner's code here; the data space registers its own. A source
nobody named goes to the service centre, which passes it on.
"""

from __future__ import annotations

from khuevan.directory.public import Organisation, OrganisationKind


_owners: dict[str, str] = {
    "sign_in": "H26.CATP",  # identity comes from the population database's account
    "directory": "H26.TTPVHCC",
}


def register_owner(source: str, organisation: str) -> None:
    """Name the organisation, by code, that keeps a source; again replaces it."""
    _owners[source] = organisation


def owner_of(source: str) -> Organisation | None:
    """Return who keeps a source, else the service centre, else nobody."""
    code = _owners.get(source, "")
    standing = Organisation.objects.in_force()
    return (
        standing.filter(code=code).first()
        or standing.filter(kind=OrganisationKind.SERVICE_CENTRE).in_order().first()
    )
