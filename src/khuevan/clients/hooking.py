"""Clients own subscriptions: who keeps them."""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Person
from khuevan.journal.public import register_owner

from .access import may_register
from .models import Client


def may_keep(person: Person, owner: str) -> bool:
    """Keep a client's subscriptions: the client itself, and who answers for it."""
    key = UUID(owner.partition(":")[2])
    found = (
        Client.objects.active().select_related("organisation").filter(pk=key).first()
    )
    return found is not None and (
        person.pk == found.account_id or may_register(person, found.organisation)
    )


register_owner("clients.client", may_keep)
