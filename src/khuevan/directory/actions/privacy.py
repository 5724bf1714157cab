"""Reading somebody's personal data: always with a purpose, always told to them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.access import may_reveal
from khuevan.directory.models import Person
from khuevan.directory.privacy import SHOWABLE, clear
from khuevan.directory.rules import Purpose
from khuevan.journal import public as journal
from khuevan.platform.errors import N_, RuleBroken


@transaction.atomic
def read_personal_data(
    *, person: Person, fields: list[str], purpose: Purpose, about: str = "", by: Person
) -> dict[str, str]:
    """Return fields of a person in clear; the owner sees who read them and why.

    Reading one's own leaves no fact. `about` is the number of what it is needed for.
    """
    if by == person:
        return clear(person, fields)
    if not may_reveal(by, person):
        raise PermissionDenied
    unknown = set(fields) - set(SHOWABLE)
    if unknown or not fields:
        raise RuleBroken(N_("This data is not shown to others."))
    told = clear(person, fields)
    journal.record(
        "directory.personal_data_read",
        subject=person.ref,
        by=by,
        fields=sorted(told),
        purpose=Purpose(purpose).value,
        about=about,
    )
    return told
