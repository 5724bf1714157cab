"""Changing the calendar: a day is overridden by a document, nothing is erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_, RuleBroken

from .access import may_change_calendar
from .clocks import Moved, reckon_again
from .models import CalendarDay, Revision, WorkCalendar
from .rules import Certainty, DayKind
from .store import CITY


@dataclass(frozen=True, slots=True)
class Override:
    """A changed day and the open clocks that moved with it."""

    day: date
    kind: DayKind
    moved: tuple[Moved, ...]


@transaction.atomic
def add_override(
    *,
    day: date,
    kind: DayKind,
    reason: str,
    document: str,
    calendar: str = CITY,
    certainty: Certainty = Certainty.DECIDED,
    by: Person | None,
) -> Override:
    """Make a day a day off or a working day, by a document, and reckon open clocks.

    The same day again replaces what was entered; the journal keeps both. Raises
    RuleBroken without a reason, a document or such a calendar.
    """
    if not may_change_calendar(by):
        raise PermissionDenied
    for field, text in (("reason", reason), ("document", document)):
        if not text.strip():
            raise RuleBroken(
                N_("Say why the day changes and by which document."), field=field
            )
    # The one revision row is locked first: changes of calendars queue up here.
    Revision.objects.select_for_update().get()
    owner = WorkCalendar.objects.filter(code=calendar).first()
    if owner is None:
        raise RuleBroken(N_("There is no calendar “%(code)s”."), code=calendar)
    entered, before = _enter(owner, day, kind, reason, document, certainty)
    Revision.objects.update(mark=uuid4())
    moved = tuple(reckon_again(day, by))
    record(
        "worktime.day_overridden",
        subject=entered.ref,
        by=by,
        calendar=calendar,
        day=day.isoformat(),
        day_kind=str(kind),
        day_kind_before=before,
        document=document,
        moved=[m.reference for m in moved],
    )
    return Override(day, kind, moved)


def _enter(
    owner: WorkCalendar,
    day: date,
    kind: DayKind,
    reason: str,
    document: str,
    certainty: Certainty,
) -> tuple[CalendarDay, str | None]:
    entered = CalendarDay.objects.filter(calendar=owner, day=day).first()
    before = entered.kind if entered else None
    entered = entered or CalendarDay(calendar=owner, day=day)
    entered.kind, entered.certainty = kind, certainty
    entered.reason, entered.document = reason.strip(), document.strip()
    entered.save()
    return entered, before
