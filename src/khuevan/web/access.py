"""Who runs the service."""

from __future__ import annotations

from khuevan.directory.public import Person, Role


def may_operate(person: Person) -> bool:
    """Tell whether a person runs the service: announces outages, looks at readers."""
    return person.authority.has(Role.OPERATOR)
