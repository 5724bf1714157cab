"""What the clock does: limits that ran out, limits that move with the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.feedback.access import may_watch
from khuevan.feedback.facts import record_petition
from khuevan.feedback.models import Petition, PetitionClock
from khuevan.platform import clock
from khuevan.worktime.public import Moved

from .common import keep, locked, reckoned, require


@transaction.atomic
def note_late(*, petition: Petition, by: Person | None) -> int:
    """Note the limits of a petition that ran out; return how many were not noted yet."""
    require(may_watch(by))
    petition = locked(petition)
    now = clock.now()
    found = petition.clocks.filter(
        ended_at=None, paused_at=None, late_at=None, due_at__lt=now
    )
    codes = list(found.values_list("code", flat=True))
    if codes:
        found.update(late_at=now)
        record_petition("petition_fell_late", petition, by=by, clocks=codes)
    return len(codes)


@transaction.atomic
def move_clocks(*, day: date, by: Person | None) -> list[Moved]:
    """Reckon running limits again after a day of the calendar changed."""
    since = clock.at_local(day, time.min)
    rows = PetitionClock.objects.select_related("petition").filter(
        ended_at=None, paused_at=None, late_at=None, due_at__gte=since
    )
    return list(_moved(rows.order_by("petition_id", "pk"), by))


def _moved(rows: object, by: Person | None) -> Iterator[Moved]:
    for row in rows:  # type: ignore[attr-defined]
        petition = locked(row.petition)
        before, row.due_at = row.due_at, reckoned(row)
        if row.due_at == before:
            continue
        row.save(update_fields=["due_at"])
        keep(petition)
        record_petition(
            "clock_moved",
            petition,
            by=by,
            clock=row.code,
            due_before=before,
            due_after=row.due_at,
        )
        yield Moved(petition.ref, before, row.due_at)
