"""Asking the calendar: due dates, distances, shared periods, and a year as a table.

A calendar is named by its code, the city's by default, or handed over as loaded by
`load()` when many answers are wanted for one query.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, DateField, Q

from khuevan.law.public import Citation, RuleBasis, cite_all
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.prepared import Given, Prepared

from . import rules
from .models import CalendarDay, SharedPeriod
from .rules import (
    Calendar,
    CutOff,
    Due,
    Pause,
    SpecialDay,
    Supplement,
    Term,
    Unit,
)
from .store import CITY, load


Named = str | Calendar


def due(
    received: datetime,
    term: Term,
    *,
    calendar: Named = CITY,
    pauses: Iterable[Pause] = (),
    supplement: Supplement = Supplement.PAUSE,
) -> Due:
    """Return when a period ends, from which day it is counted and what it passes.

    Raises RuleBroken for a negative or endless period.
    """
    return rules.due(_the(calendar), received, term, pauses, supplement)


def due_at(
    received: datetime,
    amount: int,
    unit: Unit,
    *,
    calendar: Named = CITY,
    cutoff: CutOff = CutOff.NONE,
) -> datetime:
    """Return the instant, in UTC, at which a legal period ends."""
    return due(received, Term(amount, unit, cutoff), calendar=calendar).instant


def step_due_at(received: datetime, days: int, *, calendar: Named = CITY) -> datetime:
    """Return when a step's budget of working days ends on the working-hours clock."""
    return rules.step_budget(_the(calendar), received, days)


def working_hours_between(
    start: datetime, end: datetime, *, calendar: Named = CITY
) -> float:
    """Return the office hours between two instants, negative when already past."""
    spent = rules.working_time_between(_the(calendar), start, end)
    return spent / timedelta(hours=1)


def working_days_between(start: date, end: date, *, calendar: Named = CITY) -> int:
    """Count working days after `start` up to and including `end`, negative if past."""
    return rules.working_days_between(_the(calendar), start, end)


def add_working_days(day: date, amount: int, *, calendar: Named = CITY) -> date:
    """Return the N-th working day after a day (before it, when negative)."""
    return rules.add_working_days(_the(calendar), day, amount)


def is_working_day(day: date, *, calendar: Named = CITY) -> bool:
    """Tell whether offices work on a day."""
    return rules.is_working_day(_the(calendar), day)


def next_working_day(day: date, *, calendar: Named = CITY) -> date:
    """Return the first working day after a day."""
    return rules.next_working_day(_the(calendar), day)


def closing_of(day: date, *, field: str = "", calendar: Named = CITY) -> datetime:
    """Return the instant, in UTC, at which office hours of a working day end.

    Raises RuleBroken for a day off; `field` is where the day was asked for.
    """
    known = _the(calendar)
    if not rules.is_working_day(known, day):
        raise RuleBroken(
            N_("%(day)s is a day off. Name a working day; the next one is %(next)s."),
            field=field,
            day=f"{day:%d/%m/%Y}",
            next=f"{rules.next_working_day(known, day):%d/%m/%Y}",
        )
    return rules.closing(known, day)


def hours_of_a_day(on: date, *, calendar: Named = CITY) -> float:
    """Return how many office hours a working day has: the one on or after a day.

    Eight in the city's process decisions (1594/QĐ-TTPVHCC: 30 days are 240 hours).
    """
    return rules.office_time(_the(calendar), on) / timedelta(hours=1)


_ON = Given("on", DateField())
_PERIODS = Prepared(
    lambda: SharedPeriod.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=_ON),
        code=Given("code", CharField()),
        valid_from__lte=_ON,
    ).order_by("-valid_from")
)


def period(code: str, on: date) -> Term:
    """Return a shared period in force on a day, such as `reception_check`.

    Raises RuleBroken when no document gives one for that day.
    """
    rows = _PERIODS.ask(code=code, on=on)
    if not rows:
        raise RuleBroken(
            N_("No document gives the period “%(code)s” for %(day)s."),
            code=code,
            day=on.isoformat(),
        )
    return Term(rows[0].amount, Unit(rows[0].unit))


def reception_due_at(filed: datetime, *, calendar: Named = CITY) -> datetime:
    """Return until when a dossier filed at an instant must be checked and received."""
    return due(
        filed, period("reception_check", clock.local_day(filed)), calendar=calendar
    ).instant


def check_outage_notice(
    announced: date, starts: date, *, force_majeure: bool = False
) -> None:
    """Refuse a planned outage announced too late (Decree 224/2026, Article 13)."""
    if force_majeure:
        return
    needed = period("outage_notice", announced).amount
    given = rules.notice_days(load(), announced, starts)
    if given < needed:
        raise RuleBroken(
            N_(
                "A planned outage is announced %(needed)s working days ahead; this gives %(given)s."
            ),
            field="starts",
            needed=needed,
            given=given,
        )


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the year's table."""

    day: date
    working: bool
    special: SpecialDay | None


@dataclass(frozen=True, slots=True)
class MonthTable:
    """A month as weeks from Monday; None fills the edges."""

    first: date
    working_days: int
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year of the calendar, its special days and the documents they stand on."""

    year: int
    years: tuple[int, ...]
    months: tuple[MonthTable, ...]
    special: tuple[tuple[SpecialDay, Citation], ...]
    working_days: int
    estimated: bool


def year_page(year: int, *, calendar: Named = CITY) -> YearPage:
    """Return a year of the calendar; one outside the entered years has only weekends."""
    known = _the(calendar)
    tables = tuple(_month(known, year, month) for month in range(1, 13))
    special = sorted(
        (s for s in known.special if s.day.year == year), key=lambda s: s.day
    )
    return YearPage(
        year=year,
        years=tuple(sorted(known.known)),
        months=tables,
        special=_cited(special),
        working_days=sum(table.working_days for table in tables),
        estimated=any(s.certainty is not rules.Certainty.DECIDED for s in special),
    )


def upcoming(
    after: date, *, count: int = 6, calendar: Named = CITY
) -> tuple[tuple[SpecialDay, Citation], ...]:
    """List the next special days from a day on, with their documents."""
    days = sorted(
        (s for s in _the(calendar).special if s.day >= after), key=lambda s: s.day
    )
    return _cited(days[:count])


def bases() -> Iterable[RuleBasis]:
    """Yield every dated rule kept here with the document it stands on."""
    for day, reason, document in CalendarDay.objects.values_list(
        "day", "reason", "document"
    ):
        yield RuleBasis(document, "", f"{reason} {day:%d/%m/%Y}", day, day)
    for row in SharedPeriod.objects.all():
        yield RuleBasis(
            row.document, row.article, row.code, row.valid_from, row.valid_to
        )


def _the(calendar: Named) -> Calendar:
    return load(calendar) if isinstance(calendar, str) else calendar


def _cited(days: list[SpecialDay]) -> tuple[tuple[SpecialDay, Citation], ...]:
    cited = cite_all([(s.document, "") for s in days])
    return tuple(zip(days, cited, strict=True))


def _month(known: Calendar, year: int, month: int) -> MonthTable:
    weeks = tuple(
        tuple(_cell(known, day) if day.month == month else None for day in week)
        for week in months.Calendar().monthdatescalendar(year, month)
    )
    worked = sum(cell.working for week in weeks for cell in week if cell)
    return MonthTable(date(year, month, 1), worked, weeks)


def _cell(known: Calendar, day: date) -> DayCell:
    return DayCell(day, rules.is_working_day(known, day), known.by_day.get(day))
