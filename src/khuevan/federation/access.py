"""Who agrees on partners, reads them, and looks at what is held."""

from __future__ import annotations

from khuevan.directory.public import Person
from khuevan.exchange.public import works_for_exchange


def may_federate(person: Person | None) -> bool:
    """Agree on partners, pause them, look at what is held: people of the operator."""
    return person is None or works_for_exchange(person)


def may_read_partners(person: Person) -> bool:
    """Read how partners stand: those people, and who reads everything."""
    return may_federate(person) or person.authority.reads_everything
