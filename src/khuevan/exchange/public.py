"""What other apps may use of the exchange: find listings, and read them as somebody may."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from khuevan.directory.public import Person
from khuevan.matching.public import Asked

from .access import REVIEWING, works_for_exchange
from .dated import operator_on
from .index import rebuild_index
from .models.members import ACTING
from .queries.disclosing import Shown, reader_of
from .queries.searching import search_listings
from .rules.disclosing import Level


def find_offers_and_needs(
    *, person: Person | AnonymousUser, text: str, limit: int = 10
) -> list[tuple[str, str, str]]:
    """Return title, code and address of published listings, for the one search."""
    if not text.strip():
        return []
    found = search_listings(reader_of(person), Asked(text=text[:200]), size=limit).rows
    return [
        (shown.fields["title_vi"], shown.code, reverse("exchange-listing", args=[shown.code]))
        for shown in found
    ]  # fmt: skip


__all__ = [
    "ACTING",
    "REVIEWING",
    "Level",
    "Shown",
    "find_offers_and_needs",
    "operator_on",
    "rebuild_index",
    "works_for_exchange",
]
