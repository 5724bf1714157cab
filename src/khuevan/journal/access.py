"""Who may read and manage the journal."""

from __future__ import annotations

from .actors import OPERATOR, Person


def may_read_every_fact(person: Person) -> bool:
    """Tell whether a person reads the content of facts of the whole city."""
    return person.authority.reads_everything


def may_manage_webhooks(person: Person) -> bool:
    """Tell whether a person decides which machines are told of facts."""
    return person.authority.has(OPERATOR)
