"""As whom somebody acts in steering: their own posts, and mandates lent for it."""

from __future__ import annotations

from khuevan.directory.public import Authority, Person, Scope


def acting(person: Person) -> Authority:
    """Return everything a person may act as in steering today."""
    return person.authority.within(Scope.STEERING)
