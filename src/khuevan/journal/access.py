"""Who may read and manage the journal."""

from __future__ import annotations

from .actors import OPERATOR, Person
from .owners import may_keep


def may_read_every_fact(person: Person) -> bool:
    """Tell whether a person reads the content of facts of the whole city."""
    return person.authority.reads_everything


def may_manage_webhooks(person: Person, owner: str = "") -> bool:
    """Tell whether a person decides which machines are told of facts.

    Operators; those of an owner, whoever keeps them (`owners`).
    """
    return person.authority.has(OPERATOR) or (bool(owner) and may_keep(person, owner))
