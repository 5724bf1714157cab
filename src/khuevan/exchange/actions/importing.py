"""Taking over listings from a spreadsheet as drafts: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.rules.listings import Told

from .listings import draft_listing


@transaction.atomic
def import_listings(
    *, rows: Sequence[tuple[Member, Told]], by: Person | None
) -> list[Listing]:
    """Begin a draft for every row; each goes through the reviews like any other."""
    return [draft_listing(member=member, told=told, by=by) for member, told in rows]
