"""When a period ends: units, reception, cut-offs, pauses and restarts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from khuevan.platform.clock import at_local, local_day
from khuevan.platform.errors import N_, RuleBroken

from .calendar import Calendar, Certainty, SpecialDay
from .counting import (
    FARTHEST,
    MOST_DAYS,
    ONE_DAY,
    add_working_days,
    add_working_time,
    closing,
    endless,
    is_working_day,
    next_working_day,
    office_time,
    working_day_on_or_after,
    working_days_between,
    working_time_between,
)


class Unit(StrEnum):
    """The units of the law. One is never converted into another."""

    HOUR = "hour"  # giờ làm việc
    WORKING_DAY = "working_day"  # ngày làm việc
    DAY = "day"  # ngày
    MONTH = "month"  # tháng


LONGEST = {
    Unit.HOUR: 8_784,
    Unit.WORKING_DAY: MOST_DAYS,
    Unit.DAY: 1_830,
    Unit.MONTH: 60,
}
"""How long a period may be: a year of hours, five years otherwise. A guard, not a rule."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Between which years periods are counted. A guard, not a rule."""


class CutOff(StrEnum):
    """When a day is over for reception: never early, at 15:00, an hour before closing."""

    NONE = "none"
    CLOCK_15 = "15:00"
    LAST_HOUR = "last_hour"


class Supplement(StrEnum):
    """What waiting for a supplement does to the clock."""

    PAUSE = "pause"  # thời gian chờ không tính
    RESTART = "restart"  # tính lại từ đầu


@dataclass(frozen=True, slots=True)
class Term:
    """A period as the law states it."""

    amount: int
    unit: Unit
    cut_off: CutOff = CutOff.NONE


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from one instant to another (supplement, financial duty)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends and why then.

    `counted_from` is the day not counted; `special` are the special days passed on
    the way; `certainty` is that of the least certain day passed.
    """

    instant: datetime
    counted_from: date
    special: tuple[SpecialDay, ...]
    certainty: Certainty


def reception_instant(calendar: Calendar, filed: datetime) -> datetime:
    """Return when a thing filed at an instant counts as received: at once in
    reception hours, else at the next opening."""
    day = local_day(filed)
    for _ in range(FARTHEST):
        for hours in calendar.reception_hours(day):
            opens, closes = at_local(day, hours.opens), at_local(day, hours.closes)
            if filed < closes:
                return max(opens, filed)
        day += ONE_DAY
    raise endless(calendar)


def counted_from(calendar: Calendar, filed: datetime, cut_off: CutOff) -> date:
    """Return the day of reception, which a period in days does not count.

    After the cut-off of a working day it is the next working day. 15:00 itself is
    in time; the last hour before closing is not.
    """
    received = reception_instant(calendar, filed)
    day = local_day(received)
    if cut_off is CutOff.NONE or not is_working_day(calendar, day):
        return day
    if cut_off is CutOff.CLOCK_15:
        late = received > at_local(day, time(15))
    else:
        late = received >= closing(calendar, day) - timedelta(hours=1)
    return next_working_day(calendar, day) if late else day


def due(
    calendar: Calendar,
    received: datetime,
    term: Term,
    pauses: Iterable[Pause] = (),
    supplement: Supplement = Supplement.PAUSE,
) -> Due:
    """Return when a period ends, pauses included.

    Days and months end at closing time; an end on a day off moves to the next
    working day (Civil Code, Article 148(5)). Hours run from the reception instant
    and know no cut-off. A pause moves the end by the time it took; with RESTART the
    period begins anew at the end of the last pause. A pause that starts after the
    end changes nothing: what is late stays late.
    """
    check_amount(term.amount, term.unit)
    check_year(local_day(received))
    stops = merged(pauses, received)
    if supplement is Supplement.RESTART:
        for stop in stops:
            if stop.start <= due(calendar, received, term).instant:
                received = stop.end
        stops = []
    if term.unit is Unit.HOUR:
        instant = _due_in_hours(calendar, received, term, stops)
        first = local_day(reception_instant(calendar, received))
    else:
        first = counted_from(calendar, received, term.cut_off)
        instant = _due_in_days(calendar, first, term, stops)
    passed = _passed(calendar, first, local_day(instant))
    return Due(instant, first, passed, certainty(calendar, first, local_day(instant)))


def step_budget(calendar: Calendar, received: datetime, days: int) -> datetime:
    """Return when a budget of working days ends on the clock of working hours.

    A working day is as many hours as the office keeps on the day of reception
    (8 in the city's decisions).
    """
    day = local_day(reception_instant(calendar, received))
    return add_working_time(calendar, received, days * office_time(calendar, day))


def merged(pauses: Iterable[Pause], received: datetime) -> list[Pause]:
    """Return pauses in order, without overlaps and without time before reception."""
    stops: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        if pause.end < pause.start:
            raise RuleBroken(N_("A pause cannot end before it starts."))
        start, end = max(pause.start, received), pause.end
        if end <= start:
            continue
        if stops and start <= stops[-1].end:
            stops[-1] = Pause(stops[-1].start, max(end, stops[-1].end))
        else:
            stops.append(Pause(start, end))
    return stops


def certainty(calendar: Calendar, start: date, end: date) -> Certainty:
    """Return how sure the calendar is of the days from `start` to `end`."""
    years = set(range(start.year, end.year + 1))
    if years - calendar.known:
        return Certainty.UNKNOWN
    # A day off of an estimated year may still move, so the whole year is uncertain.
    unsure = {s.day.year for s in calendar.special if s.certainty is Certainty.ESTIMATE}
    return Certainty.ESTIMATE if years & unsure else Certainty.DECIDED


def _due_in_hours(
    calendar: Calendar, received: datetime, term: Term, stops: list[Pause]
) -> datetime:
    instant = add_working_time(calendar, received, timedelta(hours=term.amount))
    for stop in stops:
        if stop.start > instant:
            break
        lost = working_time_between(calendar, stop.start, stop.end)
        instant = add_working_time(calendar, instant, lost) if lost else instant
    return instant


def _due_in_days(
    calendar: Calendar, first: date, term: Term, stops: list[Pause]
) -> datetime:
    end = _end_day(calendar, first, term)
    for stop in stops:
        if stop.start > _closing_on_or_after(calendar, end):
            break
        start, resumed = local_day(stop.start), local_day(stop.end)
        if term.unit is Unit.WORKING_DAY:
            # Days from the stop to the resumption: the first lost, the last not.
            lost = working_days_between(calendar, start - ONE_DAY, resumed - ONE_DAY)
            end = add_working_days(calendar, end, lost)
        else:
            end += resumed - start
    return _closing_on_or_after(calendar, end)


def _end_day(calendar: Calendar, first: date, term: Term) -> date:
    if term.unit is Unit.WORKING_DAY:
        return add_working_days(calendar, first, term.amount)
    if term.unit is Unit.DAY:
        return first + timedelta(days=term.amount)
    return add_months(first, term.amount)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month
    (Civil Code, Article 148(3))."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(day.day - 1), following - ONE_DAY)


def _closing_on_or_after(calendar: Calendar, day: date) -> datetime:
    return closing(calendar, working_day_on_or_after(calendar, day))


def _passed(calendar: Calendar, start: date, end: date) -> tuple[SpecialDay, ...]:
    days = sorted(calendar.by_day)
    between = days[bisect_left(days, start) : bisect_right(days, end)]
    return tuple(calendar.by_day[day] for day in between)


def check_amount(amount: int, unit: Unit) -> None:
    """Refuse a period that is negative or longer than any the law knows."""
    if not 0 <= amount <= LONGEST[unit]:
        raise RuleBroken(
            N_("A period must be between 0 and %(longest)s."),
            field="amount",
            longest=LONGEST[unit],
        )


def check_year(day: date) -> None:
    """Refuse a day no calendar of ours could reach."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RuleBroken(
            N_("Give a day between the years %(first)s and %(last)s."),
            field="received",
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
