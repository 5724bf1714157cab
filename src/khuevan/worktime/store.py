"""Calendars as frozen values, kept in memory until one of them changes."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from khuevan.platform.errors import N_, RuleBroken

from .models import CalendarDay, OpeningHours, Revision, WorkCalendar
from .rules import Calendar, Certainty, DayKind, Hours, SpecialDay


CITY = "city"

_kept: dict[str, Calendar] = {}
_mark: list[UUID] = []


def load(code: str = CITY) -> Calendar:
    """Return a calendar by its code, from memory while nothing has changed.

    Costs one small query. Raises RuleBroken when there is no such calendar.
    """
    mark = _revision()
    if _mark != [mark]:
        _kept.clear()
        _mark[:] = [mark]
    if code not in _kept:
        _kept[code] = _read(code)
    return _kept[code]


def _revision() -> UUID:
    """Return what changes with any calendar; asked with every deadline, so asked plainly."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT mark FROM {Revision._meta.db_table}")  # noqa: S608 - ours
        [(mark,)] = cursor.fetchall()
    return UUID(str(mark))


def _read(code: str) -> Calendar:
    calendar = WorkCalendar.objects.select_related("follows").filter(code=code).first()
    if calendar is None:
        raise RuleBroken(N_("There is no calendar “%(code)s”."), code=code)
    days: dict[object, SpecialDay] = {}
    hours: tuple[Hours, ...] = ()
    # What a calendar says itself comes last and wins.
    for source in filter(None, (calendar.follows, calendar)):
        days |= {special.day: special for special in _days(source)}
        hours = _hours(source) or hours
    return Calendar(code, hours, tuple(days.values()))


def _days(calendar: WorkCalendar) -> list[SpecialDay]:
    rows = CalendarDay.objects.filter(calendar=calendar).values_list(
        "day", "kind", "reason", "document", "certainty"
    )
    return [
        SpecialDay(day, DayKind(kind), reason, document, Certainty(certainty))
        for day, kind, reason, document, certainty in rows
    ]


def _hours(calendar: WorkCalendar) -> tuple[Hours, ...]:
    rows = OpeningHours.objects.filter(calendar=calendar).values_list(
        "weekday", "opens", "closes", "session", "valid_from", "valid_to"
    )
    return tuple(Hours(*row) for row in rows)
