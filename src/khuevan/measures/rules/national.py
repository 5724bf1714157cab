"""What item 1.4 of index 766 divides by: the national report's count, or what stands in.

The larger of the dossiers accepted here and those the national reporting system counts;
where a month, quarter or year is not reported yet, that part of the last year's count;
where that is not known either, the dossiers accepted here (services.md 8.2, 8.8).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Stands(StrEnum):
    """What a denominator stands on, in the national interface's own codes."""

    REPORT = "NATIONAL_REPORT"
    LAST_YEAR = "TEMP_NATIONAL_REPORT_DENOMINATOR"
    NOTHING = "NO_NATIONAL_REPORT_DATA"


@dataclass(frozen=True, slots=True)
class Reported:
    """How many dossiers a national report counts between two days, both included."""

    since: date
    until: date
    dossiers: int


def denominator(
    since: date, until: date, accepted: int, reports: Iterable[Reported]
) -> tuple[int, Stands]:
    """Return what 1.4 divides by between two days, and what that stands on."""
    known = list(reports)
    told = _tiled(since, until, known)
    if told is not None:
        return max(accepted, told), Stands.REPORT
    parts = parts_of_a_year(since, until)
    last = date(since.year - 1, 1, 1), date(since.year - 1, 12, 31)
    whole = _tiled(*last, known) if parts else None
    if parts and whole is not None:
        return max(accepted, -(-whole // parts)), Stands.LAST_YEAR
    return accepted, Stands.NOTHING


def parts_of_a_year(since: date, until: date) -> int | None:
    """Return 12 for a month, 4 for a quarter, 1 for a year; None for other days."""
    if since.day != 1 or until.day != calendar.monthrange(until.year, until.month)[1]:
        return None
    if since.year != until.year:
        return None
    months = until.month - since.month + 1
    fits = (since.month - 1) % months == 0
    return {1: 12, 3: 4, 12: 1}.get(months) if fits else None


def _tiled(since: date, until: date, reports: list[Reported]) -> int | None:
    """Return the sum of reports that follow each other from one day to another."""
    total, at = 0, since
    while at <= until:
        fitting = [r for r in reports if r.since == at and r.until <= until]
        if not fitting:
            return None
        longest = max(fitting, key=lambda r: r.until)
        total, at = total + longest.dossiers, longest.until + timedelta(days=1)
    return total
