"""Who may set targets."""

from __future__ import annotations

from khuevan.directory.public import Person, Role


def may_set_target(person: Person | None) -> bool:
    """Tell whether a person may set targets; None is the system itself."""
    return person is None or person.authority.has(Role.LEADER, Role.COMMITTEE_OFFICE)
