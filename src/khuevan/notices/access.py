"""Who may see and repair what leaves the house."""

from __future__ import annotations

from khuevan.directory.public import Person, Role


def may_tend_deliveries(person: Person) -> bool:
    """See what did not arrive, send it again, look into the sandbox: operators."""
    return person.authority.has(Role.OPERATOR)
