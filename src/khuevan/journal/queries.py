"""Reading facts back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .models import FactRow


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, as other apps see it."""

    number: int
    kind: str
    subject: str
    actor: str | None
    organisation: str | None
    occurred_at: datetime
    recorded_at: datetime
    figures: dict[str, Any]


_COLUMNS = (
    "number", "kind", "subject", "actor", "organisation",
    "occurred_at", "recorded_at", "figures",
)  # fmt: skip


def facts_about(subject: str, *, until: datetime | None = None) -> list[Fact]:
    """List the facts of one subject, oldest first, up to an instant."""
    rows = FactRow.objects.filter(subject=subject)
    if until:
        rows = rows.filter(occurred_at__lte=until)
    return [
        Fact(*row)
        for row in rows.order_by("occurred_at", "number").values_list(*_COLUMNS)
    ]


def latest_facts(model: str, *, until: datetime) -> dict[str, Fact]:
    """Return the last fact of every subject of one model up to an instant, by subject.

    `model` is the first half of a reference, such as `steering.task`.
    """
    rows = (
        FactRow.objects.filter(subject__startswith=f"{model}:", occurred_at__lte=until)
        .order_by("subject", "-occurred_at", "-number")
        .distinct("subject")
        .values_list(*_COLUMNS)
    )
    return {row[2]: Fact(*row) for row in rows}
