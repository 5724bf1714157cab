"""Reading partners: how each stands, and what came from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from khuevan.directory.public import Person
from khuevan.exchange.public import code_of

from .models import Came, Partner
from .rules import Standing


@dataclass(frozen=True, slots=True)
class CameRow:
    """What came, and its code here where it is listed."""

    came: Came
    code_here: str


def partners_of(person: Person) -> Any:
    """Return the partners somebody may see with how much came from each, by name."""
    rows = Partner.objects.visible_to(person).select_related("organisation")
    counts = {
        standing.value: Count("came", filter=Q(came__standing=standing))
        for standing in (Standing.LISTED, Standing.HELD, Standing.REFUSED)
    }
    return rows.annotate(**counts).order_by("name")


def came_from(partner: Partner, limit: int = 200) -> list[CameRow]:
    """List what a partner lists, what waits first, without what is gone."""
    order = [Standing.HELD, Standing.REFUSED, Standing.LISTED]
    rows = list(partner.came.exclude(standing=Standing.GONE).order_by("-seen_at", "pk")[:limit])  # fmt: skip
    rows.sort(key=lambda came: order.index(Standing(came.standing)))
    return [CameRow(c, code_of(c.listing) if c.listing and c.standing == Standing.LISTED else "") for c in rows]  # fmt: skip
