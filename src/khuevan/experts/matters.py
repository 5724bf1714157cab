"""What the apps that own things say of asking experts about them: they know the sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from khuevan.directory.public import Person


@dataclass(frozen=True, slots=True)
class Matter:
    """A thing experts are asked about: its title, its page, whose interests are in it.

    `sides` are organisations, `people` those who are a side under their own name.
    """

    title: str
    link: str
    sides: tuple[UUID, ...]
    people: tuple[UUID, ...] = ()


LookUp = Callable[[UUID, Person], Matter | None]

_known: dict[str, LookUp] = {}


def register_matter(model: str, look_up: LookUp) -> None:
    """Let the app of a model describe its things by key; None where the person may not ask."""
    _known[model] = look_up


def matter_of(subject: str, person: Person) -> Matter | None:
    """Return what is known of a thing by its reference, None where nobody says."""
    model, _colon, key = subject.partition(":")
    try:
        return _known[model](UUID(key), person)
    except (KeyError, ValueError):  # a reference typed by hand
        return None
