"""Whose work the catalogue is."""

from __future__ import annotations

from khuevan.directory.public import Person, Role


def keeps_catalogue(person: Person | None) -> bool:
    """Tell whether somebody keeps the catalogue: procedure officers (kiểm soát TTHC).

    None is the operator at the machine.
    """
    return person is None or person.authority.has(Role.PROCEDURE_OFFICER)
