"""Who may keep the catalogue of procedures."""

from __future__ import annotations

from khuevan.directory.public import Person

from .capacity import keeps_catalogue


def may_keep_catalogue(person: Person | None) -> bool:
    """Draft, check, publish, undo, import, correct; None is the machine's operator."""
    return keeps_catalogue(person)
