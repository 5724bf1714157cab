"""Noting what the national reporting system counts."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .access import may_tell_reports
from .models import NationalCount


@transaction.atomic
def tell_national_count(
    *,
    since: date,
    until: date,
    dossiers: int,
    source: str,
    unit: Organisation | None = None,
    by: Person | None,
) -> NationalCount:
    """Note how many dossiers a national report counts between two days, both included.

    Told again, it replaces what was told of the same time; the journal keeps both.
    """
    if not may_tell_reports(by):
        raise PermissionDenied
    if until < since:
        raise RuleBroken(N_("The last day lies before the first one."), field="until")
    if dossiers < 0:
        raise RuleBroken(N_("A report counts no less than nothing."), field="dossiers")
    if not source.strip():
        raise RuleBroken(N_("Say which report tells the count."), field="source")
    told, _new = NationalCount.objects.update_or_create(
        since=since,
        until=until,
        unit=unit,
        defaults={
            "dossiers": dossiers,
            "source": source.strip(),
            "told_by": by,
            "told_at": clock.now(),
        },
    )
    record(
        "measures.national_count_told",
        subject=told.ref,
        by=by,
        since=since.isoformat(),
        until=until.isoformat(),
        unit=str(unit.pk) if unit else None,
        dossiers=dossiers,
        source=source.strip(),
    )
    return told
