"""Counting working days and working hours over a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from khuevan.platform.clock import at_local, local_day
from khuevan.platform.errors import N_, RuleBroken

from .calendar import Calendar


ONE_DAY = timedelta(days=1)
FARTHEST = 3_660
"""Days after which a search for an open day gives up."""
MOST_DAYS = 1_300
"""How many working days may be counted at once, five years. A guard, not a rule."""


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Tell whether offices work on a day; a reception session does not make it one."""
    return bool(calendar.office_hours(day))


def working_day_on_or_after(calendar: Calendar, day: date) -> date:
    """Return the day itself when offices work on it, else the next that does."""
    return _step(calendar, day, ONE_DAY)


def next_working_day(calendar: Calendar, day: date) -> date:
    """Return the first working day after a day."""
    return _step(calendar, day + ONE_DAY, ONE_DAY)


def add_working_days(calendar: Calendar, day: date, amount: int) -> date:
    """Return the N-th working day after a day, which is not counted itself.

    A negative amount counts backwards; 0 gives the day itself or, on a day off,
    the next working day.
    """
    if abs(amount) > MOST_DAYS:
        raise RuleBroken(
            N_("A period must be between 0 and %(longest)s."),
            field="amount",
            longest=MOST_DAYS,
        )
    if amount == 0:
        return working_day_on_or_after(calendar, day)
    step = ONE_DAY if amount > 0 else -ONE_DAY
    for _ in range(abs(amount)):
        day = _step(calendar, day + step, step)
    return day


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Count working days after `start` up to and including `end`.

    Negative when `end` lies before `start`, so that a due date already passed
    shows by how many days.
    """
    if end < start:
        return -working_days_between(calendar, end, start)
    days = range(start.toordinal() + 1, end.toordinal() + 1)
    return sum(is_working_day(calendar, date.fromordinal(n)) for n in days)


def notice_days(calendar: Calendar, announced: date, starts: date) -> int:
    """Count the full working days between an announcement and what it announces.

    Neither the day of the announcement nor the day itself counts.
    """
    return max(0, working_days_between(calendar, announced, starts - ONE_DAY))


def working_time_between(
    calendar: Calendar, start: datetime, end: datetime
) -> timedelta:
    """Return the office time between two instants, negative when `end` is earlier."""
    if end < start:
        return -working_time_between(calendar, end, start)
    total = timedelta()
    day, last = local_day(start), local_day(end)
    while day <= last:
        for opens, closes in spans(calendar, day):
            total += max(timedelta(), min(closes, end) - max(opens, start))
        day += ONE_DAY
    return total


def add_working_time(
    calendar: Calendar, start: datetime, amount: timedelta
) -> datetime:
    """Return the instant at which so much office time has passed since `start`.

    A budget that ends with a working day ends at closing, not at the next opening;
    a budget of nothing ends at the first open instant.
    """
    left, day = amount, local_day(start)
    limit = day + timedelta(days=FARTHEST)
    while day <= limit:
        for opens, closes in spans(calendar, day):
            opens = max(opens, start)
            if opens < closes and left <= closes - opens:
                return opens + left
            left -= max(timedelta(), closes - opens)
        day += ONE_DAY
    raise endless(calendar)


def closing(calendar: Calendar, day: date) -> datetime:
    """Return the end of office hours of a working day."""
    return spans(calendar, day)[-1][1]


def office_time(calendar: Calendar, day: date) -> timedelta:
    """Return the office time of a working day; of a day off, that of the next one."""
    kept = spans(calendar, working_day_on_or_after(calendar, day))
    return sum((closes - opens for opens, closes in kept), timedelta())


def spans(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """List the office hours of a day as instants."""
    return [
        (at_local(day, h.opens), at_local(day, h.closes))
        for h in calendar.office_hours(day)
    ]


def endless(calendar: Calendar) -> RuleBroken:
    """Return the complaint about a calendar that never opens."""
    return RuleBroken(
        N_("The calendar “%(code)s” has no office hours."), code=calendar.code
    )


def _step(calendar: Calendar, day: date, step: timedelta) -> date:
    for _ in range(FARTHEST):
        if is_working_day(calendar, day):
            return day
        day += step
    raise endless(calendar)
