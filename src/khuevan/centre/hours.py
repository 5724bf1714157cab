"""When a point receives: the city's office hours, in quarters of an hour."""

from __future__ import annotations

from datetime import date, datetime, time

from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import load

from .rules import slots


def starts_on(day: date) -> list[time]:
    """Return the starts of appointments on a day; none on a day off."""
    hours = load().reception_hours(day)
    return slots((h.opens, h.closes) for h in hours)


def check_slot(starts_at: datetime) -> None:
    """Refuse a time that is no start of an appointment."""
    local = starts_at.astimezone(clock.HANOI)
    if local.timetz().replace(tzinfo=None) not in starts_on(local.date()):
        raise RuleBroken(N_("The point does not receive at this time."), field="starts_at")  # fmt: skip
