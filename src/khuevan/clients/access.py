"""Who registers machines, lets them write, and shuts them out."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role

from .models import ANSWERING, Client


def may_register(person: Person | None, organisation: Organisation) -> bool:
    """Register a machine and keep its secrets: who answers for the organisation."""
    return person is None or person.authority.has_in(organisation.pk, *ANSWERING)


def may_approve(person: Person | None, client: Client) -> bool:
    """Let a client write: an operator who did not register it."""
    return person is None or (
        person.authority.has(Role.OPERATOR) and person.pk != client.registered_by_id
    )


def may_revoke(person: Person | None, client: Client) -> bool:
    """Shut a client out: its organisation at any time, and operators."""
    return may_register(person, client.organisation) or (
        person is not None and person.authority.has(Role.OPERATOR)
    )
