"""The open clocks of dossiers, for whoever changes the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.worktime.public import Moved, register_clocks

from .actions.common import locked
from .facts import record_dossier
from .models import Dossier
from .rules.states import SETTLING
from .timing import due_of, give_due


def reckon_clocks(day: date, by: Person | None) -> Iterable[Moved]:
    """Move open due dates after a day of the calendar changed; closed ones stay."""
    touched = Dossier.objects.filter(
        business__in=list(SETTLING), accepted_at__isnull=False, due_at__gte=clock.at_local(day, time.min),
    )  # fmt: skip
    for dossier in touched.order_by("pk").iterator():
        with transaction.atomic():
            one = locked(dossier)
            before, after = one.due_at, due_of(one)
            if before is None or before == after:
                continue
            give_due(one, after)
            one.save(update_fields=["due_at", "warned"])
            record_dossier(
                "calendar_moved_date", one, by=by, due_on=clock.local_day(after).isoformat()
            )  # fmt: skip
        yield Moved(one.ref, before, after)


register_clocks("counter", reckon_clocks)
