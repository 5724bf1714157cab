"""Who may see figures that are about people at work."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from khuevan.directory.public import Person, Role


def may_analyse(person: Person) -> bool:
    """Tell whether somebody may look into processes: whoever holds a post."""
    return bool(person.authority.holdings)


def led_by(person: Person) -> frozenset[UUID]:
    """Return the organisations somebody heads, with all that lie below them.

    Figures about single officials are for themselves and their heads, nobody else:
    neither reading over the whole city nor keeping the system opens them.
    """
    authority = person.authority
    heads = {h.organisation_id for h in authority.holdings if h.role is Role.HEAD}
    return frozenset(
        key for key in authority.organisations if _below(key, heads, authority.parents)
    )


def _below(key: UUID, heads: set[UUID], parents: Mapping[UUID, UUID]) -> bool:
    seen: set[UUID] = set()
    at: UUID | None = key
    while at is not None and at not in seen:
        if at in heads:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def may_tell_reports(person: Person | None) -> bool:
    """Tell whether somebody may note a national report's count; None is the system."""
    return person is None or person.authority.has(Role.COMMITTEE_OFFICE)
