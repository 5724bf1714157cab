"""Writing a fact: once, last in an action, in the action's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from khuevan.platform import clock

from .models import FactRow


class Actor(Protocol):
    """Whoever acts: the journal knows them only by reference."""

    @property
    def ref(self) -> str: ...

    @property
    def organisation_ref(self) -> str | None: ...


def record(
    kind: str,
    *,
    subject: str,
    by: Actor | None,
    occurred_at: datetime | None = None,
    **figures: Any,
) -> int:
    """Write one fact and return its number.

    `kind` is `app.noun_verbed`, `subject` the reference of the thing, `by` whoever
    acted (None: the system itself). `occurred_at` is when it happened in the world,
    where that is not now (a late registration, an import). `figures` are
    references, numbers, dates and codes: never personal data.
    """
    return FactRow.objects.create(
        kind=kind,
        subject=subject,
        actor=by.ref if by else None,
        organisation=by.organisation_ref if by else None,
        occurred_at=occurred_at or clock.now(),
        recorded_at=clock.now(),
        figures=figures,
    ).number
