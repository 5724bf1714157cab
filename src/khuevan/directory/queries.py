"""Reading the directory."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from khuevan.platform.text import fold

from .models import Organisation, Person


def find_organisations(
    *, person: Person | AnonymousUser, text: str, many: int = 20
) -> list[tuple[str, str, str]]:
    """Search organisations in force, with or without accents: name, detail, address."""
    found = Organisation.objects.in_force().in_order()
    for word in fold(text).split():
        found = found.filter(folded__contains=word)
    return [
        (unit.name, unit.code, reverse("organisation", args=[unit.pk]))
        for unit in found[:many]
    ]
