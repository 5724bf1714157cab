"""The time statistics are of, as an address names it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from khuevan.indicators.public import Period, span_of
from khuevan.platform import clock

from .dated import begun


LAST_TWELVE, ALL = "12", "all"


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch of days with the code and the words it is chosen by."""

    code: str
    words: str
    since: date
    until: date


def times(today: date | None = None) -> list[Time]:
    """Return what may be chosen: the last twelve months, each year, everything."""
    today = today or clock.today()
    # The month a year ago is not in them: twelve whole names, the running one last.
    year, month = divmod(today.year * 12 + today.month - 12, 12)
    years = [
        Time(str(year), str(year), date(year, 1, 1), min(today, date(year, 12, 31)))
        for year in range(today.year, begun().year - 1, -1)
    ]
    return [
        Time(LAST_TWELVE, _("Last twelve months"), date(year, month + 1, 1), today),
        *years,
        Time(ALL, _("Since the exchange opened"), begun(), today),
    ]


def time_of(code: str, today: date | None = None) -> Time:
    """Return what a code of an address chooses; nonsense is the last twelve months."""
    found = times(today)
    return next((one for one in found if one.code == code), found[0])


def months(today: date | None = None) -> list[Time]:
    """Return the months a report can be of, the newest first: the running one and 24 before."""
    today = today or clock.today()
    running = today.year * 12 + today.month - 1
    first = begun().year * 12
    return [
        _month(number, today)
        for number in range(running, max(first, running - 25) - 1, -1)
    ]


def month_of(code: str, today: date | None = None) -> Time:
    """Return the month a code of an address names; nonsense is the last complete one."""
    found = months(today)
    usual = found[1] if len(found) > 1 else found[0]
    return next((one for one in found if one.code == code), usual)


def _month(number: int, today: date) -> Time:
    year, month = divmod(number, 12)
    span = span_of(Period.MONTH, date(year, month + 1, 1))
    code = f"{year}-{month + 1:02d}"
    return Time(code, f"{month + 1:02d}/{year}", span.start, min(span.end, today))
