"""Who may keep the register of legal documents."""

from __future__ import annotations

from khuevan.directory.public import Person, Role


def may_keep_register(person: Person) -> bool:
    """Tell whether a person may add and correct documents."""
    return person.authority.has(Role.COMMITTEE_OFFICE, Role.OPERATOR)
