"""Who may look people up, manage accounts, appoint and change the register."""

from __future__ import annotations

from .models import Organisation, Person
from .rules import Role


def may_manage_people(person: Person | None) -> bool:
    """Operators make and close accounts; None is the operator at the machine."""
    return person is None or person.authority.has(Role.OPERATOR)


def may_appoint(person: Person | None, unit: Organisation, role: Role) -> bool:
    """Operators appoint anybody; heads the officials and heads of units under theirs."""
    if person is None or person.authority.has(Role.OPERATOR):
        return True
    if role is Role.OFFICIAL and person.authority.has_in(unit.pk, Role.HEAD):
        return True
    return role in {Role.OFFICIAL, Role.HEAD} and person.authority.has_in(
        unit.parent_id, Role.HEAD
    )


def may_change_register(person: Person | None) -> bool:
    """Operators keep the register of organisations."""
    return person is None or person.authority.has(Role.OPERATOR)


def may_reveal(reader: Person, person: Person) -> bool:
    """Whoever may look a person up and works for them may read their contacts.

    Heads for the people of their units, the standing body and inspectors for the
    city, operators for accounts; colleagues see the masked form only.
    """
    if reader == person:
        return True
    authority = reader.authority
    if authority.reads_everything or authority.has(Role.OPERATOR):
        return True
    heads = {h.organisation_id for h in authority.holdings if h.role is Role.HEAD}
    return any(h.organisation_id in heads for h in person.authority.own)
