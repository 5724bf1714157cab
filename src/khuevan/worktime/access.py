"""Who may change the working calendar."""

from __future__ import annotations

from khuevan.directory.public import Person, Role


def may_change_calendar(person: Person | None) -> bool:
    """Tell whether a person may override a day; None is the system itself."""
    return person is None or person.authority.has(Role.COMMITTEE_OFFICE, Role.OPERATOR)
