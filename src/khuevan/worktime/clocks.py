"""Who must reckon again when a day changes.

An app above that keeps open clocks registers one function here. It moves the due
dates of what is still open, records each move itself, and returns what it moved;
closed things are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from khuevan.directory.public import Person


@dataclass(frozen=True, slots=True)
class Moved:
    """An open clock whose end changed with the calendar."""

    reference: str
    due_before: datetime
    due_after: datetime


Reckon = Callable[[date, Person | None], Iterable[Moved]]

_clocks: dict[str, Reckon] = {}


def register_clocks(name: str, reckon: Reckon) -> None:
    """Name the open clocks of an app; the same name again replaces them."""
    _clocks[name] = reckon


def reckon_again(day: date, by: Person | None) -> list[Moved]:
    """Let every app move its open clocks after a day changed; return all moves."""
    return [moved for name in sorted(_clocks) for moved in _clocks[name](day, by)]
