"""Where values come from that nobody should type again.

A form binds a field to a name such as `person.full_name`; a provider gives values for
the names it knows, and every value keeps where it came from. The data space, above or
below, registers its own providers; the counter asks them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock


@dataclass(frozen=True, slots=True)
class Provided:
    """A value and where it came from."""

    value: Any
    source: str
    fetched_at: datetime


Provider = Callable[[Person, frozenset[str]], Mapping[str, Any]]
"""Given whose data and which names are wanted, return the values it has."""

_providers: dict[str, Provider] = {}


def register_provider(source: str, gives: Provider) -> None:
    """Name a source of values; the same name again replaces it."""
    _providers[source] = gives


def provided(person: Person, names: Iterable[str]) -> dict[str, Provided]:
    """Return a value for every name some provider knows; the first to know gives it."""
    wanted = frozenset(names)
    found: dict[str, Provided] = {}
    now = clock.now()
    for source, gives in _providers.items():
        left = wanted - found.keys()
        if not left:
            break
        for name, value in gives(person, left).items():
            if value not in (None, ""):
                found[name] = Provided(value, source, now)
    return found


def bindings_of(form: Mapping[str, Any]) -> dict[str, str]:
    """Return the bound name of every field that has one."""
    return {
        field: part["x-bind"]
        for field, part in form.get("properties", {}).items()
        if part.get("x-bind")
    }


def _from_sign_in(person: Person, names: frozenset[str]) -> Mapping[str, Any]:
    """Give what the person's account says: it came from the identity they signed in with."""
    known = {
        "person.full_name": person.full_name,
        "person.national_id": person.national_id,
        "person.birth_date": person.birth_date and person.birth_date.isoformat(),
        "person.phone": person.phone,
        "person.email": person.email,
    }
    return {name: known[name] for name in names & known.keys()}


def _from_directory(person: Person, names: frozenset[str]) -> Mapping[str, Any]:
    """Give what the register of organisations says of the firm the person acts for."""
    if not any(name.startswith("organisation.") for name in names):
        return {}
    own = [h.organisation_id for h in person.authority.own]
    firm = Organisation.objects.filter(pk__in=own).first()
    if firm is None:
        return {}
    known = {"organisation.name": firm.name, "organisation.code": firm.code}
    return {name: known[name] for name in names & known.keys()}


register_provider("sign_in", _from_sign_in)
register_provider("directory", _from_directory)
