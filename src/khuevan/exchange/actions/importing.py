"""Taking over listings from a spreadsheet as drafts: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.rules.listings import State, Told
from khuevan.platform.errors import N_, InputRefused, Problem

from .listings import draft_listing


@transaction.atomic
def import_listings(
    *, rows: Sequence[tuple[Member, Told]], by: Person | None
) -> list[Listing]:
    """Begin a draft for every row; each goes through the reviews like any other.

    Raises InputRefused naming each row that its member lists already: a file sent twice
    makes nothing twice.
    """
    made: list[Listing] = []
    problems: list[Problem] = []
    for number, (member, told) in enumerate(rows, start=1):
        there = _listed_already(member, told)
        if there:
            problems.append(
                Problem(
                    f"{told.title_vi[:60]}",
                    N_("row %(number)s of the listings stands here already as %(code)s"),
                    N_("Take the row out, or change the listing on its page."),
                    {"number": number, "code": there},
                )
            )  # fmt: skip
        else:
            made.append(draft_listing(member=member, told=told, by=by))
    if problems:
        raise InputRefused(problems)
    return made


def _listed_already(member: Member, told: Told) -> str:
    """Return the code of a listing of the member's that begins with the same words."""
    rows = Listing.objects.filter(
        member=member, kind=told.kind, title_vi=told.title_vi.strip(),
        summary_vi=told.summary_vi.strip(),
    )  # fmt: skip
    there = rows.exclude(state=State.WITHDRAWN).order_by("-drafted_at").first()
    return there.code if there else ""
