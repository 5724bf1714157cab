"""Finding contracts by number, technology or side, for the one search."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from khuevan.directory.public import Person

from .models import Contract


def find_contracts(
    *, person: Person | AnonymousUser, text: str, limit: int = 10
) -> list[tuple[str, str, str]]:
    """Return title, number and address of contracts somebody may see."""
    if not text.strip():
        return []
    rows = Contract.objects.visible_to(person).called(text)
    return [
        (row.title, row.number, reverse("contract", args=[row.number]))
        for row in rows.order_by("-drawn_up_at")[:limit]
    ]
