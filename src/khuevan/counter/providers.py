"""Where values come from that nobody should type again.

A form binds a field to a name such as `person.full_name`; a provider gives values for
the names it knows, and every value keeps where it came from. The data space, above or
below, registers its own providers; the counter asks them in order.

Names are `person.…` and `organisation.…`; `result.CONTENT.FIELD` is what was declared
for the result of that content the person holds, `number` and `issued_on` what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock

from .definitions import definition_of
from .models import StoredPaper


MOST_PAPERS = 20
"""How many of the newest results of a store are read for one form."""


@dataclass(frozen=True, slots=True)
class Provided:
    """A value and where it came from."""

    value: Any
    source: str
    fetched_at: datetime
    document: str = ""  # the paper that says it, where the source is a store of papers


@dataclass(frozen=True, slots=True)
class Said:
    """A value together with the paper that says it."""

    value: Any
    document: str


Provider = Callable[[Person, frozenset[str]], Mapping[str, Any]]
"""Given whose data and which names are wanted, return the values it has."""

_providers: dict[str, Provider] = {}
_closed: set[str] = set()


def register_provider(source: str, gives: Provider, *, closed: bool = False) -> None:
    """Name a source of values; the same name again replaces it.

    A closed one is asked only where its owner agreed to that.
    """
    _providers[source] = gives
    (_closed.add if closed else _closed.discard)(source)


def provided(
    person: Person, names: Iterable[str], *, opened: bool = False
) -> dict[str, Provided]:
    """Return a value for every name some provider knows; the first to know gives it.

    `opened` is that the person agreed to closed sources, such as their store.
    """
    wanted = frozenset(names)
    found: dict[str, Provided] = {}
    now = clock.now()
    for source, gives in _providers.items():
        left = wanted - found.keys()
        if not left or (source in _closed and not opened):
            continue
        for name, value in gives(person, left).items():
            said = value if isinstance(value, Said) else Said(value, "")
            if said.value not in (None, ""):
                found[name] = Provided(said.value, source, now, said.document)
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
        "person.gender": person.gender,
        "person.residence": person.residence,
        "person.phone": person.phone,
        "person.email": person.email,
    }
    return {name: known[name] for name in names & known.keys()}


def _from_directory(person: Person, names: frozenset[str]) -> Mapping[str, Any]:
    """Give what the register of organisations says of the firm the person acts for.

    Whoever acts for several says which one: it is not ours to guess. Officials file
    their own matters, not those of the body they work in.
    """
    if not any(name.startswith("organisation.") for name in names):
        return {}
    own = {h.organisation_id for h in person.authority.own if h.role is Role.MEMBER}
    if len(own) != 1:
        return {}
    firm = Organisation.objects.get(pk__in=own)
    known = {"organisation.name": firm.name, "organisation.code": firm.code}
    return {name: known[name] for name in names & known.keys()}


def _from_store(person: Person, names: frozenset[str]) -> Mapping[str, Any]:
    """Give what was declared for the results in the person's store, the newest first."""
    kept = (
        StoredPaper.objects.visible_to(person)
        .usable()
        .filter(legally_valid=True, from_dossier__application__isnull=False)
        .select_related("from_dossier__application", "from_dossier__result")
        .order_by("-kept_at", "-pk")
    )
    found: dict[str, Any] = {}
    for paper in kept[:MOST_PAPERS]:
        left = names - found.keys()
        if not left:
            break
        for name, value in _told_by(paper).items():
            if name in left and value not in (None, ""):
                found[name] = Said(value, str(paper.from_dossier))
    return found


def _told_by(paper: StoredPaper) -> dict[str, Any]:
    """Return what a kept result tells, by the names forms bind to."""
    dossier = paper.from_dossier
    assert dossier is not None
    answers, result = dossier.application.answers, dossier.result
    bound = bindings_of(definition_of(dossier).form)
    told = {name: answers.get(field) for field, name in bound.items()}
    if paper.content:
        of = f"result.{paper.content}"
        told |= {f"{of}.{field}": value for field, value in answers.items()}
        told[f"{of}.number"] = result.number
        told[f"{of}.issued_on"] = result.issued_on and result.issued_on.isoformat()
    return told


register_provider("sign_in", _from_sign_in)
register_provider("directory", _from_directory)
register_provider("store", _from_store, closed=True)
