"""What apps above the exchange put beside its pages: steps from a listing, tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from khuevan.directory.public import Person

from .queries.disclosing import Shown


@dataclass(frozen=True, slots=True)
class Beside:
    """A button or a tab: what it says and where it leads."""

    label: str | Promise
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a member is known for: traced outcomes, counted."""

    label: str | Promise
    count: int
    of: int | None = None


NextStep = Callable[[Person | None, Shown], Beside | None]
Tab = Callable[[Person | None], Beside | None]

Record = Callable[[UUID], list[Line]]

_records: dict[str, Record] = {}
_steps: dict[str, NextStep] = {}
_tabs: dict[str, Tab] = {}


def register_step(name: str, step: NextStep) -> None:
    """Offer something on every listing's page, where the function gives it."""
    _steps[name] = step


def register_tab(name: str, tab: Tab) -> None:
    """Show a tab on the exchange's pages where the function gives it for who reads."""
    _tabs[name] = tab


def register_record(name: str, record: Record) -> None:
    """Tell on a member's page what became of what it did here; `record` takes its key."""
    _records[name] = record


def record_of(member: UUID) -> list[Line]:
    """Return what a member is known for: outcomes traced here, nothing it says itself."""
    return [line for record in _records.values() for line in record(member)]


def steps_from(person: Person | None, shown: Shown) -> list[Beside]:
    """Return what a reader of a listing may do next.

    With one of another exchange everything is done there.
    """
    if shown.origin:
        words = _("Go to %(exchange)s") % {"exchange": shown.origin.exchange}
        return [Beside(words, shown.origin.address)]
    found = (step(person, shown) for step in _steps.values())
    return [step for step in found if step]


def tabs_for(person: Person | None) -> list[Beside]:
    """Return the tabs other apps put beside the exchange's own."""
    found = (tab(person) for tab in _tabs.values())
    return [tab for tab in found if tab]
